// The strip of open pictures, from two on.

/** @import {Store, Picture} from "../state.js" */
/** @import {Session} from "../session.js" */
import { closePicture } from "../actions.js";
import { showPicture } from "../changes.js";
import { icon, make } from "../dom.js";
import { paintThumbnail } from "../render.js";

const SIDE = 152; // pixels of a thumbnail
const LATER = 350; // milliseconds after the last edit

/** @param {HTMLElement} root @param {Store} store @param {Session} session */
export function stripPanel(root, store, session) {
  /** @type {Map<string, {tile: HTMLElement, button: HTMLElement, canvas: HTMLCanvasElement, seen: unknown[], timer: number}>} */
  const tiles = new Map();

  /** @param {Picture} picture */
  const tileOf = (picture) => {
    const known = tiles.get(picture.key);
    if (known) return known;
    const canvas = make("canvas", { width: 1, height: 1 });
    const button = make("button", { class: "show", "aria-label": picture.name, title: picture.name,
      onclick: () => store.change(showPicture, picture.key) }, canvas);
    const shut = make("button", { class: "icon shut", "aria-label": `Close ${picture.name}`, title: "Close",
      onclick: () => {
        const now = store.state.pictures.find(({ key }) => key === picture.key);
        if (now) closePicture(store, session, now);
      } }, icon("close"));
    const made = { tile: make("div", { class: "tile" }, button, shut), button, canvas, seen: [], timer: 0 };
    tiles.set(picture.key, made);
    return made;
  };

  store.onPaint(({ pictures, current }) => {
    root.hidden = pictures.length < 2;
    for (const [key, { tile }] of tiles) {
      if (pictures.some((picture) => picture.key === key)) continue;
      tile.remove();
      tiles.delete(key);
    }
    if (root.hidden) return;
    pictures.forEach((picture, i) => {
      const made = tileOf(picture);
      if (root.children[i] !== made.tile) root.insertBefore(made.tile, root.children[i] ?? null);
      made.button.setAttribute("aria-current", String(picture.key === current));
      made.button.classList.toggle("failed", picture.status === "failed");
      const seen = [picture.guide, picture.ab];
      if (seen.every((value, at) => value === made.seen[at])) return;
      made.seen = seen;
      clearTimeout(made.timer);
      made.timer = setTimeout(() => paintThumbnail(made.canvas, picture, SIDE), LATER);
    });
  });
}
