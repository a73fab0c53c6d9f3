// A region by click: the connected part of the picture that looks like the place, as far as a person lets it reach. Pure.
// It floods lightness and predicted colour together, at a small size: a way costs its length, more where the picture differs, much over an edge.

/** @import {ColorMap, Guide, Level, Picture, XY} from "./state.js" */
/** @import {Field} from "./guided.js" */
import { rgbToLab } from "./color.js";
import { outlineOf } from "./outline.js";
import { scanner } from "./render-plain.js";
import { fieldFor } from "./render.js";

const SIDE = 700; // pixels of the longer side while flooding, at most
const COLOR = 0.7; // weight of a and b beside L: the colours are a guess
const SMALLEST = 30; // pixels of a region worth having
const GRAIN = 6; // units of L that are smoothed away
const EDGE = 0.15; // cost of a step between neighbours, for the square of their difference
const OTHER = 8; // difference to the place, Lab units, at which the way counts twice
const NEAREST = 2.5; // percent of the picture's longer side that is reached at 0, where all is even
const DOUBLE = 14; // steps of reach that double that
export const REACHES = { least: 1, most: 100 };

/** @typedef {{width: number, height: number, lab: Float32Array}} Small three numbers a pixel: L, and a and b by their weight */
/**
 * For each pixel what the easiest way to it from the place costs; Infinity: beyond what was asked for.
 * @typedef {{width: number, height: number, costs: Float32Array}} Growth
 */

/** @typedef {{width: number, height: number, data: Float32Array}} Plane */
/** @type {WeakMap<Guide, {plane: Plane, ab: ColorMap|null, small: Small}>} */
const smalls = new WeakMap();

/** @param {Picture} picture @param {XY} at @param {number} [most] the largest reach that will be asked for @returns {Growth|null} */
export function growthAt(picture, [x, y], most = REACHES.most) {
  const small = smallOf(picture);
  if (!small) return null;
  const [column, row] = [x / picture.width * small.width, y / picture.height * small.height].map(Math.floor);
  const start = Math.min(small.height - 1, Math.max(0, row)) * small.width + Math.min(small.width - 1, Math.max(0, column));
  return { width: small.width, height: small.height, costs: flood(small, start, most) };
}

/** The outline of what is within reach. @param {Growth} growth @param {number} reach @param {Picture} picture @returns {XY[]|null} in its pixels; null: too small to be a region */
export function outlineAt({ width, height, costs }, reach, picture) {
  const [data, dearest] = [new Uint8Array(costs.length), NEAREST * 2 ** (reach / DOUBLE)];
  let count = 0;
  for (let i = 0; i < costs.length; i += 1) if (costs[i] <= dearest) count += data[i] = 1;
  if (count < SMALLEST) return null;
  const outline = outlineOf({ width, height, data });
  if (outline.length < 3) return null;
  const [sx, sy] = [picture.width / width, picture.height / height];
  return outline.map(([u, v]) => [Math.round(u * sx * 10) / 10, Math.round(v * sy * 10) / 10]);
}

/** @param {Picture} picture @returns {Small|null} */
function smallOf(picture) {
  const { guide, ab } = picture;
  if (!guide) return null;
  const known = smalls.get(guide);
  if (known && known.ab === ab) return known.small;
  const plane = known?.plane ?? smooth(guide.levels.find((one) => Math.max(one.width, one.height) <= SIDE) ?? guide.levels[guide.levels.length - 1]);
  const small = { width: plane.width, height: plane.height, lab: labOf(plane, fieldFor(picture)) };
  smalls.set(guide, { plane, ab, small });
  return small;
}

/** Lightness without its grain: a bilateral filter (Tomasi and Manduchi 1998) of 5 x 5 pixels. @param {Level} level @returns {Plane} */
function smooth({ width, height, data }) {
  const out = new Float32Array(data.length);
  const weights = Float32Array.from({ length: 256 }, (_, i) => Math.exp(-((i / 2.55 / GRAIN) ** 2) / 2));
  for (let y = 0, i = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, i += 1) {
      let [sum, total] = [0, 0];
      for (let v = Math.max(0, y - 2); v <= Math.min(height - 1, y + 2); v += 1) {
        for (let u = Math.max(0, x - 2); u <= Math.min(width - 1, x + 2); u += 1) {
          const value = data[v * width + u];
          const weight = weights[Math.abs(value - data[i])];
          sum += weight * value;
          total += weight;
        }
      }
      out[i] = sum / total / 2.55;
    }
  }
  return { width, height, data: out };
}

/** @param {Plane} plane @param {Field|null} field @returns {Float32Array} */
function labOf({ width, height, data }, field) {
  const lab = new Float32Array(3 * width * height);
  for (let i = 0; i < data.length; i += 1) lab[3 * i] = data[i];
  if (!field) return lab;
  const colors = scanner(field, 4, field.colors, Float64Array.from({ length: width }, (_, x) => (x + 0.5) / width));
  for (let y = 0, i = 0; y < height; y += 1) {
    colors.go((y + 0.5) / height);
    for (let x = 0; x < width; x += 1, i += 1) {
      const [first, second] = [colors.at(x, 0), colors.at(x, 1)];
      const [a, b] = field.fine === null ? rgbToLab(first, second, colors.at(x, 2)).slice(1) : [first, second];
      lab[3 * i + 1] = a * COLOR;
      lab[3 * i + 2] = b * COLOR;
    }
  }
  return lab;
}

/** Least ways from the start, as Dijkstra (1959), in queues (Dial 1969). @param {Small} small @param {number} start @param {number} most @returns {Float32Array} as Growth has it */
function flood({ width, height, lab }, start, most) {
  const costs = new Float32Array(width * height).fill(Infinity);
  const place = around(lab, width, height, start);
  const length = 100 / Math.max(width, height); // of a step: the longer side of the picture is 100
  const last = width * (height - 1);
  /** @type {number[][]} pixels to look at; no step is shorter than what one queue spans */
  const queues = Array.from({ length: Math.ceil(NEAREST * 2 ** (most / DOUBLE) / length) }, () => []);
  /** @param {number} here @param {number} there */
  const visit = (here, there) => {
    if (costs[there] <= costs[here] + length) return;
    const [other, step] = [difference(place, 0, lab, there), difference(lab, here, lab, there)];
    const cost = Math.fround(costs[here] + length * (1 + other / (OTHER * OTHER)) + EDGE * step); // as it is kept
    const queue = Math.floor(cost / length);
    if (cost >= costs[there] || queue >= queues.length) return;
    costs[there] = cost;
    queues[queue].push(there);
  };
  costs[start] = 0;
  queues[0].push(start);
  for (const [at, queue] of queues.entries()) {
    for (const here of queue) {
      if (Math.floor(costs[here] / length) < at) continue; // a shorter way was found
      const column = here % width;
      if (column > 0) visit(here, here - 1);
      if (column < width - 1) visit(here, here + 1);
      if (here >= width) visit(here, here - width);
      if (here < last) visit(here, here + width);
    }
  }
  return costs;
}

/** The mean of the 3 x 3 pixels around one. @param {Float32Array} lab @param {number} width @param {number} height @param {number} at */
function around(lab, width, height, at) {
  const mean = [0, 0, 0];
  let count = 0;
  for (let dy = -1; dy <= 1; dy += 1) {
    for (let dx = -1; dx <= 1; dx += 1) {
      const [x, y] = [(at % width) + dx, Math.floor(at / width) + dy];
      if (x < 0 || y < 0 || x >= width || y >= height) continue;
      count += 1;
      for (let c = 0; c < 3; c += 1) mean[c] += lab[3 * (y * width + x) + c];
    }
  }
  return mean.map((sum) => sum / count);
}

/** The square of it. @param {ArrayLike<number>} one @param {number} i @param {ArrayLike<number>} other @param {number} j */
function difference(one, i, other, j) {
  const [l, a, b] = [one[3 * i] - other[3 * j], one[3 * i + 1] - other[3 * j + 1], one[3 * i + 2] - other[3 * j + 2]];
  return l * l + a * a + b * b;
}
