// The plane of a and b at one lightness, as in zhang2017's interface: what sRGB holds, its border, and the chosen colour.

import { chromaShare, inGamut, labToRgb } from "../color.js";
import { make } from "../dom.js";

const REACH = 110; // a and b from -REACH to REACH
const SIDE = 268; // pixels drawn
const REST = 300; // milliseconds without another lightness

/**
 * @param {(l: number, a: number, b: number) => void} choose @param {() => void} settle
 * @returns {{element: HTMLElement, paint: (l: number, ab: [number, number]|null) => void}}
 */
export function gamutMap(choose, settle) {
  const canvas = make("canvas", { width: SIDE, height: SIDE });
  const mark = make("span", { class: "mark" });
  const element = make("div", {
    class: "gamut", tabindex: 0, role: "application", "aria-roledescription": "colour plane",
    "aria-label": "Colours at this lightness: left green, right red, up yellow, down blue. Arrow keys move.",
  }, canvas, mark);
  let lightness = -1;
  let drawing = 0;
  /** @type {[number, number]} */
  let at = [0, 0];

  /** @param {number} a @param {number} b */
  const go = (a, b) => {
    const share = chromaShare(lightness, a, b);
    at = [a * share, b * share];
    choose(lightness, at[0], at[1]);
  };
  /** @param {PointerEvent} event */
  const goTo = (event) => {
    const box = element.getBoundingClientRect();
    go(((event.clientX - box.left) / box.width * 2 - 1) * REACH, (1 - ((event.clientY - box.top) / box.height) * 2) * REACH);
  };
  element.addEventListener("pointerdown", (event) => {
    element.setPointerCapture(event.pointerId);
    goTo(event);
  });
  element.addEventListener("pointermove", (event) => element.hasPointerCapture(event.pointerId) && goTo(event));
  for (const end of ["pointerup", "blur"]) element.addEventListener(end, settle);
  element.addEventListener("keydown", (event) => {
    const step = event.shiftKey ? 10 : 2;
    const way = /** @type {Record<string, [number, number]>} */ ({
      ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step],
    })[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    go(at[0] + way[0], at[1] + way[1]);
  });

  return {
    element,
    paint(l, ab) {
      const whole = Math.round(Math.min(98, Math.max(2, l)));
      if (whole !== lightness) { // while a point is dragged over the picture, its colours come first
        clearTimeout(drawing);
        drawing = setTimeout(() => drawPlane(canvas, whole), lightness < 0 ? 0 : REST);
      }
      lightness = whole;
      mark.hidden = !ab;
      if (!ab) return;
      at = ab;
      mark.style.left = `${(ab[0] / REACH + 1) * 50}%`;
      mark.style.top = `${(1 - ab[1] / REACH) * 50}%`;
    },
  };
}

/** @param {HTMLCanvasElement} canvas @param {number} l */
function drawPlane(canvas, l) {
  const context = canvas.getContext("2d");
  if (!context) return;
  const image = context.createImageData(SIDE, SIDE);
  const ab = (/** @type {number} */ i) => ((i + 0.5) / SIDE * 2 - 1) * REACH;
  const held = new Uint8Array(SIDE * SIDE);
  for (let i = 0; i < held.length; i += 1) held[i] = Number(inGamut(l, ab(i % SIDE), -ab(Math.floor(i / SIDE))));
  for (let i = 0; i < held.length; i += 1) {
    const x = i % SIDE;
    const near = [held[i - 1], held[i + 1], held[i - SIDE], held[i + SIDE]];
    if (!held[i] && near.some(Boolean)) image.data.set([0, 0, 0, 150], 4 * i); // seen on a light page too
    else if (held[i] && !near.every(Boolean)) image.data.set([255, 255, 255, 255], 4 * i);
    else if (held[i]) image.data.set([...labToRgb(l, ab(x), -ab(Math.floor(i / SIDE))).map((v) => Math.round(v * 255)), 255], 4 * i);
  }
  context.putImageData(image, 0, 0);
}
