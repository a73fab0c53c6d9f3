// Arrow keys move the selected hint; presses in a row are one step of the history, and a screen reader is told where it ends.

/** @import {Picture, State, Store, XY} from "./state.js" */
import { moveHint, set, updatePicture } from "./changes.js";
import { HINT_NAMES } from "./names.js";
import { currentPicture, newId, selectedHint } from "./state.js";

const FAR = 10; // times as far, with Shift
const REST = 800; // milliseconds without another press that end a step
const LEAST = 0.1; // picture pixels: hints are kept to a tenth

/** @type {Record<string, XY>} */
export const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Which hint is selected, in words. @param {State} state @returns {string|null} */
export function selectedWords(state) {
  const hint = selectedHint(state);
  const at = currentPicture(state)?.hints.findIndex(({ id }) => id === hint?.id) ?? -1;
  return hint ? `${HINT_NAMES[hint.kind]} ${at + 1}` : null;
}

/** @param {Store} store @param {HTMLElement} told read out when it changes @returns {(event: KeyboardEvent) => boolean} whether the key moves something */
export function createNudge(store, told) {
  let run = { hint: "", gesture: "", timer: 0 };

  /** @param {string} key of the picture @param {string} gesture */
  const end = (key, gesture) => {
    if (run.gesture === gesture) run = { hint: "", gesture: "", timer: 0 };
    const picture = store.state.pictures.find((one) => one.key === key);
    if (picture?.gesture === gesture) store.change(updatePicture, key, { gesture: "" });
    const [x, y] = selectedHint(store.state)?.points[0] ?? [0, 0];
    if (selectedHint(store.state)) told.textContent = `${selectedWords(store.state)} is at ${Math.round(x)}, ${Math.round(y)}`;
  };

  return (event) => {
    const [hint, picture, way] = [selectedHint(store.state), currentPicture(store.state), ARROWS[event.key]];
    if (!way || !hint || !picture || event.ctrlKey || event.metaKey || event.altKey) return false;
    if (run.hint !== hint.id) run = { hint: hint.id, gesture: `nudge ${newId()}`, timer: 0 };
    const step = Math.max(LEAST, (event.shiftKey ? FAR : 1) / picture.view.scale); // a CSS pixel of the screen
    store.change(set, { cross: null });
    store.change(moveHint, hint.id, way[0] * step, way[1] * step, run.gesture);
    clearTimeout(run.timer);
    run.timer = setTimeout(end, REST, picture.key, run.gesture);
    return true;
  };
}
