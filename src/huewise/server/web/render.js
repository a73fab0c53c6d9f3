// Paints the picture of the state on the canvas: asks one of two renderers (WebGL2 or plain) for exactly what is seen.

/** @import {AbMap, ColorMap, Guide, Picture, RgbMap, State, Store, XY} from "./state.js" */
/** @import {AbField, Field} from "./guided.js" */
import { draftField, fieldOf, rgbField } from "./guided.js";
import { glRenderer } from "./render-gl.js";
import { paint, plainRenderer, sampleColors, sampleField, sampleLightness } from "./render-plain.js";
import { rgbToLab } from "./color.js";
import { currentPicture } from "./state.js";

/**
 * A vertical part of the canvas: its pixels `left` to `right`; the picture is moved right by `shift` in it.
 * @typedef {{left: number, right: number, shift: number, colored: boolean}} Pane
 */

/**
 * What is to be seen, in pixels of the canvas: `scale` for a picture pixel, its corner at (x, y); `lod`: level of the guide.
 * @typedef {{scale: number, x: number, y: number, width: number, height: number, lod: number, panes: Pane[]}} Frame
 */

/**
 * @typedef {object} Renderer
 * @property {"webgl2"|"plain"} kind
 * @property {number} largest  side of the largest guide it takes
 * @property {boolean} slow  no graphics card helps it: what passes is drawn on half as many rows and columns
 * @property {(guide: Guide|null) => void} setGuide
 * @property {(field: Field|null) => void} setField
 * @property {(frame: Frame) => void} draw
 */

/** @type {WeakMap<ColorMap, {guide: Guide, field: Field}>} */
const fields = new WeakMap();
/** The colour field of a picture, computed when first asked for. @param {Picture} picture @returns {Field|null} */
export function fieldFor({ guide, ab }) {
  if (!guide || !ab) return null;
  const known = fields.get(ab);
  if (known?.guide === guide) return known.field;
  const field = ab.data instanceof Uint8Array
    ? rgbField(/** @type {RgbMap} */ (ab))
    : abField(/** @type {AbMap} */ (ab), guide);
  fields.set(ab, { guide, field });
  return field;
}

/** @param {AbMap} ab @param {Guide} guide @returns {AbField} */
function abField(ab, guide) {
  const whole = ab.near && fields.get(ab.near);
  const fits = whole?.guide === guide && whole.field.fine && whole.field.width === ab.width && whole.field.height === ab.height;
  return fits ? draftField(ab, /** @type {AbField} */ (whole.field)) : fieldOf(ab, guide);
}

/** What the picture shows at a place. @param {Picture} picture @param {XY} at @returns {{l: number, a: number, b: number}} */
export function labAt(picture, [x, y]) {
  if (!picture.guide) return { l: 50, a: 0, b: 0 };
  const [u, v] = [x / picture.width, y / picture.height];
  const l = sampleLightness(picture.guide.levels[0], u, v);
  const field = fieldFor(picture);
  if (field?.fine === null) { // a drawing's colour is that of its paper, without the lines
    const [paper, a, b] = rgbToLab(.../** @type {[number, number, number]} */ (sampleColors(field, u, v).slice(0, 3)));
    return { l: paper, a, b };
  }
  const [a, b] = field ? sampleField(field, u, v, l) : [0, 0];
  return { l, a, b };
}

/** Paint the picture, coloured and small, over a whole canvas. @param {HTMLCanvasElement} canvas @param {Picture} picture @param {number} side */
export function paintThumbnail(canvas, picture, side) {
  const context = canvas.getContext("2d");
  if (!context || !picture.guide) return;
  const scale = side / Math.max(picture.width, picture.height);
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  canvas.width = width;
  canvas.height = height;
  const level = picture.guide.levels.findLast((one) => one.width >= width) ?? picture.guide.levels[0];
  const image = context.createImageData(width, height);
  paint(image, level, fieldFor(picture), Float64Array.from({ length: width }, (_, x) => (x + 0.5) / width), (y) => (y + 0.5) / height);
  context.putImageData(image, 0, 0);
}

/** @param {HTMLCanvasElement} canvas @param {Store} store @returns {Renderer} */
export function createView(canvas, store) {
  const renderer = glRenderer(canvas) ?? plainRenderer(canvas);
  canvas.dataset.renderer = renderer.kind;
  /** @type {{guide: Guide|null, field: Field|null, frame: string}} what the canvas shows now */
  let shown = { guide: null, field: null, frame: "" };
  canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
  canvas.addEventListener("webglcontextrestored", () => location.reload()); // everything is kept: see keep.js

  store.onPaint((state) => {
    const picture = currentPicture(state);
    const guide = picture?.guide ?? null;
    const field = picture ? fieldFor(picture) : null;
    if (guide !== shown.guide) renderer.setGuide(guide);
    if (field !== shown.field) renderer.setField(field);
    const ratio = devicePixelRatio / (renderer.slow && picture?.passing ? 2 : 1);
    const resized = fitCanvas(canvas, state, ratio);
    const frame = picture && frameOf(state, picture, canvas, ratio);
    const key = JSON.stringify(frame ?? null);
    if (resized || guide !== shown.guide || field !== shown.field || key !== shown.frame) {
      renderer.draw(frame ?? { scale: 1, x: 0, y: 0, width: 1, height: 1, lod: 0, panes: [] });
      canvas.dataset.frames = String(Number(canvas.dataset.frames ?? 0) + 1);
    }
    shown = { guide, field, frame: key };
  });
  return renderer;
}

/** @param {HTMLCanvasElement} canvas @param {State} state @param {number} ratio its pixels for a CSS pixel @returns {boolean} whether its size has changed */
function fitCanvas(canvas, { stage }, ratio) {
  const width = Math.max(1, Math.round(stage.width * ratio));
  const height = Math.max(1, Math.round(stage.height * ratio));
  if (canvas.width === width && canvas.height === height) return false;
  canvas.width = width;
  canvas.height = height;
  return true;
}

/** @param {State} state @param {Picture} picture @param {HTMLCanvasElement} canvas @param {number} ratio @returns {Frame} */
function frameOf(state, picture, canvas, ratio) {
  const { view } = picture;
  const scale = view.scale * ratio;
  const sharp = scale > 0.999 && Math.abs(scale - Math.round(scale)) < 1e-3; // whole pixels of the canvas: they lie on them
  const put = (/** @type {number} */ at) => (sharp ? Math.round(at * ratio) : at * ratio);
  const texels = picture.guide ? picture.guide.width / picture.width / scale : 1; // of the guide, for a pixel of the canvas
  const deepest = (picture.guide?.levels.length ?? 1) - 1;
  return {
    scale, x: put(view.x), y: put(view.y), width: picture.width, height: picture.height,
    lod: Math.min(deepest, Math.max(0, Math.round(Math.log2(texels)))),
    panes: panesOf(state, canvas.width),
  };
}

/** @param {State} state @param {number} width @returns {Pane[]} */
function panesOf({ compare, divider, peek }, width) {
  const all = { left: 0, right: width, shift: 0 };
  if (peek || compare === "gray") return [{ ...all, colored: false }];
  if (compare === "color") return [{ ...all, colored: true }];
  const at = Math.round((compare === "side" ? 0.5 : divider) * width);
  const shift = compare === "side" ? at : 0;
  return [{ left: 0, right: at, shift: 0, colored: false }, { left: at, right: width, shift, colored: true }];
}
