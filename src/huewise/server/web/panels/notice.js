// One line that says what happened.

/** @import {Store, Notice} from "../state.js" */
import { goOn, hush } from "../changes.js";
import { make } from "../dom.js";

const SHORT = 6000; // milliseconds that good news stays

/** @param {HTMLElement} root @param {Store} store */
export function noticePanel(root, store) {
  const line = /** @type {HTMLElement} */ (root.querySelector("p"));
  const way = make("button", { class: "text", onclick: () => {
    const { notice } = store.state;
    store.change(hush);
    notice?.way?.run();
  } });
  line.after(way);
  for (const act of ["pointerdown", "keydown", "drop", "change"]) {
    addEventListener(act, (event) => !root.contains(/** @type {Node} */ (event.target)) && store.change(goOn), true);
  }
  /** @type {Notice|null} */
  let shown = null;
  let timer = 0;
  store.onPaint(({ notice }) => {
    if (notice === shown) return;
    shown = notice;
    clearTimeout(timer);
    root.hidden = !notice;
    root.classList.toggle("error", notice?.kind === "error");
    if (line.textContent !== (notice?.text ?? "")) line.textContent = notice?.text ?? ""; // read out when it is new
    way.textContent = notice?.way?.label ?? "";
    way.hidden = !notice?.way;
    if (notice && !notice.stays) timer = setTimeout(() => store.state.notice === notice && store.change(hush), SHORT);
  });
}
