// The bar at the top: which picture, undo and redo, what is shown.

/** @import {Store, Compare, Picture} from "../state.js" */
/** @import {Actions} from "../actions.js" */
import { set } from "../changes.js";
import { byId, icon, make } from "../dom.js";
import { currentPicture } from "../state.js";
import { radios } from "./radios.js";

/** @type {[Compare, string, string][]} */
const COMPARE = [
  ["gray", "Gray only", "G; X as long as it is held"], ["divider", "Gray and colour with a divider", "D"], ["color", "Colour only", "C"], ["side", "Side by side", "S"],
];

/** Names of actions and of their icons. @type {[string, string][]} */
const MORE = [["show-gray", "gray"], ["show-side", "side"], ["open", "add"], ["close", "close"], ["help", "help"]];

/** @param {{title: HTMLElement, compare: HTMLElement}} places @param {Store} store @param {Actions} actions */
export function barPanel({ title, compare }, store, actions) {
  const name = make("span", { class: "name" });
  const facts = make("span", { class: "facts" });
  const close = make("button", {
    class: "icon wide-only", "aria-label": "Close the picture", title: "Close the picture", onclick: actions.close.run,
  }, icon("close"));
  title.append(make("div", { class: "text" }, name, facts), close);
  const buttons = COMPARE.map(([value, label, key]) => make("button", {
    role: "radio", "data-value": value, "data-compare": value, "aria-label": label, title: `${label} (${key})`,
  }, icon(value)));
  compare.append(...buttons);
  const paintCompare = radios(compare, buttons, (value) => store.change(set, { compare: /** @type {Compare} */ (value) }));

  moreMenu(actions);
  store.onPaint((state) => {
    const picture = currentPicture(state);
    document.title = picture ? `${picture.name} – Huewise` : "Huewise";
    paintCompare(state.compare);
    enable("undo", !!picture?.past.length);
    enable("redo", !!picture?.future.length);
    enable("save", picture?.status === "ready" && !state.saving);
    if (!picture) return;
    name.textContent = picture.name;
    facts.textContent = factsOf(picture);
    facts.title = facts.textContent;
  });
}

/** What has no room in the bar of a narrow screen. @param {Actions} actions */
function moreMenu(actions) {
  const menu = byId("more");
  menu.append(...MORE.map(([name, picture]) => make("button", { "data-do": name }, icon(picture), actions[name].label)));
  menu.addEventListener("click", () => menu.hidePopover());
}

/** @param {string} action @param {boolean} enabled */
function enable(action, enabled) {
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll(`#editor [data-do="${action}"]`))) {
    button.disabled = !enabled;
  }
}

/** @param {Picture} picture */
function factsOf({ status, width, height, bits, format, notes, wishes }) {
  if (status !== "ready") return status === "opening" ? "opening …" : "not opened";
  const deep = bits === 16 ? " · 16 bit" : "";
  const told = notes.map((note) => (wishes.keepTint && !wishes.flats ? note.replace("is dropped", "is kept") : note));
  return [`${width} × ${height} · ${format.toUpperCase()}${deep}`, ...told].join(" · ");
}
