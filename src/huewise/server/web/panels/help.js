// The card of keyboard shortcuts, made from the list of actions.

/** @import {Actions} from "../actions.js" */
import { make } from "../dom.js";

const NAMES = /** @type {Record<string, string>} */ ({ Mod: /Mac|iP/.test(navigator.platform) ? "⌘" : "Ctrl", Delete: "Del", Escape: "Esc" });

/** @param {HTMLDialogElement} dialog @param {() => Actions} actions @returns {() => void} opens it */
export function helpCard(dialog, actions) {
  return () => {
    const list = Object.values(actions()).filter((action) => action.keys.length);
    const groups = [...new Set(list.map((action) => action.group))];
    dialog.replaceChildren(make("form", { method: "dialog" },
      make("h2", { id: "help-title", tabindex: -1, autofocus: true }, "Keyboard"),
      make("div", { class: "columns" }, ...groups.map((group) => make("section", {}, make("h3", {}, group), make("dl", { class: "keys" },
        ...list.filter((action) => action.group === group).flatMap(({ keys, label }) => row(keys[0], label)),
        ...(group === "View" ? row("X", "Gray, as long as it is held") : []),
        ...(group === "Hints" ? [
          ...row("Arrows", "Move the selected hint; with Shift ten times as far. With none, on the picture: move a crosshair"),
          ...row("Enter", "Use the tool at the crosshair"),
        ] : []),
      )))),
      make("div", { class: "foot" }, make("button", { type: "submit", class: "primary", value: "close" }, "Close"))));
    if (!dialog.open) dialog.showModal();
  };
}

/** @param {string} key @param {string} label */
function row(key, label) {
  return [make("dt", {}, ...key.split(/(?<=.)\+/).map((part) => make("kbd", {}, NAMES[part] ?? part))), make("dd", {}, label)];
}
