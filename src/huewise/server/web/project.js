// Hints as JSON, as the hints file has them, and projects: which pictures, and what was said about each. Pure, but for files.

/** @import {Size} from "./view.js" */
/** @import {Hint, Picture, Wishes, XY} from "./state.js" */
import { newId, noWishes } from "./state.js";
import { sha256 } from "./sha256.js";
import { writtenColor } from "./written.js";

const VERSION = 1;
const MOST_HELD = 8 << 20; // bytes of a reference that a project holds; of a larger one it has the fingerprint alone
const KEYS = ["huewise", "size", "hints", "global", "model"];
const HINT_KEYS = ["point", "radius", "stroke", "width", "region", "color", "mean"];
const GLOBAL_KEYS = ["reference", "saturation", "temperature", "flats"];

/**
 * What a hints file says. `references`: names of files. `wishes`, `model`: null where it says nothing of them.
 * @typedef {{hints: Hint[], references: string[], wishes: Wishes|null, model: string|null}} Read
 */
/** @typedef {{name: string, bytes: number, sha256: string}} Print   of a file; `data`: its content, if a project holds it */
/**
 * `references`: fingerprints of those of the picture, in the order of its hints file.
 * @typedef {{picture: Print, hints: any, references?: string[], keep_tint?: boolean}} Entry
 * @typedef {{huewise_project: number, pictures: Entry[], references?: (Print & {data?: string})[]}} Project
 */

/** @param {Hint} hint @returns {object} its entry in a hints file */
export function hintToJson({ kind, points, color, size, mean }) {
  if (kind === "point") return { point: points[0], color, radius: size };
  if (kind === "stroke") return { stroke: points, width: size, color };
  return { region: points, color, ...(mean ? { mean } : {}) };
}

/** @param {Hint[]} hints */
export function hintsToJson(hints) {
  return hints.map(hintToJson);
}

/** @param {any} object @param {string[]} keys @param {string} where */
function refuseOthers(object, keys, where) {
  const other = Object.keys(object).find((key) => !keys.includes(key));
  if (other) throw new Error(`it has ${where}${other}, which this page does not know`);
}

/** @param {any} entry @param {XY} scale @returns {Hint} */
function hintFromJson(entry, [sx, sy]) {
  refuseOthers(entry, HINT_KEYS, "a hint with ");
  const kind = "point" in entry ? "point" : "stroke" in entry ? "stroke" : "region";
  const points = kind === "point" ? [entry.point] : entry[kind];
  if (!Array.isArray(points)) throw new Error("it has a region that is a picture file; use it with the command line");
  const color = writtenColor(entry.color);
  if (!color) throw new Error(`it has a colour that is not understood: ${entry.color}`);
  return {
    id: newId(), kind,
    points: points.map(([x, y]) => [x * sx, y * sy]),
    color,
    size: kind === "region" ? 0 : (entry.radius ?? entry.width ?? 4) * Math.sqrt(sx * sy),
    ...(entry.mean ? { mean: true } : {}),
  };
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

/**
 * @param {any} file a hints file @param {Size} picture that it is for
 * @returns {Read} throws an Error that says in words why it cannot be used
 */
export function fromHintsFile(file, picture) {
  if (file?.huewise !== VERSION || !Array.isArray(file.hints ?? [])) throw new Error("it is no hints file of Huewise");
  refuseOthers(file, KEYS, "the key ");
  const [width, height] = file.size ?? [picture.width, picture.height];
  const [sx, sy] = [picture.width / width, picture.height / height];
  if (Math.abs(sx / sy - 1) > 0.01) {
    throw new Error(`it is for a picture of ${width} × ${height}, this one has ${picture.width} × ${picture.height}`);
  }
  const hints = (file.hints ?? []).map((/** @type {any} */ entry) => hintFromJson(entry, [sx, sy]));
  const outside = hints.find((/** @type {Hint} */ hint) => liesOutside(hint, picture));
  if (outside) throw new Error(`it has a hint at (${outside.points[0]}), outside of the picture`);
  return { hints, references: file.global?.reference ?? [], wishes: wishesOf(file.global), model: file.model ?? null };
}

/** @param {Hint} hint @param {Size} picture */
function liesOutside({ kind, points, size }, { width, height }) {
  const reach = kind === "stroke" ? size / 2 : size;
  return [width, height].some((side, axis) => {
    const along = points.map((point) => point[axis]);
    return Math.max(...along) + reach < 0 || Math.min(...along) - reach >= side;
  });
}

/** @param {any} [global] @returns {Wishes|null} without its references: those are files */
function wishesOf(global) {
  if (!global) return null;
  refuseOthers(global, GLOBAL_KEYS, "global.");
  const { saturation = null, temperature = null, flats = false } = global;
  return { ...noWishes(), saturation, temperature, flats };
}

/** @param {Picture[]} pictures @returns {Promise<Project>} which pictures, what was said about each, and their references */
export async function toProject(pictures) {
  /** @type {Map<Blob, Print & {data?: string}>} */
  const held = new Map();
  for (const { name, file } of pictures.flatMap(({ wishes }) => wishes.references)) {
    if (!held.has(file)) held.set(file, { ...(await printOf(name, file)), ...(file.size > MOST_HELD ? {} : { data: await base64(file) }) });
  }
  const entries = pictures.map(async (picture) => ({
    picture: await printOf(picture.name, picture.file),
    hints: toHintsFile(picture),
    ...(picture.wishes.keepTint ? { keep_tint: true } : {}),
    references: picture.wishes.references.map(({ file }) => held.get(file)?.sha256 ?? ""),
  }));
  const references = [...new Map([...held.values()].map((one) => [one.sha256, one])).values()];
  return { huewise_project: VERSION, pictures: await Promise.all(entries), references };
}

/** @param {string} name @param {Blob} file @returns {Promise<Print>} */
async function printOf(name, file) {
  return { name, bytes: file.size, sha256: await fingerprint(file) };
}

/** @param {Blob} file @returns {Promise<string>} */
async function base64(file) {
  const reader = new FileReader();
  await new Promise((resolve, reject) => {
    reader.onload = resolve;
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
  return /** @type {string} */ (reader.result).replace(/^[^,]*,/, "");
}

/** @param {Project} project @returns {Map<string, {name: string, file: Blob|null}>} its references by fingerprint; null: it does not hold the file */
export function heldReferences({ references = [] }) {
  return new Map(references.map(({ name, sha256, data }) => {
    const bytes = data === undefined ? null : Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    return [sha256, { name, file: bytes && new Blob([bytes]) }];
  }));
}

/** @param {Blob} file @returns {Promise<string>} its SHA-256 in hex */
export async function fingerprint(file) {
  const bytes = await file.arrayBuffer();
  const digest = crypto.subtle ? new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)) : sha256(bytes);
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
