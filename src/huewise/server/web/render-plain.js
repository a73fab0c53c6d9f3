// The picture on the stage without WebGL: the same arithmetic as the shader in render-gl.js, pixel by pixel.

/** @import {Guide, Level} from "./state.js" */
/** @import {Field} from "./guided.js" */
/** @import {Renderer, Frame, Pane} from "./render.js" */
import { labToRgb, rgbToLab } from "./color.js";

/** @param {HTMLCanvasElement} canvas @returns {Renderer} */
export function plainRenderer(canvas) {
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser draws no pictures");
  /** @type {Guide|null} */
  let guide = null;
  /** @type {Field|null} */
  let field = null;
  return {
    kind: "plain",
    slow: true,
    largest: 8192,
    setGuide(fresh) {
      guide = fresh;
    },
    setField(fresh) {
      field = fresh;
    },
    draw(frame) {
      context.clearRect(0, 0, canvas.width, canvas.height);
      for (const pane of frame.panes) if (guide) paintPane(context, frame, pane, guide, pane.colored ? field : null);
    },
  };
}

/** @param {CanvasRenderingContext2D} context @param {Frame} frame @param {Pane} pane @param {Guide} guide @param {Field|null} field */
function paintPane(context, frame, pane, guide, field) {
  const originX = frame.x + pane.shift;
  const left = Math.max(pane.left, Math.ceil(originX - 0.5));
  const right = Math.min(pane.right, Math.ceil(originX + frame.width * frame.scale - 0.5));
  const top = Math.max(0, Math.ceil(frame.y - 0.5));
  const bottom = Math.min(context.canvas.height, Math.ceil(frame.y + frame.height * frame.scale - 0.5));
  if (right <= left || bottom <= top) return;
  const image = context.createImageData(right - left, bottom - top);
  const level = guide.levels[Math.min(frame.lod, guide.levels.length - 1)];
  for (let y = top, at = 0; y < bottom; y += 1) {
    const v = (y + 0.5 - frame.y) / frame.scale / frame.height;
    for (let x = left; x < right; x += 1, at += 4) {
      const u = (x + 0.5 - originX) / frame.scale / frame.width;
      const l = sampleLightness(level, u, v);
      const rgb = colorAt(field, u, v, l);
      for (let c = 0; c < 3; c += 1) image.data[at + c] = Math.round(rgb[c] * 255);
      image.data[at + 3] = 255;
    }
  }
  context.putImageData(image, left, top);
}

/** @param {Level} level @param {number} u @param {number} v 0..1 @returns {number} L, 0..100 */
export function sampleLightness(level, u, v) {
  return samplePlane(level, u, v) / 2.55;
}

/** @param {{width: number, height: number, data: Uint8Array|Float32Array}} plane @param {number} u @param {number} v 0..1 */
function samplePlane({ width, height, data }, u, v) {
  const [x0, x1, fx] = between(u, width);
  const [y0, y1, fy] = between(v, height);
  const top = data[y0 * width + x0] * (1 - fx) + data[y0 * width + x1] * fx;
  const bottom = data[y1 * width + x0] * (1 - fx) + data[y1 * width + x1] * fx;
  return top * (1 - fy) + bottom * fy;
}

/** What is painted at a place of lightness `l`. @param {Field|null} field @param {number} u @param {number} v 0..1 @param {number} l @returns {[number, number, number]} sRGB 0..1 */
export function colorAt(field, u, v, l) {
  if (field?.fine !== null) return labToRgb(l, ...(field ? sampleField(field, u, v, l) : /** @type {[number, number]} */ ([0, 0])));
  const [r, g, b] = sampleColors(field, u, v);
  const gray = labToRgb(l, 0, 0)[0];
  return [r * gray, g * gray, b * gray];
}

/** What colour the field gives to a place of lightness `l`. @param {Field} field @param {number} u @param {number} v 0..1 @param {number} l @returns {[number, number]} a, b */
export function sampleField(field, u, v, l) {
  const [first, second, third, fourth] = sampleColors(field, u, v);
  if (field.fine === null) return /** @type {[number, number]} */ (rgbToLab(first, second, third).slice(1));
  const detail = l - samplePlane(field.fine, u, v);
  return [first + third * detail, second + fourth * detail];
}

/** The four numbers of the field at a place. @param {Field} field @param {number} u @param {number} v 0..1 */
export function sampleColors({ width, height, colors }, u, v) {
  const [x0, x1, fx] = between(u, width);
  const [y0, y1, fy] = between(v, height);
  /** @param {number} channel */
  const up = (channel) => {
    const top = colors[4 * (y0 * width + x0) + channel] * (1 - fx) + colors[4 * (y0 * width + x1) + channel] * fx;
    const bottom = colors[4 * (y1 * width + x0) + channel] * (1 - fx) + colors[4 * (y1 * width + x1) + channel] * fx;
    return top * (1 - fy) + bottom * fy;
  };
  return [up(0), up(1), up(2), up(3)];
}

/** The two texels beside a place and how far it is from the first, as GL's LINEAR. @param {number} u @param {number} size @returns {[number, number, number]} */
function between(u, size) {
  const at = Math.min(size - 1, Math.max(0, u * size - 0.5));
  const first = Math.floor(at);
  return [first, Math.min(size - 1, first + 1), at - first];
}
