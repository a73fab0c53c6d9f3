// The colour of the selected hint, or of the next one: well, hex, suggestions, the gamut at this lightness, two sliders.

/** @import {State, Store} from "../state.js" */
/** @import {Triple} from "../color.js" */
import { chooseColor, endGesture, rememberColor, say, select } from "../changes.js";
import { fromHueChroma, hexToLab, labToHex, toHueChroma } from "../color.js";
import { changing, make, swatch } from "../dom.js";
import { describe, describeFully } from "../names.js";
import { labAt } from "../render.js";
import { currentPicture, newId, selectedHint } from "../state.js";
import { subjectOf } from "../suggest.js";
import { writtenColor } from "../written.js";
import { gamutMap } from "./gamut.js";

const SUGGESTIONS = 9;
const MOST_CHROMA = 110;
const USUAL_L = 60;
const SEEN_L = 42; // from which on suggestions are shown as they are

/** @param {State} state @returns {{hex: string|null, own: string|null, l: number}} the colour on show, the picture's own at the place, the lightness */
export function shownColor(state) {
  const picture = currentPicture(state);
  const hint = selectedHint(state);
  const place = hint?.points[0] ?? state.cursor;
  const seen = picture?.guide && place ? labAt(picture, place) : null;
  const own = seen && labToHex(seen.l, seen.a, seen.b);
  return { hex: hint?.color ?? state.color, own, l: seen?.l ?? USUAL_L };
}

/** The suggestions and their title. @param {State} state @returns {{colors: string[], words: string}} none while those for another hint are on their way */
function offeredIn(state) {
  const { palette, current, selected, cursor } = state;
  const hint = subjectOf(state)?.hint ?? null;
  const fits = palette?.key === current && (palette.hint === null ? !hint : palette.hint === selected);
  const colors = fits ? palette.colors : [];
  if (fits ? palette.hint : hint) return { colors, words: "Suggestions for the selected hint" };
  return { colors, words: cursor ? "Suggestions under the cursor" : "Suggestions for this place" };
}

/** @param {HTMLElement} root @param {Store} store */
export function colorPanel(root, store) {
  const changed = changing();
  let running = { by: "", gesture: "" };
  /** A colour on its way: all of them until it settles are one step. @param {string} color @param {string} by what moves it */
  const slide = (color, by) => {
    if (running.by !== by) running = { by, gesture: `color ${newId()}` };
    store.change(chooseColor, color, running.gesture);
  };
  /** @param {string} by another one's end is not that of what runs: it loses the focus when this one begins */
  const settle = (by) => {
    if (running.by !== by) return;
    running = { by: "", gesture: "" };
    store.change(endGesture);
    const { color, selected } = store.state;
    if (color) store.change(rememberColor, color, selected ?? "next");
  };
  /** @param {string} color */
  const take = (color) => {
    store.change(chooseColor, color);
    store.change(rememberColor, color);
  };

  /** It colours what the title of the suggestions names. @param {string} color */
  const takeSuggestion = (color) => {
    if (store.state.palette?.hint === null) store.change(select, null);
    take(color);
  };

  const well = make("input", { type: "color", "aria-label": "Colour", oninput: () => slide(well.value, "well"), onchange: () => settle("well") });
  const wellBox = make("div", { class: "well" }, well);
  const hex = make("input", { type: "text", "aria-label": "Colour as hex or by name", title: "Like #0aa, 8a2f1d or teal", placeholder: "automatic", spellcheck: "false", autocomplete: "off", maxlength: 40,
    onchange: () => {
      const color = writtenColor(hex.value);
      hex.setAttribute("aria-invalid", String(!color && hex.value.trim() !== ""));
      if (color) take(color);
      else if (hex.value.trim()) store.change(say, `“${hex.value}” is no colour. Write it like #8a2f1d, or by its name in CSS, like teal.`, "error");
      store.repaint();
      changed();
    } });
  const auto = make("button", { class: "text", title: "New hints take the colour that the picture suggests at their place",
    onclick: () => {
      store.change(select, null);
      store.change(chooseColor, null);
    } }, "Automatic");
  const title = make("h2", { id: "color-title" }, "Colour of the next hint");
  const words = make("span", { class: "quiet" });

  const row = make("div", { class: "swatches", role: "group", "aria-label": "Suggestions" });
  const rowName = make("h2", {}, "Suggestions");
  const rowTitle = make("div", { class: "head" }, rowName);
  const sliders = { hue: slider("Hue", 360, "°"), chroma: slider("Chroma", MOST_CHROMA, "") };
  /** @param {string} by */
  const fromSliders = (by) => {
    const [a, b] = fromHueChroma(sliders.hue.input.valueAsNumber, sliders.chroma.input.valueAsNumber);
    slide(labToHex(shownColor(store.state).l, a, b), by);
  };
  for (const [name, { input }] of Object.entries(sliders)) {
    input.addEventListener("input", () => fromSliders(name));
    for (const end of ["pointerup", "blur"]) input.addEventListener(end, () => settle(name)); // "change" comes with every key
  }
  const map = gamutMap((l, a, b) => slide(labToHex(l, a, b), "plane"), () => settle("plane"));

  root.append(
    make("div", { class: "head" }, title, auto),
    make("div", { class: "current" }, wellBox, hex, words),
    rowTitle,
    row,
    map.element,
    sliders.hue.field,
    sliders.chroma.field,
  );

  store.onPaint((state) => {
    const { hex: color, own, l } = shownColor(state);
    const suggests = currentPicture(state)?.offers.includes("palette") ?? true;
    if (!changed(suggests, color, color ?? own, Math.round(l), state.selected, state.palette, state.current, offeredIn(state).words)) return;
    title.textContent = state.selected ? "Colour of the selected hint" : "Colour of the next hint";
    wellBox.classList.toggle("auto", !color);
    wellBox.style.background = color ?? "";
    auto.hidden = !color || !!state.selected;
    if (color) well.value = color;
    if (document.activeElement !== hex) {
      hex.value = color ?? "";
      hex.removeAttribute("aria-invalid");
    }
    words.textContent = color && describe(color) !== color ? describe(color) : "";
    const { colors: offered, words: whose } = offeredIn(state);
    if (rowName.textContent !== whose) {
      rowName.textContent = whose;
      row.setAttribute("aria-label", whose);
    }
    rowTitle.hidden = row.hidden = !suggests;
    paintSuggestions(row, offered, color, takeSuggestion);
    const [, a, b] = color ? hexToLab(color) : [0, 0, 0];
    map.paint(l, color ? [a, b] : null);
    const [, ownA, ownB] = own ? hexToLab(own) : [0, 0, 0]; // what an automatic hint would take
    paintSliders(sliders, l, color ? a : ownA, color ? b : ownB, color !== null, !!own);
    paintHandle(color);
  });
}

/** @param {string} label @param {number} max @param {string} unit */
function slider(label, max, unit) {
  const id = `slider-${label.toLowerCase()}`;
  const input = make("input", { type: "range", id, min: 0, max, value: 0 });
  const output = make("output", { for: id });
  const field = make("div", { class: "field" }, make("label", { for: id }, label, output), input);
  return { input, output, field, unit };
}

/** @typedef {ReturnType<typeof slider>} Slider */

/** @param {{hue: Slider, chroma: Slider}} sliders @param {number} l @param {number} a @param {number} b @param {boolean} known @param {boolean} placed */
function paintSliders(sliders, l, a, b, known, placed) {
  const { hue, chroma } = toHueChroma(a, b);
  const values = { hue: chroma < 0.5 ? sliders.hue.input.valueAsNumber : hue, chroma };
  for (const name of /** @type {const} */ (["hue", "chroma"])) {
    const { field, input, output, unit } = sliders[name];
    if (document.activeElement !== input || Math.abs(input.valueAsNumber - values[name]) > 2) input.value = String(values[name]);
    output.textContent = known ? `${Math.round(values[name])}${unit}` : "automatic";
    field.classList.toggle("unset", !known && !placed); // no place, no colour: no knob
  }
  const hues = Array.from({ length: 13 }, (_, i) => labToHex(Math.min(78, Math.max(45, l)), ...fromHueChroma(i * 30, 50)));
  sliders.hue.input.style.setProperty("--track", `linear-gradient(90deg, ${hues.join(", ")})`);
  const steps = Array.from({ length: 8 }, (_, i) => labToHex(l, ...fromHueChroma(values.hue, (i / 7) * MOST_CHROMA)));
  sliders.chroma.input.style.setProperty("--track", `linear-gradient(90deg, ${steps.join(", ")})`);
}

/** Dark colours as they would look in more light: nobody could tell them apart. @param {string} color */
function inMoreLight(color) {
  const lab = hexToLab(color);
  return lab[0] < SEEN_L ? labToHex(.../** @type {Triple} */ (lab.map((v) => v * SEEN_L / Math.max(lab[0], 8)))) : color;
}

/** @param {HTMLElement} row @param {string[]} colors @param {string|null} chosen @param {(color: string) => void} take */
function paintSuggestions(row, colors, chosen, take) {
  const held = [...row.children].indexOf(/** @type {Element} */ (document.activeElement));
  const filled = colors.slice(0, SUGGESTIONS).map((color, i) => swatch(
    color, `Suggestion ${i + 1}: ${describeFully(color)}`, () => take(color), color === chosen,
  ));
  filled.forEach((one, i) => (one.style.background = inMoreLight(colors[i])));
  const empty = Array.from({ length: SUGGESTIONS - filled.length }, () => make("span", { class: "swatch empty" }));
  row.replaceChildren(...filled, ...empty);
  if (held >= 0 && filled[held]) filled[held].focus();
}

/** The handle of the sheet on narrow screens shows the colour. @param {string|null} color */
function paintHandle(color) {
  const chip = /** @type {HTMLElement|null} */ (document.querySelector("#sheet .chip"));
  const label = document.querySelector("#sheet .label");
  if (!chip || !label) return;
  chip.style.background = color ?? "conic-gradient(#d9593d, #e6b23c, #4f9d69, #3f6fb0, #8a5aa8, #d9593d)";
  label.textContent = color ? `Colour: ${describe(color)}` : "Colour: automatic";
}

