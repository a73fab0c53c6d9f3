// The plane of a and b at one lightness, as in zhang2017's interface: what sRGB holds, its border, and the chosen colour.

import { chromaShare, labToRgb } from "../color.js";
import { make } from "../dom.js";

const REACH = 110; // a and b from -REACH to REACH
const SIDE = 268; // pixels drawn while nothing is laid out yet
const TURNS = 180; // hues of the border that are computed
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
      if (whole !== lightness || canvas.width !== sideOf(canvas)) { // while a point is dragged over the picture, its colours come first
        clearTimeout(drawing);
        drawing = setTimeout(() => drawPlane(canvas, whole), lightness < 0 ? 0 : REST);
      }
      lightness = whole;
      mark.hidden = !ab;
      if (!ab) return;
      const share = chromaShare(whole, ...ab); // a bright colour at a dark place is shown as it will come out
      at = [ab[0] * share, ab[1] * share];
      mark.style.left = `${(at[0] / REACH + 1) * 50}%`;
      mark.style.top = `${(1 - at[1] / REACH) * 50}%`;
    },
  };
}

/** @param {HTMLCanvasElement} canvas @param {number} l */
function drawPlane(canvas, l) {
  const context = canvas.getContext("2d");
  if (!context) return;
  const side = sideOf(canvas); // as many as are shown: a border of one pixel is no border when the browser shrinks it
  canvas.width = side;
  canvas.height = side;
  const border = borderAt(l);
  const image = context.createImageData(side, side);
  for (let i = 0; i < side * side; i += 1) {
    const a = ((i % side + 0.5) / side * 2 - 1) * REACH;
    const b = (1 - (Math.floor(i / side) + 0.5) / side * 2) * REACH;
    const turn = Math.round((Math.atan2(b, a) / (2 * Math.PI) + 1) * TURNS) % TURNS;
    if (Math.hypot(a, b) > border[turn] + 4) continue; // a little too far: the border's line lies over it
    image.data.set([...labToRgb(l, a, b).map((v) => Math.round(v * 255)), 255], 4 * i);
  }
  context.putImageData(image, 0, 0);
  const line = new Path2D();
  border.forEach((chroma, i) => line.lineTo(...placeOf(chroma, i, side)));
  line.closePath();
  context.globalCompositeOperation = "destination-in";
  context.fill(line);
  context.globalCompositeOperation = "source-over";
  for (const [width, color] of /** @type {[number, string][]} */ ([[3, "#0009"], [1.4, "#fff"]])) { // seen on light and dark pages
    context.lineWidth = width * devicePixelRatio;
    context.strokeStyle = color;
    context.stroke(line);
  }
}

/** The largest chroma that sRGB holds, for TURNS hues. @param {number} l @returns {number[]} */
function borderAt(l) {
  const far = 2 * REACH;
  return Array.from({ length: TURNS }, (_, i) => {
    const angle = (i / TURNS) * 2 * Math.PI;
    return far * chromaShare(l, far * Math.cos(angle), far * Math.sin(angle));
  });
}

/** @param {number} chroma @param {number} turn @param {number} side @returns {[number, number]} pixels of the plane */
function placeOf(chroma, turn, side) {
  const angle = (turn / TURNS) * 2 * Math.PI;
  return [(chroma * Math.cos(angle) / REACH + 1) * side / 2, (1 - chroma * Math.sin(angle) / REACH) * side / 2];
}

/** Device pixels of its side. @param {HTMLCanvasElement} canvas */
const sideOf = (canvas) => Math.round(canvas.clientWidth * devicePixelRatio) || SIDE;
