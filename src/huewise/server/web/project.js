// Hints as JSON, as the hints file has them, and projects: which pictures, and the hints of each. Pure, but for hashing.

/** @import {Hint, Picture, Wishes} from "./state.js" */
import { parseHex } from "./color.js";
import { newId, noWishes } from "./state.js";

const VERSION = 1;

/** @param {Hint} hint @returns {object} its entry in a hints file */
export function hintToJson({ kind, points, color, size }) {
  if (kind === "point") return { point: points[0], color, radius: size };
  if (kind === "stroke") return { stroke: points, width: size, color };
  return { region: points, color };
}

/** @param {Hint[]} hints */
export function hintsToJson(hints) {
  return hints.map(hintToJson);
}

/** @param {any} entry @param {[number, number]} scale @returns {Hint} */
function hintFromJson(entry, [sx, sy]) {
  const kind = "point" in entry ? "point" : "stroke" in entry ? "stroke" : "region";
  const points = kind === "point" ? [entry.point] : entry[kind];
  if (!Array.isArray(points)) throw new Error("it has a region that is a picture file; use it with the command line");
  return {
    id: newId(), kind,
    points: points.map(([x, y]) => [x * sx, y * sy]),
    color: parseHex(entry.color) ?? cssColor(entry.color),
    size: (entry.radius ?? entry.width ?? 4) * Math.sqrt(sx * sy),
  };
}

/** @param {string} text a CSS name or rgb(...) or lab(...) @returns {string} "#rrggbb" */
function cssColor(text) {
  const context = document.createElement("canvas").getContext("2d");
  const plain = text.replace(/^(rgb|lab)\(\s*([^)]*)\)$/, (_, name, numbers) => `${name}(${numbers.replaceAll(",", " ")})`);
  if (!context || !CSS.supports("color", plain)) throw new Error(`it has a colour that is not understood: ${text}`);
  context.fillStyle = plain;
  context.fillRect(0, 0, 1, 1);
  const [r, g, b] = context.getImageData(0, 0, 1, 1).data;
  return `#${[r, g, b].map((v) => v.toString(16).padStart(2, "0")).join("")}`;
}

/** @param {Picture} picture @returns {object} a hints file */
export function toHintsFile({ width, height, hints, wishes, model }) {
  const { references, saturation, temperature, flats } = wishes;
  const global = {
    ...(references.length ? { reference: references.map(({ name }) => name) } : {}), // to be put beside the file
    ...(saturation === null ? {} : { saturation }),
    ...(temperature === null ? {} : { temperature }),
    ...(flats ? { flats } : {}),
  };
  return {
    huewise: VERSION, size: [width, height], hints: hintsToJson(hints),
    ...(Object.keys(global).length ? { global } : {}),
    ...(model === "auto" ? {} : { model }),
  };
}

/** Wishes of a hints file; its references are files that the page has not. @param {any} file @returns {Wishes} */
export function wishesOf({ global = {} }) {
  const { saturation = null, temperature = null, flats = false } = global;
  return { ...noWishes(), saturation, temperature, flats };
}

/**
 * @param {any} file a hints file @param {{width: number, height: number}} picture that it is for
 * @returns {Hint[]} throws an Error that says in words why it cannot be used
 */
export function fromHintsFile(file, picture) {
  if (file?.huewise !== VERSION || !Array.isArray(file.hints ?? [])) throw new Error("it is no hints file of Huewise");
  const [width, height] = file.size ?? [picture.width, picture.height];
  const [sx, sy] = [picture.width / width, picture.height / height];
  if (Math.abs(sx / sy - 1) > 0.01) {
    throw new Error(`it is for a picture of ${width} × ${height}, this one has ${picture.width} × ${picture.height}`);
  }
  return (file.hints ?? []).map((/** @type {any} */ entry) => hintFromJson(entry, [sx, sy]));
}

/** @param {Picture[]} pictures @returns {Promise<object>} a project: each picture's name, fingerprint and hints file */
export async function toProject(pictures) {
  const entries = pictures.map(async (picture) => ({
    picture: { name: picture.name, bytes: picture.file.size, sha256: await fingerprint(picture.file) },
    hints: toHintsFile(picture),
  }));
  return { huewise_project: VERSION, pictures: await Promise.all(entries) };
}

/** @param {Blob} file @returns {Promise<string>} its SHA-256 in hex */
export async function fingerprint(file) {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
