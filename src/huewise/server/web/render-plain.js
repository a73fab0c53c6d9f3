// The picture on the stage without WebGL: the same arithmetic as the shader in render-gl.js, pixel by pixel.

/** @import {Guide, Level} from "./state.js" */
/** @import {AbField, Field} from "./guided.js" */
/** @import {Renderer, Frame, Pane} from "./render.js" */
import { encode, isHeld, labToLinear, labToRgb } from "./color.js";

const STEPS = 16384; // of linear light, whose encoding is looked up
const ENCODED = Float32Array.from({ length: STEPS + 1 }, (_, i) => encode(i / STEPS) * 255);

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
  const across = Float64Array.from({ length: image.width }, (_, i) => (left + i + 0.5 - originX) / frame.scale / frame.width);
  paint(image, level, field, across, (y) => (top + y + 0.5 - frame.y) / frame.scale / frame.height);
  context.putImageData(image, left, top);
}

/** @param {ImageData} image @param {Level} level @param {Field|null} field @param {Float64Array} across u of each column @param {(y: number) => number} down v of a row */
export function paint({ data, width, height }, level, field, across, down) {
  const light = scanner(level, 1, level.data, across);
  const tint = field && scanner(field, 4, field.colors, across);
  const fine = field?.fine && scanner(field.fine, 1, field.fine.data, across);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (const one of [light, tint, fine]) one?.go(down(y));
    for (let i = 0; i < width; i += 1, at += 4) {
      const l = light.at(i, 0) / 2.55;
      if (tint && fine) {
        const detail = l - fine.at(i, 0);
        put(data, at, l, tint.at(i, 0) + tint.at(i, 2) * detail, tint.at(i, 1) + tint.at(i, 3) * detail);
      } else {
        put(data, at, l, 0, 0);
        if (tint) for (let c = 0; c < 3; c += 1) data[at + c] = tint.at(i, c) * data[at + c];
      }
      data[at + 3] = 255;
    }
  }
}

/**
 * Samples a plane line by line: what lines and columns share is computed once.
 * @param {{width: number, height: number}} plane @param {number} channels @param {ArrayLike<number>} data @param {Float64Array} across u of each column
 */
export function scanner({ width, height }, channels, data, across) {
  const line = new Float64Array(width * channels);
  const [first, second, share] = [new Int32Array(across.length), new Int32Array(across.length), new Float64Array(across.length)];
  across.forEach((u, i) => ([first[i], second[i], share[i]] = between(u, width)));
  return {
    /** @param {number} v 0..1 of the line */
    go(v) {
      const [y0, y1, f] = between(v, height);
      for (let k = 0, [a, b] = [y0 * line.length, y1 * line.length]; k < line.length; k += 1) line[k] = data[a + k] * (1 - f) + data[b + k] * f;
    },
    /** @param {number} i column @param {number} c channel */
    at: (i, c) => line[first[i] * channels + c] * (1 - share[i]) + line[second[i] * channels + c] * share[i],
  };
}

/** @param {Uint8ClampedArray} out @param {number} at @param {number} l @param {number} a @param {number} b */
function put(out, at, l, a, b) {
  const linear = labToLinear(l, a, b);
  const rgb = isHeld(linear) ? null : labToRgb(l, a, b);
  for (let c = 0; c < 3; c += 1) out[at + c] = rgb ? rgb[c] * 255 : ENCODED[Math.round(Math.min(1, Math.max(0, linear[c])) * STEPS)];
}

/** @param {Level} level @param {number} u @param {number} v 0..1 @returns {number} L, 0..100 */
export const sampleLightness = (level, u, v) => sample(level, level.data, u, v) / 2.55;

/** @param {{width: number, height: number}} plane @param {ArrayLike<number>} data @param {number} u @param {number} v 0..1 @param {number} [channels] of a place @param {number} [c] which */
function sample({ width, height }, data, u, v, channels = 1, c = 0) {
  const [x0, x1, fx] = between(u, width);
  const [y0, y1, fy] = between(v, height);
  const on = (/** @type {number} */ y) => data[channels * (y * width + x0) + c] * (1 - fx) + data[channels * (y * width + x1) + c] * fx;
  return on(y0) * (1 - fy) + on(y1) * fy;
}

/** What colour the field gives to a place of lightness `l`. @param {AbField} field @param {number} u @param {number} v 0..1 @param {number} l @returns {[number, number]} a, b */
export function sampleField(field, u, v, l) {
  const [first, second, third, fourth] = sampleColors(field, u, v);
  const detail = l - sample(field.fine, field.fine.data, u, v);
  return [first + third * detail, second + fourth * detail];
}

/** The four numbers of the field at a place. @param {Field} field @param {number} u @param {number} v 0..1 */
export const sampleColors = (field, u, v) => [0, 1, 2, 3].map((c) => sample(field, field.colors, u, v, 4, c));

/** The two texels beside a place and how far it is from the first, as GL's LINEAR. @param {number} u @param {number} size @returns {[number, number, number]} */
function between(u, size) {
  const at = Math.min(size - 1, Math.max(0, u * size - 0.5));
  const first = Math.floor(at);
  return [first, Math.min(size - 1, first + 1), at - first];
}
