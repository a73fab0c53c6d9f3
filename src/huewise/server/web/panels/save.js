// The card that saves: pictures (this one or all), the hints file, the project.

/** @import {Store, Picture} from "../state.js" */
/** @import {Session} from "../session.js" */
/** @import {SaveOptions} from "../api.js" */
import { say, set } from "../changes.js";
import { download, make } from "../dom.js";
import { toHintsFile, toProject } from "../project.js";
import { currentPicture } from "../state.js";
import { whyOf } from "../told.js";
import { zip } from "../zip.js";

const ENDINGS = /** @type {Record<string, string>} */ ({ jpeg: "jpg", png: "png", tiff: "tif", webp: "webp", avif: "avif", ora: "ora" });
const NAMES = /** @type {Record<string, string>} */ ({ jpeg: "JPEG", png: "PNG", tiff: "TIFF", webp: "WebP", avif: "AVIF", ora: "OpenRaster, in layers" });
const LOSSY = ["jpeg", "webp", "avif"];
const DEEP = ["png", "tiff", "avif"];

/** @param {HTMLDialogElement} dialog @param {Store} store @param {Session} session @returns {() => void} opens it */
export function saveCard(dialog, store, session) {
  const format = make("select", { id: "save-format", onchange: () => paint() },
    make("option", { value: "" }, ""), ...Object.entries(NAMES).map(([value, name]) => make("option", { value }, name)));
  const quality = make("input", { type: "range", id: "save-quality", min: 50, max: 100, value: 95, oninput: () => paint() });
  const qualityShown = make("output", { for: "save-quality" });
  const deep = make("input", { type: "checkbox", id: "save-deep" });
  const all = make("input", { type: "checkbox", id: "save-all" });
  const allRow = make("label", { class: "choice", for: "save-all" }, all, "All open pictures, in one ZIP file");
  const deepRow = make("label", { class: "choice", for: "save-deep" }, deep, "16 bits a channel");
  const qualityRow = make("div", { class: "field" }, make("label", { for: "save-quality" }, "Quality", qualityShown), quality);
  const title = make("h2", { id: "save-title" }, "Save");
  const facts = make("p", { class: "quiet" });
  dialog.append(make("form", { method: "dialog", onsubmit: (/** @type {SubmitEvent} */ event) => {
    if (event.submitter?.id === "save-go") save();
  } },
  title, facts,
  make("div", { class: "field" }, make("label", { for: "save-format" }, "Format"), format),
  qualityRow, deepRow, allRow,
  make("div", { class: "foot" },
    make("button", { type: "submit", class: "plain", value: "cancel" }, "Cancel"),
    make("button", { type: "submit", class: "primary", id: "save-go", value: "save" }, "Save")),
  make("div", { class: "inline" },
    make("button", { class: "text", onclick: saveHints }, "Save the hints file"),
    make("button", { class: "text", onclick: saveProject }, "Save the project"))));

  const written = () => format.value || writtenFormat(currentPicture(store.state)?.format);
  function paint() {
    const picture = currentPicture(store.state);
    if (!picture) return;
    const many = store.state.pictures.filter((one) => one.status === "ready").length;
    title.textContent = `Save ${picture.name}`;
    format.options[format.length - 1].hidden = !picture.wishes.flats;
    if (format.value === "ora" && !picture.wishes.flats) format.value = "";
    facts.textContent = `${picture.width} × ${picture.height}, with everything that the file knew (date, camera, place).`;
    format.options[0].textContent = `As the file: ${NAMES[writtenFormat(picture.format)]}`;
    qualityRow.hidden = !LOSSY.includes(written());
    qualityShown.textContent = quality.value;
    deepRow.hidden = !DEEP.includes(written());
    allRow.hidden = many < 2 || format.value === "ora"; // others may have no flats
    if (allRow.hidden) all.checked = false;
  }

  /** @param {Picture} picture @returns {SaveOptions} */
  const options = (picture) => {
    const kind = format.value || writtenFormat(picture.format);
    return {
      ...(format.value ? { format: format.value } : {}),
      ...(LOSSY.includes(kind) ? { quality: quality.valueAsNumber } : {}),
      bits: !DEEP.includes(kind) ? 8 : deep.checked === (currentPicture(store.state)?.bits === 16) ? picture.bits : deep.checked ? 16 : 8, // untouched: each as its file
    };
  };

  async function save() {
    const { pictures, current } = store.state;
    const chosen = pictures.filter((one) => one.status === "ready" && (all.checked || one.key === current));
    store.change(set, { saving: true });
    try {
      /** @type {{name: string, blob: Blob}[]} */
      const files = [];
      for (const picture of chosen) {
        store.change(say, chosen.length > 1 ? `Saving ${files.length + 1} of ${chosen.length} …` : "Saving …", "info", true);
        const blob = await session.save(picture.key, options(picture));
        files.push({ blob, name: freeName(savedName(picture.name, format.value || writtenFormat(picture.format)), files) });
      }
      if (files.length === 1) download(files[0].blob, files[0].name);
      else download(await zip(files), "huewise.zip");
      store.change(say, files.length === 1 ? `Saved as ${files[0].name}` : `Saved ${files.length} pictures in huewise.zip`);
    } catch (error) {
      store.change(say, `Not saved: ${whyOf(error)}`, "error");
    } finally {
      store.change(set, { saving: false });
    }
  }

  function saveHints() {
    const picture = currentPicture(store.state);
    if (!picture) return;
    const name = `${stem(picture.name)}-hints.json`;
    download(json(toHintsFile(picture)), name);
    dialog.close();
    const references = picture.wishes.references.map((one) => one.name).join(", ");
    const more = references && `: it names its references only; keep ${references} beside it, or save the project, which holds them`;
    store.change(say, `Saved as ${name}${more}`);
  }
  async function saveProject() {
    const ready = store.state.pictures.filter((picture) => picture.status === "ready");
    if (!ready.length) return;
    try {
      const name = `${stem(ready[0].name)}-project.json`;
      download(json(await toProject(ready)), name);
      dialog.close();
      store.change(say, `Saved as ${name}`);
    } catch (error) {
      store.change(say, `The project could not be saved: ${whyOf(error)}`, "error");
    }
  }

  return () => {
    const picture = currentPicture(store.state);
    if (picture?.status !== "ready" || dialog.open) return;
    deep.checked = picture.bits === 16;
    paint();
    dialog.showModal();
  };
}

/** @param {string|undefined} format of the input @returns {string} the format that is written for it */
function writtenFormat(format = "") {
  return format in NAMES ? format : format === "heic" ? "jpeg" : "png";
}

/** @param {string} name */
function stem(name) {
  return name.replace(/\.[^.]*$/, "") || "picture";
}

/** @param {string} name of the input @param {string} format @returns {string} beside it, as the command line names it */
export function savedName(name, format) {
  const ending = /\.([^.]+)$/.exec(name)?.[1] ?? "";
  const fits = { jpeg: /^jpe?g?$|^jfif$/i, tiff: /^tiff?$/i }[format]?.test(ending) ?? ending.toLowerCase() === format;
  return `${stem(name)}-color.${fits ? ending : ENDINGS[format]}`;
}

/** @param {string} name @param {{name: string}[]} taken */
function freeName(name, taken) {
  for (let i = 2, free = name; ; i += 1) {
    if (!taken.some((one) => one.name === free)) return free;
    free = name.replace(/(\.[^.]*)$/, ` ${i}$1`);
  }
}

/** @param {object} content */
function json(content) {
  return new Blob([`${JSON.stringify(content, null, 1)}\n`], { type: "application/json" });
}
