// What follows from a change of the state: new colours after new hints, a palette for the place, a sharper guide when zoomed.

/** @import {State, Store} from "./state.js" */
/** @import {Session} from "./session.js" */
import { set } from "./changes.js";
import { currentPicture, selectedHint } from "./state.js";

const REST = 90; // milliseconds that the pointer rests before its place is asked about
const DRAGGED = 400; // the same while a hint is dragged: the edits come first
const NEAR = 4; // CSS pixels within which a place is the same

/** @param {Store} store @param {Session} session @param {number} largest side of a guide that the renderer takes */
export function watch(store, session, largest) {
  store.onChange((now, before) => {
    if (now.pictures !== before.pictures) recolorChanged(now, before, session);
  });
  store.onChange((now) => sharpenIfNeeded(now, session, largest));
  watchPalette(store, session);
}

/** @param {State} now @param {State} before @param {Session} session */
function recolorChanged(now, before, session) {
  for (const picture of now.pictures) {
    const was = before.pictures.find((one) => one.key === picture.key);
    if (!was || picture.status !== "ready") continue;
    if (was.model !== picture.model) session.reopen(picture.key);
    else if (was.hints !== picture.hints || was.wishes !== picture.wishes) session.recolor(picture.key);
  }
}

/** @type {Set<string>} pictures whose larger guide has been asked for */
const sharpened = new Set();

/** @param {State} state @param {Session} session @param {number} largest */
function sharpenIfNeeded(state, session, largest) {
  const picture = currentPicture(state);
  if (!picture?.guide || sharpened.has(picture.key)) return;
  const shown = picture.width * picture.view.scale * devicePixelRatio; // device pixels of the whole picture
  if (shown <= picture.guide.width * 1.2 || picture.guide.width >= picture.width) return;
  sharpened.add(picture.key);
  session.sharpen(picture.key, Math.min(largest, 8192));
}

/** Suggestions for the selected hint's place, or for the place under a resting pointer. @param {Store} store @param {Session} session */
function watchPalette(store, session) {
  let abort = new AbortController();
  let timer = 0;
  let asked = "";
  store.onChange((now) => {
    const picture = currentPicture(now);
    const place = selectedHint(now)?.points[0] ?? now.cursor ?? now.palette?.at;
    if (!picture?.ab || !place || !picture.offers.includes("palette")) return;
    const step = NEAR / picture.view.scale;
    const wish = [picture.key, ...place.map((v) => Math.round(v / step)), numberOf(picture.hints), numberOf(picture.wishes)].join(" ");
    if (wish === asked) return;
    asked = wish;
    clearTimeout(timer);
    timer = setTimeout(async () => {
      abort.abort();
      abort = new AbortController();
      const at = clampTo(place, picture);
      const colors = await session.palette(picture.key, at, abort.signal).catch(() => null);
      if (colors) store.change(set, { palette: { key: picture.key, at, colors } });
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

/** @param {[number, number]} place @param {{width: number, height: number}} picture @returns {[number, number]} */
function clampTo([x, y], { width, height }) {
  return [Math.min(width - 0.01, Math.max(0, x)), Math.min(height - 0.01, Math.max(0, y))];
}
