// A colour in words, for screen readers, lists and answers: the nearest of these, or its hex where none is near. Pure.

import { hexToLab } from "./color.js";

/** @import {Triple} from "./color.js" */

const NEAR = 13; // by CIE94, beyond which a name would be a guess

/** Close enough together that what lies between two has something of both. */
const NAMES = /** @type {Record<string, string>} */ ({
  black: "#121212", "dark gray": "#474747", gray: "#808080", "light gray": "#bababa", white: "#f8f8f8",
  "warm gray": "#8d857c", "dark warm gray": "#4b453f", "light warm gray": "#c2bbb0", "cool gray": "#7c858d", "light cool gray": "#b5bcc3",
  "dark cool gray": "#3f474f", cream: "#f1e7d0", beige: "#d8c7a6", sand: "#c4b088", tan: "#c2986b", "light brown": "#a27c54",
  "dull brown": "#77634d", brown: "#76502f", "dark brown": "#47301f", "reddish brown": "#744032", rust: "#a14e24", terracotta: "#bb6a4e",
  peach: "#eebd98", salmon: "#e08c75", "pale orange": "#e8b074", orange: "#e07f28", ochre: "#b87f30", "dark orange": "#c45a14",
  mustard: "#c2a036", gold: "#e0b83c", yellow: "#f2dc36", "pale yellow": "#f0e4a0", khaki: "#aa9e72", olive: "#79743a",
  "dark olive": "#46442a", "dull olive": "#6c6a4e", "yellow green": "#a8c83c", "moss green": "#6c7d3c", "dull green": "#6f8062",
  "dark dull green": "#434f3b", "light dull green": "#9dab8c", "pale green": "#bcd6ae", green: "#3f8e48", "dark green": "#1f4d2c",
  "bright green": "#3cc43e", "light green": "#7fc078", "gray green": "#7c8a80", "sea green": "#3a8f74", mint: "#a6dac4", teal: "#2b7677",
  "dark teal": "#1c4a4d", "dull teal": "#5d8383", turquoise: "#38bab0", "pale turquoise": "#aed6d6", cyan: "#28ccde",
  "sky blue": "#7cbee8", "pale blue": "#b6cde2", "dull blue": "#5d7692", "light dull blue": "#8ea6bd", "dark dull blue": "#38485a",
  blue: "#3a6cb4", "light blue": "#6a98d4", "bright blue": "#2448e0", "dark blue": "#1f3872", navy: "#161c40", indigo: "#3c3490",
  violet: "#6c4cb4", "light violet": "#9880d0", lavender: "#bcb2de", purple: "#7a3a8c", "dark purple": "#3f2050", "dull purple": "#746280",
  "light dull purple": "#a596ae", mauve: "#b48cae", plum: "#6c3a58", "dull plum": "#63485a", magenta: "#c0349c", "light magenta": "#d878c4", "bright magenta": "#ec2cd8",
  pink: "#e08cac", "pale pink": "#ecc8cc", "dull pink": "#b98f90", rose: "#c8557c", crimson: "#a81c48", "deep pink": "#e83880",
  red: "#c42a28", "bright red": "#f02418", "dark red": "#741c1e", "brick red": "#9c4a3a", "dull red": "#8c5c58", maroon: "#4a1c24", coral: "#ee6a54",
  "bright orange": "#ff9a14", "bright yellow": "#fff200", "bright violet": "#8430f0", "pale violet": "#d8c8f0", "grayish blue": "#78869e", "dull violet": "#77749a", drab: "#8a8064", "light drab": "#b0a58a", taupe: "#8a7466", "light taupe": "#ad9a8c", "light olive": "#a39c4c",
});

export const HINT_NAMES = { point: "Point", stroke: "Stroke", region: "Region" };

/** @type {{name: string, lab: Triple}[]} */
const KNOWN = Object.entries(NAMES).map(([name, hex]) => ({ name, lab: hexToLab(hex) }));

/** How different a colour looks from a known one: CIE 116 (1995), "CIE94". @param {Triple} known @param {Triple} other */
function difference([l, a, b], [m, c, d]) {
  const chroma = Math.hypot(a, b);
  const dc = Math.hypot(c, d) - chroma;
  const dh = Math.max(0, (a - c) ** 2 + (b - d) ** 2 - dc ** 2);
  return Math.sqrt((l - m) ** 2 + (dc / (1 + 0.045 * chroma)) ** 2 + dh / (1 + 0.015 * chroma) ** 2);
}

/** @param {string} hex "#rrggbb" @returns {string} its name, or the hex itself */
export function describe(hex) {
  const lab = hexToLab(hex);
  const all = KNOWN.map(({ name, lab: known }) => ({ name, off: difference(known, lab) }));
  const { name, off } = all.reduce((best, one) => (one.off < best.off ? one : best));
  return off <= NEAR ? name : hex;
}

/** The name and the hex, once if they are the same. @param {string} hex */
export function describeFully(hex) {
  const name = describe(hex);
  return name === hex ? hex : `${name}, ${hex}`;
}

/** Names of colours that stand side by side: those that would be the same get their hex too. @param {string[]} hexes @returns {string[]} */
export function describeAll(hexes) {
  const names = hexes.map(describe);
  return names.map((name, i) => (names.filter((one) => one === name).length > 1 ? describeFully(hexes[i]) : name));
}
