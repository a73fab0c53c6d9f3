// Listens to everything but the stage: keys, the divider, files that are dropped or pasted.

/** @import {Store, XY} from "./state.js" */
/** @import {Actions} from "./actions.js" */
import { keyName } from "./actions.js";
import { endGesture, set } from "./changes.js";
import { actAt } from "./events.js";
import { ARROWS, createNudge } from "./nudge.js";
import { currentPicture } from "./state.js";

const CROSS_STEP = 8; // CSS pixels that an arrow key moves the crosshair

/** @param {HTMLElement} canvas @param {Store} store */
export function listenToCanvasKeys(canvas, store) {
  canvas.addEventListener("keydown", (event) => crossKeys(event, store));
  canvas.addEventListener("blur", () => store.change(set, { cross: null }));
}

/** The keyboard's crosshair: arrows move it, Enter acts there. @param {KeyboardEvent} event @param {Store} store */
function crossKeys(event, store) {
  const picture = currentPicture(store.state);
  if (!picture?.guide || event.ctrlKey || event.metaKey) return;
  const [x, y] = store.state.cross ?? store.state.cursor ?? [picture.width / 2, picture.height / 2];
  const step = (CROSS_STEP * (event.shiftKey ? 4 : 1)) / picture.view.scale;
  const way = ARROWS[event.key]?.map((one) => one * step);
  if (way ? store.state.selected : event.key !== "Enter") return; // a selected hint moves instead
  event.preventDefault();
  event.stopPropagation();
  if (way) {
    const cross = /** @type {XY} */ ([
      Math.min(picture.width - 1, Math.max(0, x + way[0])), Math.min(picture.height - 1, Math.max(0, y + way[1])),
    ]);
    store.change(set, { cross, cursor: cross });
  } else if (store.state.tool === "point" || store.state.tool === "region" || store.state.tool === "pick") {
    actAt(store, picture, [x, y]);
    store.change(endGesture);
  }
}

/** @param {HTMLElement} divider @param {HTMLElement} stage @param {Store} store */
export function listenToDivider(divider, stage, store) {
  const move = (/** @type {number} */ share) => store.change(set, { divider: Math.min(0.98, Math.max(0.02, share)) });
  divider.addEventListener("pointerdown", (event) => {
    divider.setPointerCapture(event.pointerId);
    event.preventDefault();
    divider.focus({ preventScroll: true });
  });
  divider.addEventListener("pointermove", (event) => {
    const box = stage.getBoundingClientRect();
    if (divider.hasPointerCapture(event.pointerId)) move((event.clientX - box.left) / box.width);
  });
  divider.addEventListener("keydown", (event) => {
    const steps = /** @type {Record<string, number>} */ ({ ArrowLeft: -0.02, ArrowRight: 0.02, PageDown: -0.1, PageUp: 0.1, Home: -1, End: 1 });
    if (!(event.key in steps)) return;
    event.preventDefault();
    event.stopPropagation();
    move(store.state.divider + steps[event.key]);
  });
}

/** Whether a menu is open; older browsers know no popovers, nor the word for one that is open. */
const openPopover = () => "popover" in document.body && document.querySelector(":popover-open") !== null;

/** @param {Store} store @param {Actions} actions @param {HTMLElement} stage @param {HTMLElement} told read out when it changes */
export function listenToKeys(store, actions, stage, told) {
  const nudge = createNudge(store, told);
  const byKey = new Map(Object.values(actions).flatMap((action) => action.keys.map((key) => [key, action])));
  addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (document.querySelector("dialog[open]") || openPopover() || !currentPicture(store.state)) return;
    if (target.matches("input:not([type=range]):not([type=checkbox]), select, textarea")) return;
    if (event.key === " " && (target === document.body || target.id === "canvas")) {
      stage.classList.add("panning");
      event.preventDefault();
      return;
    }
    if (event.key === "x" && !event.repeat && !event.ctrlKey) store.change(set, { peek: true });
    const action = byKey.get(keyName(event));
    if (action || (!target.matches("input") && nudge(event))) event.preventDefault();
    action?.run();
  });
  addEventListener("keyup", (event) => {
    if (event.key === " ") stage.classList.remove("panning");
    if (event.key === "x") store.change(set, { peek: false });
  });
}

/** @param {(files: File[], target: Node|null) => void} open and where they were dropped @param {HTMLElement} veil that shows while files hover over the page */
export function listenToFiles(open, veil) {
  const holds = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files") ?? false;
  let depth = 0;
  addEventListener("dragenter", (event) => {
    if (!holds(event)) return;
    depth += 1;
    veil.hidden = false;
  });
  addEventListener("dragleave", () => {
    depth = Math.max(0, depth - 1);
    veil.hidden = depth === 0;
  });
  addEventListener("dragover", (event) => holds(event) && event.preventDefault());
  addEventListener("drop", (event) => {
    depth = 0;
    veil.hidden = true;
    if (!holds(event)) return;
    event.preventDefault();
    open([...(event.dataTransfer?.files ?? [])], /** @type {Node|null} */ (event.target));
  });
  addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length) open(files, null);
  });
}
