// Wishes for the whole picture: model, reference pictures, saturation, vividness, flats for drawings.

/** @import {Picture, Reference, Store, Wishes} from "../state.js" */
/** @import {Session} from "../session.js" */
import { getModels } from "../api.js";
import { chooseColor, set, wish } from "../changes.js";
import { describe } from "../color.js";
import { icon, make, swatch } from "../dom.js";
import { currentPicture } from "../state.js";

const CALMEST = 1; // temperature of the annealed mean
const VIVIDEST = 0.05;

/** @param {HTMLElement} root @param {Store} store @param {Session} session @returns {(files: File[]) => void} takes reference pictures */
export function wholePanel(root, store, session) {
  const refer = async (/** @type {File[]} */ files) => {
    const key = store.state.current;
    if (key) for (const file of files) await session.refer(key, file, file.name);
  };
  const model = modelChoice(store, session);
  const file = make("input", { type: "file", id: "reference-file", hidden: true, multiple: true, accept: "image/*,.tif,.tiff,.heic,.heif,.avif",
    "aria-label": "Reference pictures", onchange: () => {
      refer([...(file.files ?? [])]);
      file.value = "";
    } });
  const list = make("ul", { class: "references" });
  const references = make("div", { class: "part" },
    make("div", { class: "head" }, make("h2", {}, "Reference pictures")),
    make("p", { class: "quiet" }, "A colour picture whose colours are taken over. Choose one, or drop it here."),
    list, make("button", { type: "button", class: "plain", onclick: () => file.click() }, "Choose a reference"), file);
  const saturation = wishSlider(store, "saturation", "Saturation", (value) => value / 100, (wished) => wished * 100);
  const vividness = wishSlider(store, "temperature", "Vividness",
    (value) => CALMEST - (CALMEST - VIVIDEST) * (value / 100), (wished) => ((CALMEST - wished) / (CALMEST - VIVIDEST)) * 100);
  const flats = make("input", { type: "checkbox", id: "flats", onchange: () => store.change(wish, { flats: flats.checked }) });
  const flatsRow = make("label", { class: "choice", for: "flats" }, flats, "Flat colours, one for each closed area");
  const nothing = make("p", { class: "quiet" }, "This model colours by hints alone: there is nothing to set for the whole picture.");
  root.append(model.element, references, saturation.element, vividness.element, flatsRow, nothing);

  /** @type {unknown[]} */
  let shown = [];
  store.onPaint((state) => {
    const picture = currentPicture(state);
    const now = [picture?.wishes, picture?.offers, picture?.model, picture?.key, state.tab];
    if (!picture || now.every((value, i) => value === shown[i])) return;
    const { wishes, offers } = picture;
    model.paint(picture);
    if (wishes.references !== /** @type {Wishes|undefined} */ (shown[0])?.references) {
      list.replaceChildren(...wishes.references.map((one) => reference(one, store)));
    }
    shown = now;
    references.hidden = !offers.includes("reference");
    saturation.paint(wishes.saturation, offers.includes("saturation"));
    vividness.paint(wishes.temperature, offers.includes("temperature"));
    flatsRow.hidden = !offers.includes("flats");
    flats.checked = wishes.flats;
    nothing.hidden = ["reference", "saturation", "temperature", "flats"].some((one) => offers.includes(one));
  });
  return refer;
}

/** @param {Store} store @param {Session} session */
function modelChoice(store, session) {
  const choice = make("select", { id: "model", onchange: () => {
    const key = store.state.current;
    if (key) session.reopen(key, choice.value);
  } }, make("option", { value: "auto" }, "Automatic"));
  const note = make("p", { class: "quiet" });
  /** @type {Map<string, string>} */
  const notes = new Map([["auto", "The model that suits the picture."]]);
  getModels().then((models) => {
    for (const { name, title, note } of models) {
      notes.set(name, note);
      choice.append(make("option", { value: name }, title || name));
    }
    store.repaint();
  }, () => {}); // without a list there is still the automatic choice
  const element = make("div", { class: "field part" }, make("label", { for: "model" }, "Model"), choice, note);
  return {
    element,
    /** @param {Picture} picture */
    paint(picture) {
      choice.value = picture.model;
      note.textContent = notes.get(picture.model) ?? "";
    },
  };
}

/**
 * A slider that says nothing until it is moved. @param {Store} store @param {"saturation"|"temperature"} name @param {string} label
 * @param {(value: number) => number} toWish of 0..100 @param {(wished: number) => number} fromWish
 */
function wishSlider(store, name, label, toWish, fromWish) {
  const id = `wish-${name}`;
  const input = make("input", { type: "range", id, "aria-label": label, min: 0, max: 100, value: 50, oninput: () => {
    store.change(wish, { [name]: Math.round(toWish(input.valueAsNumber) * 1000) / 1000 });
  } });
  const output = make("output", { for: id });
  const reset = make("button", { type: "button", class: "text", "aria-label": `${label}: automatic`, onclick: () => store.change(wish, { [name]: null }) }, "Automatic");
  const element = make("div", { class: "field part" }, make("label", { for: id }, label, output), input, reset);
  return {
    element,
    /** @param {number|null} wished @param {boolean} offered */
    paint(wished, offered) {
      element.hidden = !offered;
      element.classList.toggle("unset", wished === null);
      const value = wished === null ? 50 : Math.round(fromWish(wished));
      if (document.activeElement !== input || wished === null) input.value = String(value);
      output.textContent = wished === null ? "automatic" : String(value);
      reset.hidden = wished === null;
    },
  };
}

/** @param {Reference} reference @param {Store} store */
function reference({ key, name, file, colors }, store) {
  const take = (/** @type {string} */ color) => {
    store.change(chooseColor, color);
    store.change(set, { tab: "color" });
  };
  const url = URL.createObjectURL(file);
  const canvas = make("canvas", { class: "picture", title: "Click to take a colour", onclick: (/** @type {MouseEvent} */ event) => {
    const box = canvas.getBoundingClientRect();
    const at = [(event.clientX - box.left) / box.width * canvas.width, (event.clientY - box.top) / box.height * canvas.height].map(Math.floor);
    const [r, g, b] = canvas.getContext("2d")?.getImageData(at[0], at[1], 1, 1).data ?? [0, 0, 0];
    take(`#${[r, g, b].map((v) => v.toString(16).padStart(2, "0")).join("")}`);
  } });
  const image = new Image();
  image.onload = () => {
    const scale = 260 / Math.max(image.naturalWidth, image.naturalHeight);
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight].map((v) => Math.max(1, Math.round(v * scale)));
    canvas.getContext("2d", { willReadFrequently: true })?.drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(url);
  };
  image.onerror = () => { // a format that the server reads and this browser does not: its colours are there all the same
    canvas.hidden = true;
    URL.revokeObjectURL(url);
  };
  image.src = url;
  const remove = () => {
    const references = currentPicture(store.state)?.wishes.references.filter((one) => one.key !== key) ?? [];
    store.change(wish, { references });
  };
  return make("li", {}, canvas,
    make("div", { class: "palette-row" },
      make("span", { class: "name" }, name),
      make("button", { type: "button", class: "icon", "aria-label": `Remove ${name}`, title: "Remove", onclick: remove }, icon("bin")),
      make("div", { class: "swatches", role: "group", "aria-label": `Colours of ${name}` },
        ...colors.map((color) => swatch(color, `${describe(color)}, ${color}`, () => take(color))))));
}
