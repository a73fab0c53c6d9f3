// Which place the suggestions are for, and asking for them: the place under the pointer, or the selected hint.

/** @import {Hint, Picture, State, Store, XY} from "./state.js" */
/** @import {Session} from "./session.js" */
import { set } from "./changes.js";
import { hintUnder } from "./overlay.js";
import { currentPicture, selectedHint } from "./state.js";
import { toStage } from "./view.js";

const REST = 90; // milliseconds that the pointer rests before its place is asked about
const DRAGGED = 400; // the same while a hint is dragged: the edits come first
const NEAR = 4; // CSS pixels within which a place is the same
const BESIDE = 14; // CSS pixels beside a hint that still mean it
const KNOWN = 40; // answers that are kept
const ADDING = ["point", "brush", "region"]; // tools that would set a hint under the pointer

/**
 * What suggestions are for. A selected hint keeps them until the pointer lies elsewhere on the picture, where the tool would
 * set another hint; when it leaves the picture, to click on a suggestion, they are the selected hint's again.
 * @param {State} state @returns {{hint: string|null, place: XY}|null}
 */
export function subjectOf(state) {
  const [picture, hint] = [currentPicture(state), selectedHint(state)];
  const { cursor, palette, current } = state;
  if (!picture) return null;
  if (hint && !(cursor && pointsElsewhere(state, picture, hint, cursor))) return { hint: hint.id, place: innerPlace(hint) };
  const place = cursor ?? (palette?.key === current && palette.hint === null ? palette.at : null);
  return place && { hint: null, place };
}

/** @param {State} state @param {Picture} picture @param {Hint} hint @param {XY} cursor */
function pointsElsewhere({ tool, draft, cross }, picture, hint, cursor) {
  if (!ADDING.includes(tool) || draft || picture.gesture || cross) return false;
  if (hint.kind === "region") return !encloses(hint.points, cursor);
  return hintUnder({ ...picture, hints: [hint] }, ...toStage(picture.view, cursor), BESIDE) === undefined;
}

/** Whether an even-odd polygon holds a place. @param {XY[]} points @param {XY} at */
function encloses(points, [x, y]) {
  return crossings(points, y).filter((one) => one > x).length % 2 === 1;
}

/** Where a line at `y` crosses a polygon, from left to right. @param {XY[]} points @param {number} y */
function crossings(points, y) {
  return points.flatMap(([u, v], i) => {
    const [s, t] = points[(i + 1) % points.length];
    return (v > y) === (t > y) ? [] : [u + ((y - v) / (t - v)) * (s - u)];
  }).sort((one, other) => one - other);
}

/** A place that stands for a hint: the middle of a stroke, of a region the middle of its widest part half-way down. @param {Hint} hint @returns {XY} */
function innerPlace({ kind, points }) {
  if (kind !== "region") return points[Math.floor(points.length / 2)];
  const rows = points.map(([, y]) => y);
  const y = (rows.reduce((least, one) => Math.min(least, one)) + rows.reduce((most, one) => Math.max(most, one))) / 2 + 0.05;
  const ends = crossings(points, y);
  let [left, right] = [points[0][0], points[0][0]];
  for (let i = 0; i + 1 < ends.length; i += 2) if (ends[i + 1] - ends[i] > right - left) [left, right] = [ends[i], ends[i + 1]];
  return [(left + right) / 2, y];
}

/** @param {Store} store @param {Session} session */
export function watchSuggestions(store, session) {
  /** @type {Map<string, State["palette"]>} by what was asked */
  const known = new Map();
  let abort = new AbortController();
  let timer = 0;
  let asked = "";
  store.onChange((now) => {
    const [picture, subject] = [currentPicture(now), subjectOf(now)];
    if (!picture?.ab || !subject || !picture.offers.includes("palette")) return;
    const { hint, place } = subject;
    const step = NEAR / picture.view.scale;
    const wish = [
      picture.key, hint, ...place.map((v) => Math.round(v / step)), numberOf(picture.hints), numberOf(picture.wishes), picture.id,
    ].join(" ");
    if (wish === asked) return;
    asked = wish;
    clearTimeout(timer);
    abort.abort();
    const before = known.get(wish);
    if (before) return store.change(set, { palette: before });
    timer = setTimeout(async () => {
      abort = new AbortController();
      const { signal } = abort;
      const at = clampTo(place, picture);
      const colors = await session.palette(picture.key, at, signal).catch(() => null);
      if (!colors && !signal.aborted) asked = ""; // it failed: the next look asks again
      if (!colors || signal.aborted) return;
      const palette = { key: picture.key, at, colors, hint };
      known.set(wish, palette);
      if (known.size > KNOWN) known.delete(known.keys().next().value ?? "");
      store.change(set, { palette });
    }, picture.gesture ? DRAGGED : REST);
  });
}

/** @type {WeakMap<object, number>} */
const numbers = new WeakMap();
let count = 0;

/** A number that is the same for the same hints or wishes. @param {object} said */
function numberOf(said) {
  const known = numbers.get(said);
  if (known) return known;
  count += 1;
  numbers.set(said, count);
  return count;
}

/** @param {XY} place @param {{width: number, height: number}} picture @returns {XY} */
function clampTo([x, y], { width, height }) {
  return [Math.min(width - 0.01, Math.max(0, x)), Math.min(height - 0.01, Math.max(0, y))];
}
