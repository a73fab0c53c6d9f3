// From the server's small colour map to every pixel, as `huewise.propagate.guided_upsample` does it for the saved file:
//
//     ab = up(ab_small) + up(slope) (L - up(L_small)),   slope = cov(ab_small, L_small) / (var(L_small) + EPSILON)
//
// (the slope of the guided filter, He, Sun and Tang 2010, eq. 5, put only on what the small size has lost). The slope is
// computed here, once for an edit; `up` and the sum are the renderers' work, for exactly the pixels that are seen. They
// interpolate ab and slope linearly where the saved file has cubics; L_small, in which edges live, is brought to FINE
// times its size by cubics here. Pure.

/** @import {AbMap, Guide} from "./state.js" */

const EPSILON = 100; // squared L
const REACH = 3; // pixels of the small map; the window is a Gaussian with sigma 1
const FINE = 4;
const AB_STEPS = 256;
const KERNEL = Float32Array.from({ length: 2 * REACH + 1 }, (_, i) => Math.exp(-((i - REACH) ** 2) / 2));

/** @typedef {{width: number, height: number, data: Float32Array}} Plane */

/**
 * What the renderers need: `colors` has a, b and their slopes in turn for each pixel of the map; `fine` is up(L_small).
 * @typedef {{width: number, height: number, colors: Float32Array, fine: Plane}} Field
 */

/**
 * What depends on the lightness alone. `centred`: L_small - 50; `mean`, `spread`: its mean and variance + EPSILON.
 * @typedef {{width: number, height: number, centred: Float32Array, mean: Float32Array, spread: Float32Array, fine: Plane}} Ground
 */

/** @type {WeakMap<Guide, Ground>} */
const grounds = new WeakMap();

/** @param {AbMap} ab @param {Guide} guide @returns {Field} */
export function fieldOf(ab, guide) {
  let ground = grounds.get(guide);
  if (ground?.width !== ab.width || ground.height !== ab.height) {
    ground = groundOf(guide, ab.width, ab.height);
    grounds.set(guide, ground);
  }
  const { width, height, centred, mean, spread, fine } = ground;
  const colors = new Float32Array(4 * width * height);
  for (const channel of [0, 1]) {
    const values = new Float32Array(width * height);
    const products = new Float32Array(width * height);
    for (let i = 0; i < values.length; i += 1) {
      values[i] = ab.data[2 * i + channel] / AB_STEPS;
      products[i] = values[i] * centred[i];
      colors[4 * i + channel] = values[i];
    }
    blur(values, width, height);
    blur(products, width, height);
    for (let i = 0; i < values.length; i += 1) {
      colors[4 * i + 2 + channel] = (products[i] - values[i] * mean[i]) / spread[i];
    }
  }
  return { width, height, colors, fine };
}

/** @param {Guide} guide @param {number} width @param {number} height @returns {Ground} */
function groundOf(guide, width, height) {
  const small = shrinkGuide(guide, width, height);
  const centred = small.map((l) => l - 50);
  const mean = blur(Float32Array.from(centred), width, height);
  const spread = blur(centred.map((l) => l * l), width, height);
  for (let i = 0; i < spread.length; i += 1) spread[i] = Math.max(0, spread[i] - mean[i] ** 2) + EPSILON;
  return { width, height, centred, mean, spread, fine: enlarge({ width, height, data: small }) };
}

/** A Gaussian both ways, in place; its weights add up to 1 at the edges too. @param {Float32Array} plane @param {number} width @param {number} height */
function blur(plane, width, height) {
  const turned = new Float32Array(plane.length);
  blurRows(plane, turned, width, height);
  blurRows(turned, plane, height, width);
  return plane;
}

/** Blurs rows of `from` and writes them as columns of `to`. @param {Float32Array} from @param {Float32Array} to @param {number} width @param {number} height */
function blurRows(from, to, width, height) {
  for (let y = 0; y < height; y += 1) {
    const row = y * width;
    for (let x = 0; x < width; x += 1) {
      const first = x < REACH ? -x : -REACH;
      const last = x + REACH < width ? REACH : width - 1 - x;
      let sum = 0;
      let weights = 0;
      for (let d = first; d <= last; d += 1) {
        sum += KERNEL[d + REACH] * from[row + x + d];
        weights += KERNEL[d + REACH];
      }
      to[x * height + y] = sum / weights;
    }
  }
}

/** FINE times the size by cubic convolution (Keys 1981), both ways. @param {Plane} plane @returns {Plane} */
function enlarge({ width, height, data }) {
  const turned = enlargeRows(data, width, height);
  return { width: width * FINE, height: height * FINE, data: enlargeRows(turned, height, width * FINE) };
}

/** Makes rows longer and writes them as columns. @param {Float32Array} from @param {number} width @param {number} height */
function enlargeRows(from, width, height) {
  const to = new Float32Array(from.length * FINE);
  for (let x = 0; x < width * FINE; x += 1) {
    const at = (x + 0.5) / FINE - 0.5;
    const first = Math.floor(at);
    const places = [-1, 0, 1, 2].map((tap) => Math.min(width - 1, Math.max(0, first + tap)));
    const weights = [-1, 0, 1, 2].map((tap) => cubic(Math.abs(at - first - tap)));
    for (let y = 0; y < height; y += 1) {
      let sum = 0;
      for (let tap = 0; tap < 4; tap += 1) sum += weights[tap] * from[y * width + places[tap]];
      to[x * height + y] = sum;
    }
  }
  return to;
}

/** @param {number} d distance in pixels */
function cubic(d) {
  return d <= 1 ? (1.5 * d - 2.5) * d * d + 1 : ((-0.5 * d + 2.5) * d - 4) * d + 2;
}

/** The mean lightness of the area of each pixel of a map, 0..100. @param {Guide} guide @param {number} width @param {number} height @returns {Float32Array} */
export function shrinkGuide(guide, width, height) {
  const level = guide.levels.findLast((one) => one.width >= 2 * width && one.height >= 2 * height) ?? guide.levels[0];
  const turned = shrinkRows(level.data, level.width, level.height, width);
  return shrinkRows(turned, level.height, width, height).map((v) => v / 2.55);
}

/** Area means along rows, written as columns. @param {ArrayLike<number>} from @param {number} length @param {number} rows @param {number} count */
function shrinkRows(from, length, rows, count) {
  const to = new Float32Array(count * rows);
  for (let x = 0; x < count; x += 1) {
    const start = (x * length) / count;
    const end = ((x + 1) * length) / count;
    const last = Math.min(length, Math.ceil(end));
    for (let u = Math.floor(start); u < last; u += 1) {
      const share = (Math.min(u + 1, end) - Math.max(u, start)) / (end - start);
      for (let y = 0; y < rows; y += 1) to[x * rows + y] += share * from[y * length + u];
    }
  }
  return to;
}

/** Lightness halved again and again, down to one pixel. @param {{width: number, height: number, data: Uint8Array}} first @returns {Guide} */
export function pyramid(first) {
  const levels = [first];
  for (let last = first; last.width > 1 || last.height > 1; last = levels[levels.length - 1]) levels.push(halve(last));
  return { width: first.width, height: first.height, levels };
}

/** @param {{width: number, height: number, data: Uint8Array}} level */
function halve({ width, height, data }) {
  const w = Math.max(1, width >> 1);
  const h = Math.max(1, height >> 1);
  const half = new Uint8Array(w * h);
  for (let y = 0; y < h; y += 1) {
    const top = 2 * y * width;
    const bottom = Math.min(2 * y + 1, height - 1) * width;
    for (let x = 0; x < w; x += 1) {
      const left = 2 * x;
      const right = Math.min(2 * x + 1, width - 1);
      half[y * w + x] = (data[top + left] + data[top + right] + data[bottom + left] + data[bottom + right] + 2) >> 2;
    }
  }
  return { width: w, height: h, data: half };
}
