// The tabs of the side. A new panel is one section in index.html, one file, and one button here.

/** @import {Store, Tab} from "../state.js" */
import { set } from "../changes.js";
import { byId, make } from "../dom.js";
import { radios } from "./radios.js";

/** @type {[Tab, string][]} */
const TABS = [["color", "Colour"], ["ask", "Ask me"], ["whole", "Whole picture"]];

/** @param {HTMLElement} root @param {Store} store */
export function tabsPanel(root, store) {
  const buttons = TABS.map(([value, label]) => make("button", {
    role: "tab", id: `tab-${value}`, "data-value": value, "aria-controls": `page-${value}`,
  }, label));
  root.append(...buttons);
  const paint = radios(root, buttons, (tab) => store.change(set, { tab: /** @type {Tab} */ (tab) }), "aria-selected");
  store.onPaint(({ tab }) => {
    paint(tab);
    for (const [value] of TABS) byId(`page-${value}`).hidden = value !== tab;
  });
}
