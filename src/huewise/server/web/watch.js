// What follows from a change of the state: new colours after new hints, suggestions, a sharper guide when zoomed.

/** @import {State, Store} from "./state.js" */
/** @import {Session} from "./session.js" */
import { currentPicture } from "./state.js";
import { watchSuggestions } from "./suggest.js";

/** @param {Store} store @param {Session} session @param {number} largest side of a guide that the renderer takes */
export function watch(store, session, largest) {
  store.onChange((now, before) => {
    if (now.pictures !== before.pictures) recolorChanged(now, before, session);
  });
  store.onChange((now) => sharpenIfNeeded(now, session, largest));
  watchSuggestions(store, session);
}

/** @param {State} now @param {State} before @param {Session} session */
function recolorChanged(now, before, session) {
  for (const picture of now.pictures) {
    const was = before.pictures.find((one) => one.key === picture.key);
    if (!was || picture.status === "opening") continue;
    if (was.model !== picture.model) session.reopen(picture.key);
    else if (picture.status === "ready" && (was.hints !== picture.hints || was.wishes !== picture.wishes)) session.recolor(picture.key);
  }
}

/** @type {Set<string>} the server's ids of pictures whose larger guide has been asked for */
const sharpened = new Set();

/** @param {State} state @param {Session} session @param {number} largest */
function sharpenIfNeeded(state, session, largest) {
  const picture = currentPicture(state);
  if (!picture?.guide || !picture.id || sharpened.has(picture.id)) return;
  const shown = picture.width * picture.view.scale * devicePixelRatio; // device pixels of the whole picture
  if (shown <= picture.guide.width * 1.2 || picture.guide.width >= picture.width) return;
  sharpened.add(picture.id);
  session.sharpen(picture.key, Math.min(largest, 8192));
}
