// Colours to take again: recent ones and saved palettes.

/** @import {Store} from "../state.js" */
import { chooseColor, removePalette, savePalette } from "../changes.js";
import { changing, icon, make, swatch } from "../dom.js";
import { describeFully } from "../names.js";
import { currentPicture } from "../state.js";

const MOST = 9; // colours of a palette

/** @param {HTMLElement} root @param {Store} store */
export function swatchesPanel(root, store) {
  const take = (/** @type {string} */ color) => store.change(chooseColor, color);
  const recent = make("div", { class: "swatches", role: "group", "aria-label": "Recent colours" });
  const palettes = make("div", { class: "panel-list" });
  const name = make("input", { type: "text", placeholder: "Name", "aria-label": "Name of the palette", maxlength: 40 });
  const keep = () => {
    const picture = currentPicture(store.state);
    const colors = [...new Set([...(picture?.hints.map((hint) => hint.color) ?? []), ...store.state.recent])].slice(0, MOST);
    if (!colors.length) return;
    store.change(savePalette, name.value.trim() || `Palette ${store.state.palettes.length + 1}`, colors);
    name.value = "";
  };
  name.addEventListener("keydown", (event) => event.key === "Enter" && keep());
  const empty = make("p", { class: "quiet" }, "A palette keeps colours under a name, for every picture. Set hints in the colours that belong together, write a name, and press Keep.");
  const go = make("button", { class: "plain", onclick: keep, title: "Keep the colours of this picture's hints and the recent ones" }, "Keep");
  const form = make("div", { class: "inline" }, name, go);
  const head = make("div", { class: "head" }, make("h2", { id: "swatches-title" }, "Recent colours"));
  const saved = make("details", {}, make("summary", {}, "Palettes"), empty, palettes, form);
  root.append(head, recent, saved);

  const changed = changing();
  store.onPaint((state) => {
    const { recent: colors, palettes: list } = state;
    go.disabled = !colors.length && !currentPicture(state)?.hints.length;
    if (!changed(colors, list)) return;
    head.hidden = recent.hidden = !colors.length;
    empty.hidden = list.length > 0;
    recent.replaceChildren(...colors.slice(0, MOST).map((color) => swatch(color, describeFully(color), () => take(color))));
    palettes.replaceChildren(...list.map((palette) => make("div", { class: "palette-row" },
      make("span", { class: "name" }, palette.name),
      make("button", { class: "icon", "aria-label": `Delete the palette ${palette.name}`, title: "Delete",
        onclick: () => store.change(removePalette, palette.name) }, icon("bin")),
      make("div", { class: "swatches", role: "group", "aria-label": palette.name },
        ...palette.colors.map((color) => swatch(color, describeFully(color), () => take(color)))))));
  });
}
