// Draws the hints over the picture, and what is being drawn, as SVG. Only the eye needs it: the list of hints is a panel.

/** @import {Hint, Picture, State, Store, View, XY} from "./state.js" */
import { changing } from "./dom.js";
import { foresee } from "./grow.js";
import { currentPicture } from "./state.js";
import { toStage } from "./view.js";

const NS = "http://www.w3.org/2000/svg";
const POINT = 8; // radius on the stage, whatever the zoom

/** @param {string} tag @param {Record<string, string|number>} attributes */
function shape(tag, attributes) {
  const element = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}

/** How far right the coloured pane is moved, in CSS pixels. @param {State} state */
export function paneShift(state) {
  return state.compare === "side" ? state.stage.width / 2 : 0;
}

/** @param {SVGSVGElement} svg @param {Store} store */
export function createOverlay(svg, store) {
  const changed = changing();
  store.onPaint((state) => {
    const picture = currentPicture(state);
    const { selected, draft, cross, cursor, tool, brush, compare, peek, stage, marks } = state;
    const tip = tool === "brush" ? cursor : null;
    const asked = state.ask?.key === picture?.key ? state.ask?.question : null;
    const ahead = foresee(state);
    if (!changed(ahead, asked, picture?.hints, picture?.view, picture?.width, selected, draft, cross, tip, tool, brush, compare, peek, stage, marks)) return;
    svg.replaceChildren();
    if (!picture?.width || peek || compare === "gray") return;
    const layer = shape("g", { transform: `translate(${paneShift(state)} 0)` });
    if (asked && marks) layer.append(spotlight(asked.region, picture));
    for (const hint of marks ? picture.hints : []) layer.append(draw(hint, picture.view, hint.id === selected));
    if (ahead) layer.append(foreseen(ahead, picture.view));
    if (draft) layer.append(draw(draft, picture.view, true));
    if (tip) layer.append(brushTip(toStage(picture.view, tip), brush / 2));
    if (cross) layer.append(crosshair(toStage(picture.view, cross)));
    svg.append(layer);
  });
}

/** @param {Hint} hint @param {View} view @param {boolean} selected */
function draw(hint, view, selected) {
  const group = shape("g", selected ? { class: "selected" } : {});
  const at = hint.points.map((point) => toStage(view, point));
  if (hint.kind === "point") {
    const [x, y] = at[0];
    const r = selected ? POINT + 2 : POINT;
    group.append(shape("circle", { class: "halo", cx: x, cy: y, r }));
    group.append(shape("circle", { class: "ring", cx: x, cy: y, r, fill: hint.color }));
    return group;
  }
  const path = at.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
  if (hint.kind === "stroke") {
    const d = at.length === 1 ? `${path}l0.01 0` : path;
    const width = Math.max(2, hint.size * view.scale);
    if (selected) group.append(shape("path", { class: "stroke", d, stroke: "#000", "stroke-width": width + 5 }));
    if (selected) group.append(shape("path", { class: "stroke", d, stroke: "#fff", "stroke-width": width + 3 }));
    group.append(shape("path", { class: "stroke", d, stroke: hint.color, "stroke-width": width }));
    return group;
  }
  const d = outlinePath(hint.points, view);
  group.append(shape("path", { class: "halo", d, "fill-rule": "evenodd", fill: selected ? hint.color : "none", "fill-opacity": 0.25 }));
  group.append(shape("path", { class: selected ? "march" : "ring", d }));
  return group;
}

/** What a press of the region tool would take. @param {XY[]} points @param {View} view */
function foreseen(points, view) {
  const group = shape("g", { class: "foreseen" });
  const d = outlinePath(points, view);
  group.append(shape("path", { class: "halo", d }), shape("path", { class: "march", d }));
  return group;
}

/**
 * A polygon of several rings goes to a ring, around it and back to its beginning (the server's outlines.py): only the
 * rings are drawn, not the ways between them.
 * @param {XY[]} points @param {View} view
 */
function outlinePath(points, view) {
  const same = (/** @type {XY} */ one, /** @type {XY} */ other) => one[0] === other[0] && one[1] === other[1];
  /** @type {XY[][]} */
  const rings = [];
  for (let i = 0; i < points.length;) {
    if (rings.length && same(points[i], points[0])) i += 1; // the way back
    if (i >= points.length) break;
    let end = i + 1;
    while (end < points.length && !same(points[end], points[i])) end += 1;
    rings.push(points.slice(i, end));
    i = end + 1;
  }
  return rings.map((ring) => `${ring.map((at, i) => `${i ? "L" : "M"}${toStage(view, at).map((v) => v.toFixed(1)).join(" ")}`).join("")}Z`).join("");
}

/** What is asked about stays light, the rest is dimmed. @param {XY[]} region @param {Picture} picture */
function spotlight(region, { view, width, height }) {
  const group = shape("g", { class: "spotlight" });
  const d = outlinePath(region, view);
  const around = outlinePath([[0, 0], [width, 0], [width, height], [0, height]], view);
  group.append(shape("path", { class: "dim", d: around + d, "fill-rule": "evenodd" }));
  group.append(shape("path", { class: "halo", d }), shape("path", { class: "ring", d }));
  return group;
}

/** @param {XY} at @param {number} r */
function brushTip([cx, cy], r) {
  const group = shape("g", {});
  group.append(shape("circle", { class: "tip-halo", cx, cy, r }), shape("circle", { class: "tip", cx, cy, r }));
  return group;
}

/** @param {XY} at */
function crosshair([x, y]) {
  const group = shape("g", {});
  const d = `M${x - 16} ${y}h12M${x + 4} ${y}h12M${x} ${y - 16}v12M${x} ${y + 4}v12`;
  group.append(shape("path", { class: "halo", d }), shape("path", { class: "ring", d }));
  return group;
}

/** The topmost hint under a place of the stage. @param {Picture} picture @param {number} x @param {number} y @param {number} slack CSS pixels @returns {Hint|undefined} */
export function hintUnder(picture, x, y, slack) {
  const distance = (/** @type {Hint} */ hint) => {
    const at = hint.points.map((point) => toStage(picture.view, point));
    if (hint.kind === "point") return Math.hypot(at[0][0] - x, at[0][1] - y) - POINT;
    const closed = hint.kind === "region" ? [...at, at[0]] : at;
    return pathDistance(closed, x, y) - (hint.size * picture.view.scale) / 2;
  };
  // points first: they are small and lie on top for the hand, if not for the eye
  return [...picture.hints].reverse()
    .sort((one, other) => Number(other.kind === "point") - Number(one.kind === "point"))
    .find((hint) => distance(hint) <= (hint.kind === "point" ? slack : slack / 3));
}

/** @param {XY[]} path @param {number} x @param {number} y */
function pathDistance(path, x, y) {
  let nearest = Math.hypot(path[0][0] - x, path[0][1] - y);
  for (let i = 1; i < path.length; i += 1) {
    const [[ax, ay], [bx, by]] = [path[i - 1], path[i]];
    const length = (bx - ax) ** 2 + (by - ay) ** 2 || 1;
    const t = Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length));
    nearest = Math.min(nearest, Math.hypot(ax + t * (bx - ax) - x, ay + t * (by - ay) - y));
  }
  return nearest;
}
