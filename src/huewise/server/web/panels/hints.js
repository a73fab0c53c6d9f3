// The list of hints: what an eye sees on the picture, for hands without a mouse and for screen readers too.

/** @import {Store, Hint} from "../state.js" */
/** @import {Actions} from "../actions.js" */
import { removeHint, select } from "../changes.js";
import { changing, icon, make } from "../dom.js";
import { describe, HINT_NAMES } from "../names.js";
import { currentPicture } from "../state.js";

/** @param {HTMLElement} root @param {Store} store @param {Actions} actions */
export function hintsPanel(root, store, actions) {
  const list = make("ol", { class: "hint-list" });
  const clear = make("button", { class: "text", onclick: actions.clear.run }, "Delete all");
  const title = make("h2", { id: "hints-title" }, "Hints");
  const empty = make("p", { class: "quiet" }, "Click where the colour is wrong: that sets a point. Drag a point to move it, or press arrow keys; pick a colour to change it.");
  root.append(make("div", { class: "head" }, title, clear), empty, list);

  const changed = changing();
  store.onPaint((state) => {
    const hints = currentPicture(state)?.hints ?? [];
    if (!changed(hints, state.selected)) return;
    title.textContent = hints.length ? `Hints (${hints.length})` : "Hints";
    clear.hidden = !hints.length;
    empty.hidden = hints.length > 0;
    const at = [...list.children].findIndex((one) => one.contains(document.activeElement));
    list.replaceChildren(...hints.map((hint, i) => entry(store, hint, i, hint.id === state.selected)));
    if (at < 0) return;
    const near = list.querySelector(".selected .pick") ?? list.children[Math.min(at, hints.length - 1)]?.firstElementChild;
    /** @type {HTMLElement|null|undefined} */ (near)?.focus();
  });
}

/** @param {Store} store @param {Hint} hint @param {number} i @param {boolean} selected */
function entry(store, hint, i, selected) {
  const what = `${HINT_NAMES[hint.kind]} ${i + 1}`;
  const dot = make("span", { class: "dot" });
  dot.style.background = hint.color;
  const [x, y] = hint.points[0];
  return make("li", { class: selected ? "selected" : "" },
    make("button", { class: "pick", "aria-pressed": String(selected), "aria-label": `${what}, ${describe(hint.color)}, at ${Math.round(x)}, ${Math.round(y)}`,
      onclick: () => store.change(select, selected ? null : hint.id) },
    dot, make("span", {}, `${HINT_NAMES[hint.kind]}, ${describe(hint.color)}`), make("span", { class: "where" }, `${Math.round(x)}, ${Math.round(y)}`)),
    make("button", { class: "icon remove", "aria-label": `Delete ${what}`, title: "Delete", onclick: () => store.change(removeHint, hint.id) }, icon("bin")));
}
