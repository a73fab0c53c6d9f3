// A region by click: the connected part of the picture that looks like the place, as an outline. Pure.
// It floods lightness and predicted colour together, at a small size, and follows the outer border.

/** @import {Picture} from "./state.js" */
import { fieldFor } from "./render.js";
import { sampleField } from "./render-plain.js";

const SIDE = 420; // pixels of the longer side while flooding
const FARTHEST = 30; // largest difference to the place, Lab units
const LOCAL = 2.5; // how much more a step between neighbours counts than the difference to the place
const GROWTH = 2; // Lab units over which the growth of a region is looked at
const COLOR = 0.7; // weight of a and b beside L: the colours are a guess
const SMALLEST = 30; // pixels of a region worth having
const LARGEST = 0.7; // of the picture
const BEND = 0.8; // pixels by which the outline may be simplified

/** @typedef {{width: number, height: number, lab: Float32Array}} Map three numbers a pixel */

/** @param {Picture} picture @param {[number, number]} at @returns {[number, number][]|null} the outline, in picture pixels */
export function regionAt(picture, [x, y]) {
  const map = smallLab(picture);
  if (!map) return null;
  const scale = map.width / picture.width;
  const mask = closeGaps(flood(map, Math.floor(x * scale), Math.floor(y * scale)), map.width, map.height);
  if (mask.reduce((sum, one) => sum + one, 0) < SMALLEST) return null;
  const outline = simplify(follow(mask, map.width, map.height), BEND);
  if (outline.length < 3) return null;
  const [sx, sy] = [picture.width / map.width, picture.height / map.height];
  return outline.map(([u, v]) => [Math.round(u * sx * 10) / 10, Math.round(v * sy * 10) / 10]);
}

/** @param {Picture} picture @returns {Map|null} */
function smallLab(picture) {
  const { guide } = picture;
  if (!guide) return null;
  const level = guide.levels.find((one) => Math.max(one.width, one.height) <= SIDE) ?? guide.levels[0];
  const field = fieldFor(picture);
  const { width, height } = level;
  const lab = new Float32Array(3 * width * height);
  for (let i = 0; i < width * height; i += 1) {
    const l = level.data[i] / 2.55;
    const [u, v] = [((i % width) + 0.5) / width, (Math.floor(i / width) + 0.5) / height];
    const [a, b] = field ? sampleField(field, u, v, l) : [0, 0];
    lab.set([l, a * COLOR, b * COLOR], 3 * i);
  }
  return { width, height, lab };
}

/**
 * The region around a place that changes least when its tolerance grows: as MSER (Matas et al. 2002), for one seed.
 * @param {Map} map @param {number} x @param {number} y @returns {Uint8Array} 1 inside
 */
function flood(map, x, y) {
  const { reached, sizes } = tolerances(map, Math.min(map.height - 1, y) * map.width + Math.min(map.width - 1, x));
  let best = GROWTH;
  let calmest = Infinity;
  for (let t = GROWTH; t + GROWTH < sizes.length; t += 1) {
    if (sizes[t] < SMALLEST || sizes[t] > LARGEST * reached.length) continue;
    const growth = (sizes[t + GROWTH] - sizes[t - GROWTH]) / sizes[t];
    if (growth <= calmest) [best, calmest] = [t, growth];
  }
  return reached.map((tolerance) => Number(tolerance <= best));
}

/**
 * For each pixel the least tolerance at which it is joined to the place (along the easiest path), FARTHEST and more as 255;
 * for each tolerance how many pixels are joined.
 * @param {Map} map @param {number} start @returns {{reached: Uint8Array, sizes: number[]}}
 */
function tolerances({ width, height, lab }, start) {
  const reached = new Uint8Array(width * height).fill(255);
  const place = around(lab, width, height, start);
  /** @type {number[][]} pixels to look at, by tolerance */
  const queues = Array.from({ length: FARTHEST + 1 }, () => []);
  const sizes = [];
  let count = 0;
  queues[0].push(start);
  for (let tolerance = 0; tolerance <= FARTHEST; tolerance += 1) {
    const queue = queues[tolerance];
    for (let here = queue.pop(); here !== undefined; here = queue.pop()) {
      if (reached[here] !== 255) continue;
      reached[here] = tolerance;
      count += 1;
      const column = here % width;
      for (const [there, ok] of /** @type {[number, boolean][]} */ ([
        [here - 1, column > 0], [here + 1, column < width - 1], [here - width, here >= width], [here + width, here < width * (height - 1)],
      ])) {
        if (!ok || reached[there] !== 255) continue;
        const cost = Math.max(distance(place, 0, lab, there), LOCAL * distance(lab, here, lab, there));
        if (cost <= FARTHEST) queues[Math.max(tolerance, Math.ceil(cost))].push(there);
      }
    }
    sizes.push(count);
  }
  return { reached, sizes };
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

/** @param {ArrayLike<number>} one @param {number} i @param {ArrayLike<number>} other @param {number} j */
function distance(one, i, other, j) {
  return Math.hypot(one[3 * i] - other[3 * j], one[3 * i + 1] - other[3 * j + 1], one[3 * i + 2] - other[3 * j + 2]);
}

/** Grow by two pixels and shrink again: grain leaves holes. @param {Uint8Array} mask @param {number} width @param {number} height */
function closeGaps(mask, width, height) {
  let closed = mask;
  for (const keep of [1, 1, 0, 0]) closed = spread(closed, width, height, keep);
  for (let i = 0; i < mask.length; i += 1) closed[i] |= mask[i];
  return closed;
}

/** Pixels take the value `value` if a neighbour has it. @param {Uint8Array} mask @param {number} width @param {number} height @param {number} value */
function spread(mask, width, height, value) {
  const out = Uint8Array.from(mask);
  for (let i = 0; i < mask.length; i += 1) {
    const x = i % width;
    const near = (x > 0 && mask[i - 1] === value) || (x < width - 1 && mask[i + 1] === value)
      || (i >= width && mask[i - width] === value) || (i + width < mask.length && mask[i + width] === value);
    if (near) out[i] = value;
  }
  return out;
}

/** The outer border, corner by corner, with the region on the right hand. @param {Uint8Array} mask @param {number} width @param {number} height @returns {[number, number][]} */
function follow(mask, width, height) {
  const has = (/** @type {number} */ x, /** @type {number} */ y) => x >= 0 && y >= 0 && x < width && y < height && mask[y * width + x] === 1;
  const first = mask.indexOf(1);
  const start = /** @type {[number, number]} */ ([first % width, Math.floor(first / width)]);
  let [x, y] = start;
  let way = 0; // right, down, left, up: along the top edge of the first pixel
  /** @type {[number, number][]} */
  const path = [];
  do {
    path.push([x, y]);
    [x, y] = [x + [1, 0, -1, 0][way], y + [0, 1, 0, -1][way]];
    // the pixels ahead of the corner, left and right of the way
    const left = [has(x, y - 1), has(x, y), has(x - 1, y), has(x - 1, y - 1)][way];
    const right = [has(x, y), has(x - 1, y), has(x - 1, y - 1), has(x, y - 1)][way];
    if (left) way = (way + 3) % 4;
    else if (!right) way = (way + 1) % 4;
  } while (x !== start[0] || y !== start[1] || way !== 0);
  return path;
}

/** Fewer corners, none moved by more than `bend` (Douglas and Peucker 1973). @param {[number, number][]} path @param {number} bend @returns {[number, number][]} */
function simplify(path, bend) {
  const keep = new Uint8Array(path.length);
  const far = Math.floor(path.length / 2);
  const parts = [[0, far], [far, path.length - 1]];
  for (const i of [0, far, path.length - 1]) keep[i] = 1;
  for (let part = parts.pop(); part; part = parts.pop()) {
    const [from, to] = part;
    let worst = bend;
    let at = -1;
    for (let i = from + 1; i < to; i += 1) {
      const off = offLine(path[i], path[from], path[to]);
      if (off > worst) [worst, at] = [off, i];
    }
    if (at < 0) continue;
    keep[at] = 1;
    parts.push([from, at], [at, to]);
  }
  return path.filter((_, i) => keep[i]);
}

/** @param {[number, number]} point @param {[number, number]} from @param {[number, number]} to */
function offLine([x, y], [ax, ay], [bx, by]) {
  const length = Math.hypot(bx - ax, by - ay);
  return length === 0 ? Math.hypot(x - ax, y - ay) : Math.abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length;
}
