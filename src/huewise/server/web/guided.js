// From the server's small colour map to every pixel, as `huewise.propagate.guided_upsample` does it for the saved file:
//
//     ab = up(ab_small) + up(slope) (L - up(L_small)),   slope = cov(ab_small, L_small) / (var(L_small) + EPSILON)
//
// (the slope of the guided filter, He, Sun and Tang 2010, eq. 5, put only on what the small size has lost). The slope is
// computed here, once for an edit; `up` and the sum are the renderers' work, for exactly the pixels that are seen. They
// interpolate ab and slope linearly where the saved file has cubics; L_small, in which edges live, is brought to FINE
// times its size by cubics here. Pure.

/** @import {AbMap, Guide, Level} from "./state.js" */

const EPSILON = 100; // squared L
const REACH = 3; // `sumOfSeven` has its 2 * 3 + 1 terms; pixels of the small map; the window is a Gaussian with sigma 1
const FINE = 4;
const AB_STEPS = 256;

/** @typedef {{width: number, height: number, data: Float32Array}} Plane */

/**
 * What the renderers need: `colors` has a, b and their slopes in turn for each pixel of the map; `fine` is up(L_small).
 * @typedef {{width: number, height: number, colors: Float32Array, fine: Plane}} AbField
 *
 * Of a drawing: `colors` has r, g, b in 0..1 and 1 in turn; they are multiplied with its gray.
 * @typedef {{width: number, height: number, colors: Float32Array, fine: null}} RgbField
 *
 * @typedef {AbField|RgbField} Field
 */

/**
 * What depends on the lightness alone. `centred`: L_small - 50; `mean`, `spread`: its mean and variance + EPSILON.
 * @typedef {{
 *   width: number, height: number, centred: Float32Array, mean: Float32Array, spread: Float32Array,
 *   blur: (planes: Float32Array, count: number) => Float32Array, fine: Plane,
 * }} Ground
 */

/** @type {WeakMap<Guide, Ground>} */
const grounds = new WeakMap();

/** @param {AbMap} ab @param {Guide} guide @returns {AbField} */
export function fieldOf(ab, guide) {
  let ground = grounds.get(guide);
  if (ground?.width !== ab.width || ground.height !== ab.height) {
    ground = groundOf(guide, ab.width, ab.height);
    grounds.set(guide, ground);
  }
  const { width, height, centred, mean, spread, blur, fine } = ground;
  const colors = new Float32Array(4 * width * height);
  for (let i = 0, at = 0; i < centred.length; i += 1, at += 4) {
    colors[at] = ab.data[2 * i] / AB_STEPS;
    colors[at + 1] = ab.data[2 * i + 1] / AB_STEPS;
    colors[at + 2] = colors[at] * centred[i];
    colors[at + 3] = colors[at + 1] * centred[i];
  }
  const means = blur(colors, 4);
  for (let i = 0, at = 0; i < centred.length; i += 1, at += 4) {
    colors[at + 2] = (means[at + 2] - means[at] * mean[i]) / spread[i];
    colors[at + 3] = (means[at + 3] - means[at + 1] * mean[i]) / spread[i];
  }
  return { width, height, colors, fine };
}

/** Of a draft: its colours with the slopes of the whole answer before it, most of which it shares. @param {AbMap} ab @param {AbField} whole of the same size @returns {AbField} */
export function draftField({ width, height, data }, whole) {
  const colors = whole.colors.slice();
  for (let i = 0, at = 0; i < width * height; i += 1, at += 4) {
    colors[at] = data[2 * i] / AB_STEPS;
    colors[at + 1] = data[2 * i + 1] / AB_STEPS;
  }
  return { width, height, colors, fine: whole.fine };
}

/** @param {Level} rgb @returns {RgbField} */
export function rgbField({ width, height, data }) {
  const colors = new Float32Array(4 * width * height).fill(1);
  for (let i = 0; i < width * height; i += 1) {
    for (let c = 0; c < 3; c += 1) colors[4 * i + c] = data[3 * i + c] / 255;
  }
  return { width, height, colors, fine: null };
}

/** @param {Guide} guide @param {number} width @param {number} height @returns {Ground} */
function groundOf(guide, width, height) {
  const across = gaussian(width);
  const down = gaussian(height);
  const blur = (/** @type {Float32Array} */ planes, /** @type {number} */ count) => blurred(planes, count, width, across, down);
  const small = shrinkGuide(guide, width, height);
  const centred = small.map((l) => l - 50);
  const mean = blur(centred, 1);
  const spread = blur(centred.map((l) => l * l), 1).map((square, i) => Math.max(0, square - mean[i] ** 2) + EPSILON);
  const fine = { width: width * FINE, height: height * FINE, data: resample(small, width, height, cubic(width), cubic(height)) };
  return { width, height, centred, mean, spread, blur, fine };
}

/** The mean lightness of the area of each pixel of a map, 0..100. @param {Guide} guide @param {number} width @param {number} height @returns {Float32Array} */
export function shrinkGuide(guide, width, height) {
  const level = guide.levels.findLast((one) => one.width >= 2 * width && one.height >= 2 * height) ?? guide.levels[0];
  const mean = resample(level.data, level.width, level.height, area(level.width, width), area(level.height, height));
  return mean.map((v) => v / 2.55);
}

// --- one dimension after the other: each output is a weighted sum of a few inputs ---

/**
 * Output i is the sum of `weights[i * count + k]` times the input at `places[i * count + k]`, for k < count.
 * @typedef {{length: number, count: number, places: Int32Array, weights: Float32Array}} Taps
 */

/** @param {number} length of the output @param {number} count @param {(i: number, k: number) => [number, number]} tap place and weight */
function makeTaps(length, count, tap) {
  const places = new Int32Array(length * count);
  const weights = new Float32Array(length * count);
  for (let i = 0; i < length; i += 1) {
    for (let k = 0; k < count; k += 1) [places[i * count + k], weights[i * count + k]] = tap(i, k);
  }
  return { length, count, places, weights };
}

/** A Gaussian with sigma 1, up to REACH; the weights of what lies inside add up to 1. @param {number} length */
function gaussian(length) {
  const inside = (/** @type {number} */ i) => i >= 0 && i < length;
  const weight = (/** @type {number} */ d) => Math.exp(-(d * d) / 2);
  return makeTaps(length, 2 * REACH + 1, (i, k) => {
    let sum = 0;
    for (let d = -REACH; d <= REACH; d += 1) sum += inside(i + d) ? weight(d) : 0;
    return inside(i + k - REACH) ? [i + k - REACH, weight(k - REACH) / sum] : [i, 0];
  });
}

/**
 * `count` planes whose values stand in turn, each blurred. Every edit waits for it: its sums are written out.
 * @param {Float32Array} planes @param {number} count @param {number} width @param {Taps} across @param {Taps} down both `gaussian`
 */
function blurred(planes, count, width, across, down) {
  const stride = count * width;
  const half = new Float32Array(planes.length);
  const out = new Float32Array(planes.length);
  for (let y = 0; y < down.length; y += 1) sumOfSeven(planes, half, y * stride, stride, down, y, stride);
  for (let y = 0; y < down.length; y += 1) {
    for (let x = 0; x < width; x += 1) sumOfSeven(half, out, y * stride + x * count, count, across, x, count, y * stride);
  }
  return out;
}

/**
 * Seven runs of `length` values, weighted, into one: output `i` of the taps, `step` values from one input to the next.
 * @param {Float32Array} data @param {Float32Array} out @param {number} at @param {number} length @param {Taps} taps @param {number} i @param {number} step
 * @param {number} [start]
 */
function sumOfSeven(data, out, at, length, { places, weights }, i, step, start = 0) {
  const k = 7 * i;
  const [w0, w1, w2, w3, w4, w5, w6] = [weights[k], weights[k + 1], weights[k + 2], weights[k + 3], weights[k + 4], weights[k + 5], weights[k + 6]];
  const p0 = start + places[k] * step;
  const p1 = start + places[k + 1] * step;
  const p2 = start + places[k + 2] * step;
  const p3 = start + places[k + 3] * step;
  const p4 = start + places[k + 4] * step;
  const p5 = start + places[k + 5] * step;
  const p6 = start + places[k + 6] * step;
  for (let x = 0; x < length; x += 1) {
    out[at + x] = w0 * data[p0 + x] + w1 * data[p1 + x] + w2 * data[p2 + x] + w3 * data[p3 + x]
      + w4 * data[p4 + x] + w5 * data[p5 + x] + w6 * data[p6 + x];
  }
}

/** FINE times as many by cubic convolution (Keys 1981, a = -1/2), the outermost repeated. @param {number} length */
function cubic(length) {
  return makeTaps(length * FINE, 4, (i, k) => {
    const at = (i + 0.5) / FINE - 0.5;
    const place = Math.floor(at) + k - 1;
    const d = Math.abs(at - place);
    const weight = d <= 1 ? (1.5 * d - 2.5) * d * d + 1 : ((-0.5 * d + 2.5) * d - 4) * d + 2;
    return [Math.min(length - 1, Math.max(0, place)), weight];
  });
}

/** Means over the part of `from` inputs that each of `to` outputs covers. @param {number} from @param {number} to */
function area(from, to) {
  const size = from / to;
  return makeTaps(to, Math.ceil(size) + 1, (i, k) => {
    const place = Math.floor(i * size) + k;
    const share = Math.min(place + 1, (i + 1) * size) - Math.max(place, i * size);
    return [Math.min(from - 1, place), Math.max(0, share) / size];
  });
}

/** @param {ArrayLike<number>} data @param {number} width @param {number} height @param {Taps} across @param {Taps} down @returns {Float32Array} across.length x down.length */
function resample(data, width, height, across, down) {
  return alongRows(alongColumns(data, width, down), width, across);
}

/** Row by row, so that memory is read in its order. @param {ArrayLike<number>} data @param {number} width @param {Taps} taps */
function alongColumns(data, width, { length, count, places, weights }) {
  const out = new Float32Array(width * length);
  for (let y = 0; y < length; y += 1) {
    const row = y * width;
    for (let k = y * count; k < (y + 1) * count; k += 1) {
      const weight = weights[k];
      if (weight === 0) continue;
      const from = places[k] * width;
      for (let x = 0; x < width; x += 1) out[row + x] += weight * data[from + x];
    }
  }
  return out;
}

/** @param {Float32Array} data @param {number} width @param {Taps} taps */
function alongRows(data, width, { length, count, places, weights }) {
  const height = data.length / width;
  const out = new Float32Array(length * height);
  for (let y = 0, at = 0; y < height; y += 1) {
    const row = y * width;
    for (let x = 0, k = 0; x < length; x += 1, at += 1) {
      let sum = 0;
      for (const end = k + count; k < end; k += 1) sum += weights[k] * data[row + places[k]];
      out[at] = sum;
    }
  }
  return out;
}

/** Lightness halved again and again, down to one pixel. @param {Level} first @returns {Guide} */
export function pyramid(first) {
  const levels = [first];
  for (let last = first; last.width > 1 || last.height > 1; last = levels[levels.length - 1]) levels.push(halve(last));
  return { width: first.width, height: first.height, levels };
}

/** @param {Level} level */
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
