// How the state changes: pure functions (state, ...) -> state. No page, no network, no clock.

/** @import {Hint, Picture, State, Step, Tool, View, Wishes, XY} from "./state.js" */
import { currentPicture } from "./state.js";

const RECENT = 12; // colours remembered

// --- pictures ---

/** @param {State} state @param {Picture} picture @returns {State} */
export function addPicture(state, picture) {
  return { ...state, pictures: [...state.pictures, picture], current: state.current ?? picture.key };
}

/** @param {State} state @param {string|null} key @returns {State} */
export function showPicture(state, key) {
  if (state.current === key) return state;
  return { ...state, current: key, color: null, selected: null, cursor: null, cross: null, draft: null, palette: null, ask: null, busy: false };
}

/** @param {State} state @param {string} key @returns {State} */
export function removePicture(state, key) {
  const at = state.pictures.findIndex((picture) => picture.key === key);
  if (at < 0) return state;
  const pictures = state.pictures.filter((picture) => picture.key !== key);
  const without = { ...state, pictures };
  if (state.current !== key) return without;
  return showPicture(without, pictures[Math.min(at, pictures.length - 1)]?.key ?? null);
}

/**
 * A file that could not be opened takes nobody's place: what was opened with it, or what was shown before, is shown.
 * Where there is nothing else it stays, and the stage says why.
 * @param {State} state @param {string} key @param {string[]} rather keys of what is shown rather @returns {State}
 */
export function leaveBroken(state, key, rather) {
  if (state.pictures.find((picture) => picture.key === key)?.status !== "failed") return state;
  const others = state.pictures.filter((picture) => picture.key !== key && picture.status !== "failed");
  const next = rather.map((one) => others.find((picture) => picture.key === one)).find(Boolean) ?? others[0];
  if (!next) return state;
  return removePicture(state.current === key ? showPicture(state, next.key) : state, key);
}

/** @param {State} state @param {string} key @param {Partial<Picture>} facts @returns {State} */
export function updatePicture(state, key, facts) {
  if (!state.pictures.some((picture) => picture.key === key)) return state;
  return {
    ...state,
    pictures: state.pictures.map((picture) => (picture.key === key ? { ...picture, ...facts } : picture)),
  };
}

// --- history: one for hints, wishes and model ---

/** @param {Picture} picture @returns {Step} */
const stepOf = ({ hints, wishes, model }) => ({ hints, wishes, model });

/**
 * Something new is said about a picture. Steps with the same, non-empty `gesture` undo as one.
 * @param {State} state @param {string} key @param {Partial<Step>} news @param {string} [gesture] @returns {State}
 */
export function step(state, key, news, gesture = "") {
  const picture = state.pictures.find((one) => one.key === key);
  if (!picture) return state;
  const same = gesture !== "" && picture.gesture === gesture;
  const past = same ? picture.past : [...picture.past, { ...stepOf(picture), future: picture.future }]; // for `cancelGesture`
  return keepSelection(updatePicture(state, key, { ...news, past, future: [], gesture }));
}

/** @param {State} state @returns {State} the running gesture is over; the next change is a step of its own */
export function endGesture(state) {
  const picture = currentPicture(state);
  return picture?.gesture ? updatePicture(state, picture.key, { gesture: "" }) : state;
}

/** @param {State} state @returns {State} what the running gesture has done is undone, without a trace */
export function cancelGesture(state) {
  const picture = currentPicture(state);
  const before = picture?.past.at(-1);
  if (!picture?.gesture || !before) return set(state, { draft: null });
  const past = picture.past.slice(0, -1);
  return keepSelection(updatePicture({ ...state, draft: null }, picture.key, { ...before, past, gesture: "" }));
}

/** @param {State} state @returns {State} */
export function undo(state) {
  const picture = currentPicture(state);
  const before = picture?.past.at(-1);
  if (!picture || !before) return state;
  return keepSelection(updatePicture(state, picture.key, {
    ...before, past: picture.past.slice(0, -1), future: [...picture.future, stepOf(picture)], gesture: "",
  }));
}

/** @param {State} state @returns {State} */
export function redo(state) {
  const picture = currentPicture(state);
  const after = picture?.future.at(-1);
  if (!picture || !after) return state;
  return keepSelection(updatePicture(state, picture.key, {
    ...after, past: [...picture.past, stepOf(picture)], future: picture.future.slice(0, -1), gesture: "",
  }));
}

/** @param {State} state @returns {State} a selected hint that is no longer there is not selected */
function keepSelection(state) {
  const there = !state.selected || currentPicture(state)?.hints.some((hint) => hint.id === state.selected);
  return there ? state : { ...state, selected: null };
}

// --- hints ---

/** Replace the hints of the current picture. @param {State} state @param {Hint[]} hints @param {string} [gesture] @returns {State} */
export function setHints(state, hints, gesture) {
  return state.current ? step(state, state.current, { hints }, gesture) : state;
}

/** @param {State} state @param {Hint} hint @param {string} [gesture] @returns {State} */
export function addHint(state, hint, gesture) {
  const picture = currentPicture(state);
  if (!picture) return state;
  return { ...setHints(state, [...picture.hints, hint], gesture), selected: hint.id, draft: null, marks: true };
}

/** @param {State} state @param {string} id @param {number} dx @param {number} dy @param {string} gesture */
export function moveHint(state, id, dx, dy, gesture) {
  return alterHint(set(state, { marks: true }), id, gesture, (hint, picture) => {
    const xs = hint.points.map(([x]) => x);
    const ys = hint.points.map(([, y]) => y);
    // at least one corner of it stays on the picture
    const mx = clamp(dx, -Math.max(...xs), picture.width - 0.1 - Math.min(...xs));
    const my = clamp(dy, -Math.max(...ys), picture.height - 0.1 - Math.min(...ys));
    return { ...hint, points: hint.points.map(([x, y]) => [tenth(x + mx), tenth(y + my)]) };
  });
}

/** @param {State} state @param {string} id @param {string} color @param {string} [gesture] */
export function recolorHint(state, id, color, gesture = "") {
  return alterHint(state, id, gesture, (hint) => (hint.color === color ? hint : { ...hint, color }));
}

/** Another outline for a region. @param {State} state @param {string} id @param {XY[]} points @param {string} gesture */
export function reshapeHint(state, id, points, gesture) {
  return alterHint(state, id, gesture, (hint) => ({ ...hint, points }));
}

/** @param {State} state @param {string} id @returns {State} */
export function removeHint(state, id) {
  const picture = currentPicture(state);
  if (!picture?.hints.some((hint) => hint.id === id)) return state;
  const hints = picture.hints.filter((hint) => hint.id !== id);
  return { ...setHints(state, hints), selected: state.selected === id ? null : state.selected };
}

/** @param {State} state @returns {State} */
export function clearHints(state) {
  return currentPicture(state)?.hints.length ? { ...setHints(state, []), selected: null } : state;
}

/**
 * @param {State} state @param {string} id @param {string} gesture
 * @param {(hint: Hint, picture: Picture) => Hint} alter @returns {State}
 */
function alterHint(state, id, gesture, alter) {
  const picture = currentPicture(state);
  const hint = picture?.hints.find((one) => one.id === id);
  if (!picture || !hint) return state;
  const altered = alter(hint, picture);
  if (altered === hint) return state;
  return setHints(state, picture.hints.map((one) => (one.id === id ? altered : one)), gesture);
}

// --- the whole picture ---

/** @param {State} state @param {string} key @param {Partial<Wishes>} wishes @param {string} [gesture] @returns {State} */
export function wish(state, key, wishes, gesture) {
  const picture = state.pictures.find((one) => one.key === key);
  return picture ? step(state, key, { wishes: { ...picture.wishes, ...wishes } }, gesture) : state;
}

/** @param {State} state @param {XY[]} region of a question that is not to be asked again @returns {State} */
export function skipQuestion(state, region) {
  const picture = currentPicture(state);
  return picture ? updatePicture(set(state, { marks: true }), picture.key, { skipped: [...picture.skipped, region] }) : state;
}

// --- colours ---

/**
 * Choose a colour: of the selected hint, if there is one, and of the hints to come.
 * @param {State} state @param {string|null} color @param {string} [gesture] @returns {State}
 */
export function chooseColor(state, color, gesture) {
  const chosen = { ...state, color };
  return color && state.selected ? recolorHint(chosen, state.selected, color, gesture) : chosen;
}

/**
 * @param {State} state @param {string} color
 * @param {string|null} [tuned] the hint whose sliders gave it ("next": hints to come); their last colour was on the way to this one @returns {State}
 */
export function rememberColor(state, color, tuned = null) {
  if (state.recent[0] === color) return set(state, { tuned });
  const earlier = tuned && state.tuned === tuned ? state.recent.slice(1) : state.recent;
  return { ...state, tuned, recent: [color, ...earlier.filter((one) => one !== color)].slice(0, RECENT) };
}

/** @param {State} state @param {string} name @param {string[]} colors @returns {State} */
export function savePalette(state, name, colors) {
  const others = state.palettes.filter((palette) => palette.name !== name);
  return { ...state, palettes: [...others, { name, colors }] };
}

/** @param {State} state @param {string} name @returns {State} */
export function removePalette(state, name) {
  return { ...state, palettes: state.palettes.filter((palette) => palette.name !== name) };
}

// --- the rest of the page ---

/**
 * Set plain fields that need no rule: tool, compare, divider, brush, cursor, ...
 * @param {State} state @param {Partial<State>} fields @returns {State}
 */
export function set(state, fields) {
  const before = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (state));
  const news = Object.entries(fields).some(([name, value]) => before[name] !== value);
  return news ? { ...state, ...fields } : state;
}

/** @param {State} state @param {Tool} tool @returns {State} */
export function chooseTool(state, tool) {
  // what is drawn next has a colour of its own, and not that of the hint that is selected
  return set(state, { tool, draft: null, ...(tool === "brush" || tool === "region" ? { selected: null } : {}) });
}

/** @param {State} state @param {string|null} id @returns {State} a selected hint shows and offers its colour */
export function select(state, id) {
  return set(state, { selected: id, ...(id ? { marks: true } : {}) });
}

/** @param {State} state @param {string} text @param {"info"|"error"} [kind] @param {boolean} [stays] */
export function say(state, text, kind = "info", stays = kind === "error") {
  return { ...state, notice: { text, kind, stays } };
}

/** What happened, and a way back. @param {State} state @param {string} text @param {string} label @param {() => void} run @returns {State} */
export function offer(state, text, label, run) {
  return { ...state, notice: { text, kind: "info", stays: false, way: { label, run } } };
}

/** The person goes on. @param {State} state @returns {State} */
export function goOn(state) {
  const { notice } = state;
  return notice?.kind === "error" && !notice.read ? { ...state, notice: { ...notice, read: true } } : state;
}

/** Something has succeeded: an error from before is of no interest any more. @param {State} state @returns {State} */
export function succeed(state) {
  return state.notice?.read ? { ...state, notice: null } : state;
}

/** @param {State} state @returns {State} */
export function hush(state) {
  return set(state, { notice: null });
}

/** @param {State} state @param {View} view @returns {State} */
export function setView(state, view) {
  return state.current ? updatePicture(state, state.current, { view }) : state;
}

/** @param {number} value @param {number} low @param {number} high */
function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

/** @param {number} value a coordinate, to a tenth of a pixel */
export function tenth(value) {
  return Math.round(value * 10) / 10;
}
