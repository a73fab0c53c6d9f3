// Colour maths of the page: sRGB, CIE Lab (D65), hue and chroma, and the gamut. Pure. L 0..100, sRGB 0..1.

/** @typedef {[number, number, number]} Triple */

const WHITE = [0.95047, 1, 1.08883]; // D65, 2 degrees
const DELTA = 6 / 29;
const GAMUT_STEPS = 12; // halvings of chroma: to 1/4096 of it
const SLACK = 1e-4; // of linear light, outside of 0..1, that rounding hides

/** @param {number} t */
const inverse = (t) => (t > DELTA ? t * t * t : 3 * DELTA * DELTA * (t - 4 / 29));
/** @param {number} t */
const forward = (t) => (t > DELTA ** 3 ? Math.cbrt(t) : t / (3 * DELTA * DELTA) + 4 / 29);
/** Of linear light. @param {number} v */
export const encode = (v) => (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055);
/** @param {number} v */
const decode = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);

/** Linear light of a Lab colour; outside of 0..1 where sRGB does not hold it. @param {number} l @param {number} a @param {number} b @returns {Triple} */
export function labToLinear(l, a, b) {
  const fy = (l + 16) / 116;
  const x = WHITE[0] * inverse(fy + a / 500);
  const y = inverse(fy);
  const z = WHITE[2] * inverse(fy - b / 200);
  return [
    3.2404542 * x - 1.5371385 * y - 0.4985314 * z,
    -0.969266 * x + 1.8760108 * y + 0.041556 * z,
    0.0556434 * x - 0.2040259 * y + 1.0572252 * z,
  ];
}

/** @param {Triple} linear @returns {boolean} whether sRGB holds such light */
export const isHeld = (linear) => linear.every((v) => v >= -SLACK && v <= 1 + SLACK);

/** @param {number} l @param {number} a @param {number} b @returns {boolean} whether sRGB holds the colour */
export function inGamut(l, a, b) {
  return isHeld(labToLinear(l, a, b));
}

/** The share of chroma that sRGB holds at this lightness and hue, 0..1. @param {number} l @param {number} a @param {number} b */
export function chromaShare(l, a, b) {
  if (inGamut(l, a, b)) return 1;
  let low = 0;
  let high = 1;
  for (let step = 0; step < GAMUT_STEPS; step += 1) {
    const middle = (low + high) / 2;
    if (inGamut(l, a * middle, b * middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** sRGB of a Lab colour; chroma is reduced until sRGB holds it. @param {number} l @param {number} a @param {number} b @returns {Triple} 0..1 */
export function labToRgb(l, a, b) {
  const share = chromaShare(l, a, b);
  return /** @type {Triple} */ (labToLinear(l, a * share, b * share).map((v) => encode(Math.min(1, Math.max(0, v)))));
}

/** @param {number} red @param {number} green @param {number} blue 0..1 @returns {Triple} L, a, b */
export function rgbToLab(red, green, blue) {
  const [r, g, b] = [decode(red), decode(green), decode(blue)];
  const x = forward((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / WHITE[0]);
  const y = forward(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = forward((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / WHITE[2]);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** @param {number[]} bytes red, green, blue, 0..255 @returns {string} "#rrggbb" */
export function bytesToHex(bytes) {
  return `#${bytes.map((v) => v.toString(16).padStart(2, "0")).join("")}`;
}

/** @param {number} l @param {number} a @param {number} b @returns {string} "#rrggbb" */
export function labToHex(l, a, b) {
  return bytesToHex(labToRgb(l, a, b).map((v) => Math.round(v * 255)));
}

/** @param {string} hex "#rrggbb" @returns {Triple} L, a, b */
export function hexToLab(hex) {
  const value = Number.parseInt(hex.slice(1), 16);
  return rgbToLab(((value >> 16) & 255) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255);
}

/** @param {string} text what a person typed @returns {string|null} "#rrggbb", or null if it is no hex colour */
export function parseHex(text) {
  const found = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.trim());
  if (!found) return null;
  const digits = found[1].length === 3 ? [...found[1]].map((digit) => digit + digit).join("") : found[1];
  return `#${digits.toLowerCase()}`;
}

/** @param {number} a @param {number} b @returns {{hue: number, chroma: number}} degrees 0..360, Lab units */
export function toHueChroma(a, b) {
  return { hue: ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360, chroma: Math.hypot(a, b) };
}

/** @param {number} hue degrees @param {number} chroma @returns {[number, number]} a, b */
export function fromHueChroma(hue, chroma) {
  const angle = (hue * Math.PI) / 180;
  return [chroma * Math.cos(angle), chroma * Math.sin(angle)];
}
