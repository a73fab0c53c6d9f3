// The rail of tools, with the size of the brush and the reach of a region.

/** @import {Store, Tool} from "../state.js" */
import { chooseTool, endGesture, set } from "../changes.js";
import { icon, make } from "../dom.js";
import { reachTo } from "../grow.js";
import { REACHES } from "../region.js";
import { radios } from "./radios.js";

/** @type {[Tool, string, string][]} */
const TOOLS = [
  ["point", "Point", "P"], ["brush", "Brush", "B"], ["region", "Region by click", "R"], ["pick", "Eyedropper", "I"], ["hand", "Move", "H"],
];

/** @param {HTMLElement} root @param {Store} store */
export function toolsPanel(root, store) {
  const buttons = TOOLS.map(([tool, label, key]) => make(
    "button", { role: "radio", "data-value": tool, "aria-label": label, title: `${label} (${key})` }, icon(tool),
  ));
  const size = amount(["Brush size", "Brush size ([ and ])"], 4, 200, (value) => store.change(set, { brush: value }));
  const reach = amount(["Reach", "Reach: how much of the picture a click takes ([ and ]); or press on the picture and drag sideways"],
    REACHES.least, REACHES.most, (value) => reachTo(store, value));
  reach.input.addEventListener("change", () => store.change(endGesture));
  root.append(...buttons, size.element, reach.element);
  const paint = radios(root, buttons, (value) => store.change(chooseTool, /** @type {Tool} */ (value)));
  store.onPaint((state) => {
    paint(state.tool);
    size.paint(state.brush, state.tool === "brush");
    reach.paint(state.reach, state.tool === "region");
  });
}

/** A slider that one tool has. @param {[string, string]} words its name, and what it does @param {number} min @param {number} max @param {(value: number) => void} put */
function amount([label, title], min, max, put) {
  const input = make("input", { type: "range", min, max, "aria-label": label, title, oninput: () => put(input.valueAsNumber) });
  const shown = make("span");
  const name = make("span", { class: "name", "aria-hidden": "true" }, label.split(" ").at(-1) ?? label);
  const element = make("div", { class: "amount", hidden: true }, name, input, shown);
  return {
    element,
    input,
    /** @param {number} value @param {boolean} offered */
    paint(value, offered) {
      element.hidden = !offered;
      input.value = String(value);
      shown.textContent = String(value);
    },
  };
}
