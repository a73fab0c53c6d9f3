// The reference pictures of a picture: look, take a colour, remove; add others.

/** @import {Reference, Store, Wishes} from "../state.js" */
/** @import {Session} from "../session.js" */
import { chooseColor, set, wish } from "../changes.js";
import { bytesToHex } from "../color.js";
import { icon, make, swatch } from "../dom.js";
import { describeFully } from "../names.js";
import { currentPicture } from "../state.js";

const SIDE = 260; // pixels of a reference's longer side

/** @param {Store} store @param {Session} session */
export function referenceList(store, session) {
  const refer = async (/** @type {File[]} */ files) => {
    const key = store.state.current;
    if (!key) return;
    for (const file of files) {
      const fresh = await session.refer(key, file, file.name);
      const wishes = store.state.pictures.find((picture) => picture.key === key)?.wishes;
      if (fresh && wishes) store.change(wish, key, { references: [...wishes.references, fresh] });
    }
  };
  const file = make("input", { type: "file", id: "reference-file", hidden: true, multiple: true, accept: "image/*,.tif,.tiff,.heic,.heif,.avif",
    "aria-label": "Reference pictures", onchange: () => {
      refer([...(file.files ?? [])]);
      file.value = "";
    } });
  const list = make("ul", { class: "references" });
  const element = make("div", { class: "part" },
    make("div", { class: "head" }, make("h2", {}, "Reference pictures")),
    make("p", { class: "quiet" }, "A colour picture whose colours are taken over. Choose one, or drop it here."),
    list, make("button", { class: "plain", onclick: () => file.click() }, "Choose a reference"), file);
  /** @type {Reference[]|null} */
  let shown = null;
  return {
    element,
    refer,
    /** @param {Wishes} wishes @param {boolean} offered */
    paint({ references }, offered) {
      element.hidden = !offered;
      if (references === shown) return;
      shown = references;
      list.replaceChildren(...references.map((one) => entry(one, store)));
    },
  };
}

/** @param {Reference} reference @param {Store} store */
function entry({ key, name, file, colors }, store) {
  const take = (/** @type {string} */ color) => {
    store.change(chooseColor, color);
    store.change(set, { tab: "color" });
  };
  const remove = () => {
    const picture = currentPicture(store.state);
    if (picture) store.change(wish, picture.key, { references: picture.wishes.references.filter((one) => one.key !== key) });
  };
  return make("li", {}, preview(file, name, take),
    make("div", { class: "palette-row" },
      make("span", { class: "name" }, name),
      make("button", { class: "icon", "aria-label": `Remove ${name}`, title: "Remove", onclick: remove }, icon("bin")),
      make("div", { class: "swatches", role: "group", "aria-label": `Colours of ${name}` },
        ...colors.map((color) => swatch(color, describeFully(color), () => take(color))))));
}

/** The picture itself, whose every place can be clicked for its colour. @param {Blob} file @param {string} name @param {(color: string) => void} take */
function preview(file, name, take) {
  const canvas = make("canvas", { class: "picture", role: "img", "aria-label": `${name}: click to take a colour`, title: "Click to take a colour",
    onclick: (/** @type {MouseEvent} */ event) => {
      const box = canvas.getBoundingClientRect();
      const at = [(event.clientX - box.left) / box.width * canvas.width, (event.clientY - box.top) / box.height * canvas.height].map(Math.floor);
      const [r, g, b] = canvas.getContext("2d")?.getImageData(at[0], at[1], 1, 1).data ?? [0, 0, 0];
      take(bytesToHex([r, g, b]));
    } });
  const url = URL.createObjectURL(file);
  const image = new Image();
  image.onload = () => {
    const scale = SIDE / Math.max(image.naturalWidth, image.naturalHeight);
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight].map((v) => Math.max(1, Math.round(v * scale)));
    canvas.getContext("2d", { willReadFrequently: true })?.drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(url);
  };
  image.onerror = () => { // a format that the server reads and this browser does not: its colours are there all the same
    canvas.hidden = true;
    URL.revokeObjectURL(url);
  };
  image.src = url;
  return canvas;
}
