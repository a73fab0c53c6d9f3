// The rail of tools, and the size of the brush.

/** @import {Store, Tool} from "../state.js" */
import { chooseTool, set } from "../changes.js";
import { icon, make } from "../dom.js";
import { radios } from "./radios.js";

/** @type {[Tool, string, string][]} */
const TOOLS = [
  ["point", "Point", "P"], ["brush", "Brush", "B"], ["region", "Region by click", "R"], ["pick", "Eyedropper", "I"], ["hand", "Move", "H"],
];

/** @param {HTMLElement} root @param {Store} store */
export function toolsPanel(root, store) {
  const buttons = TOOLS.map(([tool, label, key]) => make(
    "button", { type: "button", role: "radio", "data-value": tool, "aria-label": label, title: `${label} (${key})` }, icon(tool),
  ));
  const size = make("input", {
    type: "range", min: 4, max: 200, "aria-label": "Brush size", title: "Brush size ([ and ])",
    oninput: () => store.change(set, { brush: size.valueAsNumber }),
  });
  const shown = make("span");
  const brush = make("div", { class: "brush", hidden: true }, size, shown);
  root.append(...buttons, brush);
  const paint = radios(root, buttons, (value) => store.change(chooseTool, /** @type {Tool} */ (value)));
  store.onPaint((state) => {
    paint(state.tool);
    brush.hidden = state.tool !== "brush";
    size.value = String(state.brush);
    shown.textContent = String(state.brush);
  });
}
