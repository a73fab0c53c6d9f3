// On narrow screens the side is a sheet at the bottom that opens and closes.

/** @import {Store} from "../state.js" */
import { set } from "../changes.js";

/** @param {HTMLElement} side @param {HTMLElement} handle @param {Store} store */
export function sheetPanel(side, handle, store) {
  handle.addEventListener("click", () => store.change(set, { sheet: !store.state.sheet }));
  store.onPaint(({ sheet }) => {
    side.classList.toggle("open", sheet);
    handle.setAttribute("aria-expanded", String(sheet));
  });
}
