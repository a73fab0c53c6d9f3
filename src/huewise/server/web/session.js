// The conversation with the server: open pictures, keep their colour up to date, survive its absence.

/** @import {ColorMap, Guide, Hint, Picture, Question, Reference, Store, XY} from "./state.js" */
/** @import {SaveOptions} from "./api.js" */
import * as api from "./api.js";
import { addPicture, leaveBroken, say, set, showPicture, succeed, updatePicture } from "./changes.js";
import { createEdits } from "./edits.js";
import { pyramid } from "./guided.js";
import { hintsToJson } from "./project.js";
import { createPatience } from "./reach.js";
import { newId, newPicture } from "./state.js";
import { brokenWords, noteLine, sentence, whyOf } from "./told.js";

const FIRST_SIDE = 2048; // of the guide that is fetched first; the full one follows when somebody zooms in

/**
 * @typedef {object} Session
 * @property {(files: Blob[], names?: string[], more?: Partial<Picture>[]) => Promise<string[]>} openFiles  gives their keys
 * @property {(picture: Picture) => Promise<void>} restore  a picture that was kept in the browser
 * @property {(key: string) => void} recolor
 * @property {(key: string, side: number) => Promise<void>} sharpen  fetch the guide at a larger size
 * @property {(key: string, at: XY, signal: AbortSignal) => Promise<string[]>} palette
 * @property {(key: string) => Promise<void>} reopen  with the model that is wished for now
 * @property {(key: string, file: Blob, name: string) => Promise<Reference|null>} refer  read a reference picture; null: it is said why not
 * @property {(key: string, signal: AbortSignal) => Promise<Question|null>} question
 * @property {(key: string, hints: Hint[], signal: AbortSignal) => Promise<ColorMap>} trial  colours for other hints, beside the edits
 * @property {(key: string, options: SaveOptions) => Promise<Blob>} save
 * @property {(key: string) => void} close
 */

/** @param {Store} store @returns {Session} */
export function createSession(store) {
  /** @type {Map<string, Promise<string>>} pictures that are being opened, by key */
  const openings = new Map();
  /** @type {Map<string, Map<string, string>>} by the server's id of a picture: the server's ids of references, by key */
  const references = new Map();
  /** @type {Set<string>} pictures that are being opened with another model */
  const reopening = new Set();
  const patiently = createPatience(store);
  let sequence = Date.now(); // rises even over a reload, as the server demands
  const { recolor, stop } = createEdits({
    edit, report,
    isPassing: (key) => !!find(key)?.passing,
    tell: (busy) => store.change(set, { busy }),
  });

  /** @param {string} key */
  const find = (key) => store.state.pictures.find((picture) => picture.key === key);

  /** Give the file to the server. @param {string} key @returns {Promise<string>} its id */
  function open(key) {
    const running = openings.get(key);
    if (running) return running;
    const opening = openNow(key).finally(() => openings.delete(key));
    openings.set(key, opening);
    return opening;
  }

  /** @param {string} key */
  async function openNow(key) {
    const picture = find(key);
    if (!picture) throw new DOMException("closed", "AbortError");
    const opened = await patiently(() => api.openPicture(picture.file, picture.model));
    putAwayIfClosed(key, opened.id);
    store.change(updatePicture, key, { ...factsOf(opened), openedWith: picture.model });
    return opened.id;
  }

  /** The server need not keep what was closed while it was being opened. @param {string} key @param {string} id */
  function putAwayIfClosed(key, id) {
    if (find(key)) return;
    api.closePicture(id).catch(() => {});
    throw new DOMException("closed", "AbortError");
  }

  /**
   * Hints and wishes as the server wants them: those that the model can fulfil. It is given references that it has not.
   * @param {string} id @param {Picture} picture
   */
  async function said(id, { hints, offers, wishes }) {
    const known = references.get(id) ?? new Map();
    references.set(id, known);
    const wanted = offers.includes("reference") ? wishes.references : [];
    for (const { key, file } of wanted) if (!known.has(key)) known.set(key, (await api.addReference(id, file)).id);
    const global = {
      reference: wanted.map(({ key }) => known.get(key)),
      saturation: offers.includes("saturation") ? wishes.saturation : null,
      temperature: offers.includes("temperature") ? wishes.temperature : null,
      flats: wishes.flats && offers.includes("flats"),
      ...(wishes.keepTint && offers.includes("keep_tint") ? { keep_tint: true } : {}),
    };
    return { hints: hintsToJson(hints), global };
  }

  /** @param {string} id @param {string} key of an open picture */
  const saidOf = (id, key) => said(id, find(key) ?? newPicture("", "", new Blob()));

  /**
   * Do something with the server's copy of a picture; open it (again) where it has none.
   * @template T @param {string} key @param {(id: string) => Promise<T>} job @returns {Promise<T>}
   */
  async function withPicture(key, job) {
    const id = find(key)?.id ?? (await open(key));
    try {
      return await patiently(() => job(id));
    } catch (error) {
      const picture = find(key);
      if (!(error instanceof api.ApiError) || error.code !== "picture-gone" || !picture) throw error;
      if (picture.id && picture.id !== id) return patiently(() => job(/** @type {string} */ (picture.id))); // another model's by now
      store.change(updatePicture, key, { id: null });
      const fresh = await open(key);
      store.change(say, "Your picture had to be opened again. Nothing is lost.");
      return patiently(() => job(fresh));
    }
  }

  /** @param {string} key @param {import("./edits.js").Pace} pace @param {AbortSignal} signal */
  async function edit(key, { quick, draft }, signal) {
    const { ab, picture, id, passing } = await withPicture(key, async (id) => {
      sequence += 1;
      const picture = find(key);
      if (!picture) throw new DOMException("closed", "AbortError");
      const passing = quick && hasDrafts(picture);
      const turn = { sequence, draft: passing && draft };
      const ab = await api.getColor(id, await said(id, picture), turn, signal);
      return { id, picture, passing, ab: turn.draft ? nearTo(picture.ab, ab) : ab };
    });
    const drawn = picture.kind === "ab" && ab.data instanceof Uint8Array; // flats of a photograph lie on another guide
    const guide = picture.guide && drawn !== !!picture.guide.drawn ? await getGuide(id, sideOf(picture), drawn) : null;
    if (find(key)?.id !== id) return; // of another model meanwhile: its own colours are on their way
    store.change(updatePicture, key, { ab, abFor: picture.hints, abWishes: picture.wishes, passing, ...(guide ? { guide } : {}) });
    store.change(succeed);
    tell(key, ab.notes?.filter((one) => !picture.ab?.notes?.includes(one)) ?? []);
  }

  /** @param {unknown} error @param {string} [key] of the picture that it spoils */
  function report(error, key) {
    if (api.isAborted(error)) return;
    if (error instanceof api.ApiError && error.code === "overtaken") return;
    const name = find(key ?? "")?.name;
    const text = whyOf(error);
    store.change(say, name ? `${name}: ${text}` : sentence(text), "error");
  }

  /** @param {string} key open it and show its first colours */
  async function start(key) {
    try {
      await withPicture(key, (id) => Promise.all([fetchGuide(key, id, FIRST_SIDE), find(key)?.wishes.flats || recolor(key)]));
      tellNotes(key);
      await reopen(key); // another model may have been wished for meanwhile
    } catch (error) {
      if (find(key)?.status === "opening" && !api.isAborted(error)) { // aborted, the page goes away: the picture is kept
        const problem = whyOf(error);
        store.change(updatePicture, key, { status: "failed", problem });
        if (store.state.current === key) return; // said on the stage
      }
      report(error, key);
    }
  }

  /** Of the picture on show, unless something else is being said. @param {string} key @param {string[]} notes @param {string} [more] */
  function tell(key, notes, more = "") {
    const { current, notice } = store.state;
    if (notes.length && current === key && !notice) store.change(say, noteLine(find(key)?.name ?? "", notes) + more);
  }

  /** What the person should know about the file: on a narrow screen there is no other place for it. @param {string} key */
  function tellNotes(key) {
    const { notes = [], offers = [], wishes } = find(key) ?? {};
    tell(key, notes, offers.includes("keep_tint") && !wishes?.keepTint ? " It can be kept: see Whole picture." : "");
  }

  /** @param {string} key @param {string} id @param {number} side */
  async function fetchGuide(key, id, side) {
    const guide = await getGuide(id, side, find(key)?.guide?.drawn);
    store.change(updatePicture, key, { guide });
  }

  /** @param {string} id @param {number} side @param {boolean} [drawn] @returns {Promise<Guide>} */
  async function getGuide(id, side, drawn = false) {
    return { ...pyramid(await patiently(() => api.getGuide(id, side, drawn))), drawn };
  }

  /** @param {string} key */
  async function reopen(key) {
    if (reopening.has(key)) return; // what runs ends with the newest wish
    reopening.add(key);
    try {
      for (let picture = find(key); picture && picture.model !== picture.openedWith; picture = find(key)) await openWith(picture);
    } catch (error) {
      const { openedWith } = find(key) ?? {};
      if (openedWith) store.change(updatePicture, key, { model: openedWith });
      report(error, key);
      if (!openedWith) return;
    } finally {
      reopening.delete(key);
    }
    const { ab, abFor, hints, abWishes, wishes } = find(key) ?? {};
    if (!ab || abFor !== hints || abWishes !== wishes) await recolor(key);
  }

  /** Open a picture with the model that it wishes for, and put its old copy away. @param {Picture} picture */
  async function openWith(picture) {
    const { key, file, id, model } = picture;
    store.change(set, { busy: true });
    try {
      const opened = await patiently(() => api.openPicture(file, model));
      putAwayIfClosed(key, opened.id);
      const guide = await getGuide(opened.id, sideOf(picture));
      if (id) api.closePicture(id).catch(() => {});
      store.change(updatePicture, key, { ...factsOf(opened), openedWith: model, guide, ab: null, abFor: null, abWishes: null, skipped: [] });
    } finally {
      store.change(set, { busy: false });
    }
  }

  return {
    async openFiles(files, names = [], more = []) {
      const before = store.state.current;
      const pictures = files.map((file, i) => newPicture(newId(), names[i] ?? (file instanceof File ? file.name : "picture"), file, more[i]));
      for (const picture of pictures) store.change(addPicture, picture);
      if (pictures.length) store.change(showPicture, pictures[0].key);
      /** @type {Picture[]} */
      const broken = [];
      for (const { key } of pictures) {
        await start(key);
        const picture = find(key);
        if (picture?.status === "failed") broken.push(picture);
        store.change(leaveBroken, key, [...pictures.map((one) => one.key), before ?? ""]);
      }
      if (broken.some(({ key }) => !find(key))) store.change(say, brokenWords(broken), "error"); // else the stage says it
      return pictures.map(({ key }) => key);
    },
    async restore(picture) {
      store.change(addPicture, picture);
      await start(picture.key);
    },
    recolor,
    async sharpen(key, side) {
      await withPicture(key, (id) => fetchGuide(key, id, side)).catch((error) => report(error, key));
    },
    reopen,
    async refer(key, file, name) {
      try {
        const { reference, colors, id } = await withPicture(key, async (id) => {
          const { id: reference, colors } = await api.addReference(id, file);
          return { reference, colors, id };
        });
        const fresh = { key: newId(), name, file, colors };
        references.set(id, (references.get(id) ?? new Map()).set(fresh.key, reference));
        return fresh;
      } catch (error) {
        const text = whyOf(error);
        store.change(say, `${name} cannot be a reference: ${text}`, "error");
        return null;
      }
    },
    palette(key, at, signal) {
      return withPicture(key, async (id) => api.getPalette(id, at, await saidOf(id, key), signal));
    },
    question(key, signal) {
      return withPicture(key, async (id) => api.getQuestion(id, await saidOf(id, key), find(key)?.skipped ?? [], signal));
    },
    trial(key, hints, signal) {
      return withPicture(key, async (id) => api.getColor(id, { ...(await saidOf(id, key)), hints: hintsToJson(hints) }, { trial: true }, signal));
    },
    save(key, options) {
      return withPicture(key, async (id) => api.exportPicture(id, { ...(await saidOf(id, key)), ...options }));
    },
    close(key) {
      stop(key);
      const id = find(key)?.id;
      if (id) api.closePicture(id).catch(() => {}); // it would be put away by itself in time
    },
  };
}

/** @param {api.Opened} opened @returns {Partial<Picture>} */
function factsOf({ id, width, height, kind, format, bits, notes, model, offers }) {
  return { id, width, height, kind, format, bits, notes, servedBy: model, offers, status: "ready", problem: "" };
}

/** Whether there may be quick answers. @param {Picture} picture */
function hasDrafts({ offers, ab, wishes }) {
  return offers.includes("draft") && ab?.data instanceof Int16Array && !wishes.flats;
}

/** A draft that knows the last whole answer. @param {ColorMap|null} last @param {ColorMap} draft @returns {ColorMap} */
function nearTo(last, draft) {
  if (!(last?.data instanceof Int16Array) || !(draft.data instanceof Int16Array)) return draft;
  const whole = /** @type {import("./state.js").AbMap} */ (last);
  return { width: draft.width, height: draft.height, data: draft.data, near: whole.near ?? whole };
}

/** Of a guide that takes the place of a picture's own. @param {Picture} picture */
function sideOf({ guide }) {
  return Math.max(FIRST_SIDE, guide?.width ?? 0, guide?.height ?? 0);
}
