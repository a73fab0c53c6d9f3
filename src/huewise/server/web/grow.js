// The region tool: a press grows a region, dragging sideways or the slider "Reach" takes more or less of the picture.

/** @import {Hint, Picture, State, Store, XY} from "./state.js" */
/** @import {Growth} from "./region.js" */
import { addHint, reshapeHint, say, set } from "./changes.js";
import { growthAt, outlineAt, REACHES } from "./region.js";
import { currentPicture, newId, selectedHint } from "./state.js";
import { toStage } from "./view.js";

const DRAG = 4; // CSS pixels sideways for a step of reach
const APART = 12; // CSS pixels from the place that was pressed last within which nothing is outlined beforehand

/** The region that was grown last: as long as it is selected, it can be grown again from the picture as it was then. */
let last = /** @type {{id: string, at: XY, growth: Growth}|null} */ (null);
/** @type {WeakSet<object>} its outlines: one that has been moved is none of them, and stays where it was put */
const grown = new WeakSet();
let explained = false;

/** A drawing's areas are coloured whole. @param {Picture} picture @param {number} reach */
const reachOn = ({ kind }, reach) => (kind === "rgb" ? REACHES.most : reach);

/** @param {number} reach */
const held = (reach) => Math.min(REACHES.most, Math.max(REACHES.least, Math.round(reach)));

/**
 * A press of the region tool, which shows what it would take until it ends.
 * @param {Store} store @param {Picture} picture @param {XY} at @param {string} color @param {number} [pressed] x on the stage
 * @returns {{move: (x: number, y: number) => void, end: () => void}}
 */
export function pressRegion(store, picture, at, color, pressed = 0) {
  const growth = growthAt(picture, at);
  const from = store.state.reach;
  /** @param {number} reach */
  const show = (reach) => {
    const points = growth && outlineAt(growth, reachOn(picture, reach), picture);
    if (points) grown.add(points);
    const draft = /** @type {Hint|null} */ (points && { id: "draft", kind: "region", points, color, size: 0 });
    store.change(set, { reach, draft });
  };
  show(from);
  return {
    move(x) {
      const reach = held(from + Math.trunc((x - pressed) / DRAG));
      if (reach !== store.state.reach) show(reach);
    },
    end() {
      const { draft } = store.state;
      if (!draft || !growth) {
        store.change(say, "There is no region to be found at this place; let it reach farther, or try the brush.");
        return;
      }
      last = { id: newId(), at, growth };
      store.change(addHint, { ...draft, id: last.id });
      if (explained || from !== store.state.reach || picture.kind === "rgb") return;
      explained = true;
      store.change(say, "Too much, or too little? Move Reach; or drag sideways before you let go.");
    },
  };
}

/** The slider and its keys: for the region that was just made, and for those to come. @param {Store} store @param {number} wished */
export function reachTo(store, wished) {
  const reach = held(wished);
  const picture = currentPicture(store.state);
  store.change(set, { reach });
  const hint = selectedHint(store.state);
  if (!picture || !last || hint?.id !== last.id || !grown.has(hint.points)) return;
  const points = outlineAt(last.growth, reachOn(picture, reach), picture);
  if (!points) return;
  grown.add(points);
  store.change(reshapeHint, last.id, points, `reach ${last.id}`);
}

/** @type {{key: unknown[], points: XY[]|null}} */
let foreseen = { key: [], points: null };

/** What a press would take at the place under the pointer. @param {State} state @returns {XY[]|null} */
export function foresee(state) {
  const { tool, cursor, reach, draft } = state;
  const picture = currentPicture(state);
  if (tool !== "region" || !cursor || draft || !picture?.ab || picture.kind === "rgb" || picture.gesture || nearLast(picture, cursor)) return null;
  const key = [picture.key, picture.guide, picture.ab, ...cursor.map((v) => Math.round(v * picture.view.scale)), reach];
  if (key.some((value, i) => value !== foreseen.key[i])) {
    const growth = growthAt(picture, cursor, reach);
    foreseen = { key, points: growth && outlineAt(growth, reach, picture) };
  }
  return foreseen.points;
}

/** @param {Picture} picture @param {XY} cursor */
function nearLast({ view, hints }, cursor) {
  if (!last || !hints.some(({ id }) => id === last?.id)) return false;
  const [[x, y], [u, v]] = [toStage(view, cursor), toStage(view, last.at)];
  return Math.hypot(x - u, y - v) < APART;
}
