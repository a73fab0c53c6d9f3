// Everything a button or a key can do, by name: the one list behind data-do="...", the keyboard and the help card.

/** @import {Store, Tool, Compare, Picture} from "./state.js" */
/** @import {Session} from "./session.js" */
import {
  chooseTool, clearHints, endGesture, hush, offer, redo, removeHint, removePicture, select, set, setView, showPicture, undo,
} from "./changes.js";
import { reachTo } from "./grow.js";
import { currentPicture } from "./state.js";
import { fitView, zoomAt } from "./view.js";

const ZOOM = 1.4;

/**
 * @typedef {object} Action
 * @property {string} label  for the help card
 * @property {string} group  heading on the help card
 * @property {string[]} keys  "Mod" is Ctrl, or Command on a Mac; the first is shown
 * @property {() => void} run
 */

/** @typedef {Record<string, Action>} Actions */
/** @typedef {{open: () => void, save: () => void, help: () => void}} Doors dialogs that other files open */

/** The part of the stage that the picture is fitted into. @param {import("./state.js").State} state */
export function paneSize({ compare, stage }) {
  return compare === "side" ? { width: stage.width / 2, height: stage.height } : stage;
}

/** Close a picture; one that somebody has worked on can be had back. @param {Store} store @param {Session} session @param {Picture} picture */
export function closePicture(store, session, picture) {
  session.close(picture.key);
  store.change(removePicture, picture.key);
  if (!picture.past.length && !picture.hints.length) return;
  /** @type {Picture} */
  const afresh = { ...picture, id: null, status: "opening", guide: null, ab: null, abFor: null, abWishes: null, passing: false };
  store.change(offer, `${picture.name} is closed.`, "Open it again", async () => {
    const restored = session.restore(afresh);
    store.change(showPicture, picture.key);
    await restored;
  });
}

/** @param {Store} store @param {Session} session @param {Doors} doors @returns {Actions} */
export function createActions(store, session, doors) {
  /** @param {number} factor */
  const zoom = (factor) => {
    const picture = currentPicture(store.state);
    if (!picture?.width) return;
    const pane = paneSize(store.state);
    store.change(setView, zoomAt(picture.view, factor, pane.width / 2, pane.height / 2, picture, pane));
  };
  const fit = () => {
    const picture = currentPicture(store.state);
    if (picture?.width) store.change(setView, fitView(picture, paneSize(store.state)));
  };
  const actual = () => {
    const picture = currentPicture(store.state);
    if (picture?.width) zoom(1 / devicePixelRatio / picture.view.scale);
  };
  /** @param {number} step */
  const turn = (step) => {
    const { pictures, current } = store.state;
    const at = pictures.findIndex((picture) => picture.key === current);
    if (pictures.length) store.change(showPicture, pictures[(at + step + pictures.length) % pictures.length].key);
  };
  const close = () => {
    const picture = currentPicture(store.state);
    if (picture) closePicture(store, session, picture);
  };
  const removeSelected = () => store.state.selected && store.change(removeHint, store.state.selected);
  /** @param {Tool} tool */
  const use = (tool) => () => store.change(chooseTool, tool);
  /** @param {Compare} compare */
  const show = (compare) => () => store.change(set, { compare });
  /** The brush, or the reach of a region. @param {number} factor */
  const amount = (factor) => () => {
    const { tool, brush, reach } = store.state;
    if (tool === "region") {
      reachTo(store, reach + Math.sign(factor - 1) * Math.max(1, reach / 10));
      store.change(endGesture);
    }
    else store.change(set, { brush: Math.min(200, Math.max(4, Math.round(brush * factor))) });
  };

  /** @type {[string, string, string, string[], () => void][]} */
  const list = [
    ["point", "Tools", "Point", ["P"], use("point")],
    ["brush", "Tools", "Brush", ["B"], use("brush")],
    ["region", "Tools", "Region by click (drag sideways: more, less)", ["R"], use("region")],
    ["pick", "Tools", "Eyedropper", ["I"], use("pick")],
    ["hand", "Tools", "Move the picture (or hold Space)", ["H"], use("hand")],
    ["thinner", "Tools", "Smaller brush, shorter reach", ["["], amount(1 / 1.25)],
    ["thicker", "Tools", "Larger brush, longer reach", ["]"], amount(1.25)],
    ["undo", "Hints", "Undo", ["Mod+Z"], () => store.change(undo)],
    ["redo", "Hints", "Redo", ["Mod+Shift+Z", "Mod+Y"], () => store.change(redo)],
    ["remove", "Hints", "Delete the selected hint", ["Delete", "Backspace"], removeSelected],
    ["deselect", "Hints", "Select nothing, dismiss a message", ["Escape"], () => {
      store.change(select, null);
      store.change(hush);
    }],
    ["clear", "Hints", "Delete all hints", [], () => store.change(clearHints)],
    ["zoom-in", "View", "Zoom in", ["+", "="], () => zoom(ZOOM)],
    ["zoom-out", "View", "Zoom out", ["-"], () => zoom(1 / ZOOM)],
    ["fit", "View", "Fit", ["0"], fit],
    ["actual", "View", "One to one", ["1"], actual],
    ["show-gray", "View", "Gray only", ["G"], show("gray")],
    ["show-divider", "View", "Gray and colour with a divider", ["D"], show("divider")],
    ["show-color", "View", "Colour only", ["C"], show("color")],
    ["show-side", "View", "Side by side", ["S"], show("side")],
    ["marks", "View", "Show or hide the marks of hints", ["M"], () => store.change(set, { marks: !store.state.marks })],
    ["next", "Pictures", "Next picture", ["."], () => turn(1)],
    ["previous", "Pictures", "Previous picture", [","], () => turn(-1)],
    ["open", "Pictures", "Open more pictures", ["O", "Mod+O"], doors.open],
    ["save", "Pictures", "Save", ["Mod+S"], doors.save],
    ["close", "Pictures", "Close the picture", [], close],
    ["home", "Pictures", "Back to the start", [], () => store.change(showPicture, null)],
    ["help", "Pictures", "Keyboard shortcuts", ["?"], doors.help],
    ["hush", "", "Dismiss the message", [], () => store.change(hush)],
  ];
  return Object.fromEntries(list.map(([name, group, label, keys, run]) => [name, { group, label, keys, run }]));
}

/** @param {KeyboardEvent} event @returns {string} the key as the list above writes it */
export function keyName(event) {
  const mod = event.ctrlKey || event.metaKey ? "Mod+" : "";
  const shift = mod && event.shiftKey ? "Shift+" : "";
  return mod + shift + (event.key.length === 1 ? event.key.toUpperCase() : event.key);
}
