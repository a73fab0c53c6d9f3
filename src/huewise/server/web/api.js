// The only file that knows URLs. Everything here speaks to the server that the page came from, and to nothing else.

/** @import {ColorMap, Level, Question, XY} from "./state.js" */

import { inSentences } from "./told.js";

const JSON_HEADERS = { "content-type": "application/json" };
const HEADER_BYTES = 16;

/** What went wrong, as the server tells it: `code` for programs, `message` and `hint` for people. */
export class ApiError extends Error {
  /** @param {number} status @param {{code?: string, message?: string, hint?: string}} [error] */
  constructor(status, error = {}) {
    super(inSentences(error.message ?? `the server answered ${status}`, error.hint));
    this.status = status;
    this.code = error.code ?? "http";
  }
}

/** The server does not answer at all: it was stopped, or the connection is cut. */
export class Unreachable extends Error {}

/**
 * @typedef {{id: string, width: number, height: number, kind: string, format: string, bits: number, notes: string[], model: string, offers: string[]}} Opened   `model`: the one that has it
 * @typedef {{hints: object[], global: object}} Said   hints and wishes
 * @typedef {{name: string, title: string, note: string, automatic_for: string}} Model   `automatic_for`: "photograph" or "drawing" where the automatic choice gives it those
 * @typedef {{title: string, credit: string, picture: string, colored: string, width: number, height: number}} Example
 * @typedef {{format?: string, quality?: number, bits?: number}} SaveOptions
 * @typedef {Said & SaveOptions} ExportWish
 */

/** Whether nobody waits for the answer any more. @param {unknown} error */
export const isAborted = (error) => error instanceof DOMException && error.name === "AbortError";

/** @param {Blob} file @param {string} model @returns {Promise<Opened>} */
export async function openPicture(file, model) {
  return (await postFile(`/api/pictures?model=${encodeURIComponent(model)}`, file)).json();
}

/** @param {string} id @param {Blob} file @returns {Promise<{id: string, colors: string[]}>} */
export async function addReference(id, file) {
  return (await postFile(`/api/pictures/${id}/references`, file)).json();
}

/** @returns {Promise<Model[]>} */
export async function getModels() {
  return (await ask("/api/models")).json();
}

/** @param {string} id */
export async function closePicture(id) {
  await ask(`/api/pictures/${id}`, { method: "DELETE" });
}

/**
 * The picture's lightness, no side longer than `side`; `drawn`: as its flats are multiplied with.
 * @param {string} id @param {number} side @param {boolean} [drawn]
 * @returns {Promise<Level>}
 */
export async function getGuide(id, side, drawn = false) {
  const { width, height, body } = await binary(await ask(`/api/pictures/${id}/guide?side=${side}&flats=${drawn}`), "HWgl");
  return { width, height, data: new Uint8Array(body, HEADER_BYTES) };
}

/**
 * @param {string} id @param {Said} said @param {{sequence: number, draft: boolean}|{trial: true}} turn a trial overtakes no edit
 * @param {AbortSignal} [signal] @returns {Promise<ColorMap>}
 */
export async function getColor(id, said, turn, signal) {
  const response = await post(`/api/pictures/${id}/color`, { ...said, ...turn }, signal);
  const { width, height, body, magic } = await binary(response, "HWab", "HWrg");
  const notes = JSON.parse(response.headers.get("huewise-notes") ?? "[]");
  if (magic === "HWrg") return { width, height, data: new Uint8Array(body, HEADER_BYTES), notes };
  return { width, height, data: new Int16Array(body, HEADER_BYTES), notes };
}

/** @param {string} id @param {Said} said @param {XY[][]} skipped @param {AbortSignal} [signal] @returns {Promise<Question|null>} */
export async function getQuestion(id, said, skipped, signal) {
  return (await (await post(`/api/pictures/${id}/question`, { ...said, skipped }, signal)).json()).question;
}

/**
 * @param {string} id @param {XY} at @param {Said} said @param {AbortSignal} [signal]
 * @returns {Promise<string[]>} colours, best first
 */
export async function getPalette(id, [x, y], said, signal) {
  const answer = await (await post(`/api/pictures/${id}/palette`, { x, y, ...said }, signal)).json();
  return answer.suggestions.map((/** @type {{color: string}} */ one) => one.color);
}

/** @param {string} id @param {ExportWish} wish @param {AbortSignal} [signal] @returns {Promise<Blob>} the file */
export async function exportPicture(id, wish, signal) {
  return (await post(`/api/pictures/${id}/export`, wish, signal)).blob();
}

/** @returns {Promise<object>} */
export async function getHealth() {
  return (await ask("/api/health")).json();
}

/** @returns {Promise<Example[]>} `picture` and `colored` become addresses */
export async function getExamples() {
  /** @type {Example[]} */
  const examples = await (await ask("/api/examples")).json();
  return examples.map((example) => ({
    ...example,
    picture: `/examples/${encodeURIComponent(example.picture)}`,
    colored: `/examples/${encodeURIComponent(example.colored)}`,
  }));
}

/** @param {Example} example @returns {Promise<Blob>} */
export async function readExample(example) {
  return (await ask(example.picture)).blob();
}

/** @returns {Promise<{number: number, name: string}[]>} pictures named on the command line */
export async function getGiven() {
  return (await ask("/api/given")).json();
}

/** @param {number} number @returns {Promise<Blob>} */
export async function readGiven(number) {
  return (await ask(`/api/given/${number}`)).blob();
}

/** @param {string} url @param {Blob} body */
async function postFile(url, body) {
  try {
    return await ask(url, { method: "POST", body, headers: { "content-type": "application/octet-stream" } });
  } catch (error) {
    if (error instanceof Unreachable) await body.slice(0, 1).arrayBuffer().catch(() => { // it is not the server that is gone
      throw new Error("it cannot be read: a folder, or a file that has changed");
    });
    throw error;
  }
}

/** @param {string} url @param {object} content @param {AbortSignal} [signal] */
function post(url, content, signal) {
  return ask(url, { method: "POST", headers: JSON_HEADERS, body: JSON.stringify(content), signal });
}

/** @param {string} url @param {RequestInit} [init] @returns {Promise<Response>} */
async function ask(url, init) {
  let response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (isAborted(error)) throw error;
    throw new Unreachable("Huewise does not answer");
  }
  if (response.ok) return response;
  const content = await response.json().catch(() => ({}));
  throw new ApiError(response.status, content.error);
}

/** @param {Response} response @param {...string} magics */
async function binary(response, ...magics) {
  const body = await response.arrayBuffer();
  const header = new DataView(body);
  const found = String.fromCharCode(...new Uint8Array(body, 0, 4));
  if (!magics.includes(found)) throw new ApiError(response.status, { message: `got ${found} for ${magics}` });
  return { magic: found, width: header.getUint32(4, true), height: header.getUint32(8, true), body };
}
