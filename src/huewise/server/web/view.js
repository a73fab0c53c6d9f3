// Where the picture lies on the stage: fit, zoom, pan, and between stage and picture coordinates. Pure.

/** @import {View, XY} from "./state.js" */
/** @typedef {{width: number, height: number}} Size */

const MARGIN = 24; // CSS pixels around a picture that is fitted
const BELOW = 60; // and below it, where the zoom buttons lie
const LARGEST = 32; // CSS pixels for a picture pixel
const KEEP = 48; // CSS pixels of the picture that never leave the stage

/** @param {Size} picture @param {Size} stage @returns {View} the whole picture, in the middle */
export function fitView(picture, stage) {
  const [side, below] = stage.width < 400 ? [0, 0] : [MARGIN, BELOW];
  const room = { width: Math.max(1, stage.width - 2 * side), height: Math.max(1, stage.height - side - below) };
  const scale = Math.min(room.width / picture.width, room.height / picture.height, LARGEST / 4);
  return {
    scale,
    x: side + (room.width - picture.width * scale) / 2,
    y: side + (room.height - picture.height * scale) / 2,
    fit: true,
  };
}

/** Zoom by `factor`; the place under (x, y) of the stage stays. @param {View} view @param {number} factor @param {number} x @param {number} y @param {Size} picture @param {Size} stage @returns {View} */
export function zoomAt(view, factor, x, y, picture, stage) {
  const smallest = Math.min(fitView(picture, stage).scale, 1) / 2;
  const scale = Math.min(LARGEST, Math.max(smallest, view.scale * factor));
  const real = scale / view.scale;
  return clampView({ scale, x: x - (x - view.x) * real, y: y - (y - view.y) * real, fit: false }, picture, stage);
}

/** @param {View} view @param {number} dx @param {number} dy @param {Size} picture @param {Size} stage @returns {View} */
export function panBy(view, dx, dy, picture, stage) {
  return clampView({ ...view, x: view.x + dx, y: view.y + dy, fit: false }, picture, stage);
}

/** @param {View} view @param {Size} picture @param {Size} stage @returns {View} */
function clampView(view, picture, stage) {
  const [w, h] = [picture.width * view.scale, picture.height * view.scale];
  return {
    ...view,
    x: Math.min(stage.width - KEEP, Math.max(KEEP - w, view.x)),
    y: Math.min(stage.height - KEEP, Math.max(KEEP - h, view.y)),
  };
}

/** @param {View} view @param {number} x @param {number} y of the stage @returns {XY} of the picture */
export function toPicture(view, x, y) {
  return [(x - view.x) / view.scale, (y - view.y) / view.scale];
}

/** @param {View} view @param {XY} at of the picture @returns {XY} of the stage */
export function toStage(view, [x, y]) {
  return [view.x + x * view.scale, view.y + y * view.scale];
}

/** @param {XY} at @param {Size} picture */
export function inside([x, y], picture) {
  return x >= 0 && y >= 0 && x < picture.width && y < picture.height;
}
