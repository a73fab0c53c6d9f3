// Listens to the stage: mouse, pen, fingers and wheel become changes.

/** @import {Hint, Picture, Store, XY} from "./state.js" */
import { paneSize } from "./actions.js";
import {
  addHint, cancelGesture, chooseColor, chooseTool, endGesture, moveHint, rememberColor, select, set, setView, tenth,
} from "./changes.js";
import { labToHex } from "./color.js";
import { byId } from "./dom.js";
import { pressRegion } from "./grow.js";
import { hintUnder, paneShift } from "./overlay.js";
import { labAt } from "./render.js";
import { currentPicture, newId } from "./state.js";
import { inside, panBy, toPicture, zoomAt } from "./view.js";

const SLACK = { mouse: 6, pen: 8, touch: 16 }; // CSS pixels beside a hint that still mean it
const STRAIGHT = 2; // CSS pixels between two points of a stroke

/** @typedef {{move: (x: number, y: number) => void, end: () => void}} Drag */

/** @param {HTMLElement} stage @param {Store} store */
export function listenToStage(stage, store) {
  const canvas = byId("canvas");
  /** @type {Map<number, XY>} pointers that are down, in stage coordinates */
  const down = new Map();
  /** @type {Drag|null} */
  let drag = null;
  let pane = 0; // where the one begins that was pressed

  /** @param {PointerEvent|WheelEvent|MouseEvent} event @returns {XY} of the pane that holds the picture */
  const place = (event) => {
    const box = stage.getBoundingClientRect();
    const x = event.clientX - box.left;
    const shift = paneShift(store.state);
    if (!down.size) pane = x >= shift ? shift : 0;
    return [x - pane, event.clientY - box.top];
  };

  canvas.addEventListener("pointerdown", (event) => {
    const picture = currentPicture(store.state);
    if (!picture?.guide || event.button === 2) return;
    canvas.setPointerCapture(event.pointerId);
    const [x, y] = place(event);
    down.set(event.pointerId, [x, y]);
    if (down.size > 1) {
      store.change(cancelGesture); // the first finger meant nothing by itself
      drag = pinch(store, down);
      return;
    }
    const pans = event.button === 1 || stage.classList.contains("panning") || store.state.tool === "hand";
    drag = pans ? pan(store, x, y) : begin(store, picture, x, y, event);
  });
  canvas.addEventListener("pointermove", (event) => {
    const [x, y] = place(event);
    const picture = currentPicture(store.state);
    if (down.has(event.pointerId)) down.set(event.pointerId, [x, y]);
    const steps = event.getCoalescedEvents?.() ?? []; // a fast hand moves more often than the screen is painted
    if (drag) for (const step of steps.length ? steps : [event]) drag.move(...place(step));
    if (picture?.width) hover(store, picture, toPicture(picture.view, x, y));
  });
  for (const kind of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(kind, (event) => {
      down.delete(/** @type {PointerEvent} */ (event).pointerId);
      drag?.end();
      drag = null;
    });
  }
  canvas.addEventListener("pointerleave", () => store.change(set, { cursor: null }));
  canvas.addEventListener("contextmenu", (event) => event.preventDefault());
  stage.addEventListener("wheel", (event) => {
    const picture = currentPicture(store.state);
    if (!picture?.width) return;
    event.preventDefault();
    const [x, y] = place(event);
    const lines = event.deltaMode === 1 ? 24 : 1;
    const factor = Math.exp((-event.deltaY * lines * (event.ctrlKey ? 3 : 1)) / 500);
    store.change(setView, zoomAt(picture.view, factor, x, y, picture, paneSize(store.state)));
  }, { passive: false });
}

/** @param {Store} store @param {Picture} picture @param {XY} at */
function hover(store, picture, at) {
  const cursor = inside(at, picture) ? at : null;
  store.change(set, { cursor, cross: null });
}

/** What a press on the picture begins. @param {Store} store @param {Picture} picture @param {number} x @param {number} y @param {PointerEvent} event @returns {Drag|null} */
function begin(store, picture, x, y, event) {
  const { tool } = store.state;
  const at = toPicture(picture.view, x, y);
  const slack = SLACK[/** @type {keyof typeof SLACK} */ (event.pointerType)] ?? SLACK.mouse;
  const hint = tool === "point" ? hintUnder(picture, x, y, slack) : undefined;
  if (hint) {
    store.change(select, hint.id);
    return dragHint(store, hint.id, x, y);
  }
  if (!inside(at, picture)) {
    store.change(select, null);
    return null;
  }
  if (tool === "brush") return paint(store, picture, at);
  if (tool === "region") return growRegion(store, picture, at, x);
  const added = actAt(store, picture, at);
  return added ? dragHint(store, added, x, y) : null;
}

/** Point, region or eyedropper at a place. @param {Store} store @param {Picture} picture @param {XY} at @returns {string|null} id of a point that was set */
export function actAt(store, picture, at) {
  const { tool } = store.state;
  const [x, y] = at.map(tenth);
  const here = colorHere(store, picture, at);
  if (tool === "pick") {
    const { l, a, b } = labAt(picture, at);
    store.change(chooseColor, labToHex(l, a, b));
    store.change(chooseTool, "point");
    return null;
  }
  if (tool === "region") {
    growRegion(store, picture, at).end();
    return null;
  }
  const size = Math.max(4, Math.round(Math.max(picture.width, picture.height) / 400));
  /** @type {Hint} */
  const point = { id: newId(), kind: "point", points: [[x, y]], color: here, size };
  store.change(addHint, point, `add ${point.id}`);
  remember(store);
  return point.id;
}

/** @param {Store} store @param {Picture} picture @param {XY} at @param {number} [x] of the stage @returns {Drag} */
function growRegion(store, picture, at, x) {
  const drag = pressRegion(store, picture, at, colorHere(store, picture, at), x);
  return {
    move: drag.move,
    end() {
      drag.end();
      remember(store);
    },
  };
}

/** The chosen colour, or what the picture itself suggests. @param {Store} store @param {Picture} picture @param {XY} at */
function colorHere(store, picture, at) {
  const { l, a, b } = labAt(picture, at);
  return store.state.color ?? labToHex(l, a, b);
}

/** @param {Store} store */
function remember(store) {
  if (store.state.color) store.change(rememberColor, store.state.color);
}

/** @param {Store} store @param {string} id @param {number} x @param {number} y @returns {Drag} */
function dragHint(store, id, x, y) {
  const gesture = currentPicture(store.state)?.gesture || `drag ${newId()}`;
  let [lastX, lastY] = [x, y];
  return {
    move(nowX, nowY) {
      const picture = currentPicture(store.state);
      if (!picture || (nowX === lastX && nowY === lastY)) return;
      const { scale } = picture.view;
      store.change(moveHint, id, (nowX - lastX) / scale, (nowY - lastY) / scale, gesture);
      [lastX, lastY] = [nowX, nowY];
    },
    end: () => store.change(endGesture),
  };
}

/** @param {Store} store @param {Picture} picture @param {XY} at @returns {Drag} */
function paint(store, picture, at) {
  const { scale } = picture.view;
  const color = colorHere(store, picture, at);
  /** @type {XY[]} */
  const points = [[tenth(at[0]), tenth(at[1])]];
  const stroke = () => /** @type {Hint} */ ({
    id: "draft", kind: "stroke", points: [...points], color, size: tenth(Math.max(1, store.state.brush / scale)),
  });
  store.change(set, { draft: stroke() });
  return {
    move(x, y) {
      const [px, py] = toPicture(picture.view, x, y);
      const [qx, qy] = points[points.length - 1];
      if (Math.hypot(px - qx, py - qy) * scale < STRAIGHT) return;
      points.push([tenth(px), tenth(py)]);
      store.change(set, { draft: stroke() });
    },
    end() {
      if (!store.state.draft) return;
      store.change(addHint, { ...stroke(), id: newId() });
      remember(store);
    },
  };
}

/** @param {Store} store @param {number} x @param {number} y @returns {Drag} */
function pan(store, x, y) {
  let [lastX, lastY] = [x, y];
  return {
    move(nowX, nowY) {
      const picture = currentPicture(store.state);
      if (picture) store.change(setView, panBy(picture.view, nowX - lastX, nowY - lastY, picture, paneSize(store.state)));
      [lastX, lastY] = [nowX, nowY];
    },
    end() {},
  };
}

/** Two fingers: move and zoom at once. @param {Store} store @param {Map<number, XY>} down @returns {Drag} */
function pinch(store, down) {
  const measure = () => {
    const [[ax, ay], [bx, by]] = [...down.values()];
    return { x: (ax + bx) / 2, y: (ay + by) / 2, apart: Math.hypot(ax - bx, ay - by) };
  };
  let last = measure();
  return {
    move() {
      const picture = currentPicture(store.state);
      if (down.size !== 2 || !picture) return;
      const now = measure();
      const pane = paneSize(store.state);
      const moved = panBy(picture.view, now.x - last.x, now.y - last.y, picture, pane);
      store.change(setView, zoomAt(moved, now.apart / Math.max(1, last.apart), now.x, now.y, picture, pane));
      last = now;
    },
    end() {},
  };
}
