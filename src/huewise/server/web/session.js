// The conversation with the server: open pictures, keep their colour up to date, survive its absence. Newest hints win.

/** @import {ColorMap, Hint, Picture, Question, Store, Wishes} from "./state.js" */
/** @import {SaveOptions} from "./api.js" */
import * as api from "./api.js";
import { addPicture, hush, say, set, setHints, showPicture, updatePicture } from "./changes.js";
import { pyramid } from "./guided.js";
import { hintsToJson } from "./project.js";
import { newId, newPicture } from "./state.js";

const FIRST_SIDE = 2048; // of the guide that is fetched first; the full one follows when somebody zooms in
const SLOW = 250; // milliseconds after which the page says that it is computing
const RETRY = 1000; // milliseconds between two knocks at a silent server

/**
 * @typedef {object} Session
 * @property {(files: Blob[], names?: string[], more?: Partial<Picture>[]) => Promise<void>} openFiles
 * @property {(key: string, hints: Hint[]) => void} give             hints for a picture that is open
 * @property {(picture: Picture) => Promise<void>} restore           a picture that was kept in the browser
 * @property {(key: string) => void} recolor
 * @property {(key: string, side: number) => Promise<void>} sharpen  fetch the guide at a larger size
 * @property {(key: string, at: [number, number], signal: AbortSignal) => Promise<string[]>} palette
 * @property {(key: string, model: string) => Promise<void>} reopen  with another model
 * @property {(key: string, file: Blob, name: string) => Promise<void>} refer   give it a reference picture
 * @property {(key: string, signal: AbortSignal) => Promise<Question|null>} question
 * @property {(key: string, hints: Hint[], signal: AbortSignal) => Promise<ColorMap>} trial   colours for other hints, beside the edits
 * @property {(key: string, options: SaveOptions) => Promise<Blob>} save
 * @property {(key: string) => void} close
 */

/** @param {Store} store @returns {Session} */
export function createSession(store) {
  /** @type {Map<string, {running: boolean, again: boolean, abort: AbortController}>} edits by picture */
  const edits = new Map();
  /** @type {Map<string, Promise<string>>} pictures that are being opened, by key */
  const openings = new Map();
  /** @type {Map<string, Map<string, string>>} by the server's id of a picture: the server's ids of references, by key */
  const references = new Map();
  /** @type {Promise<void>|null} */
  let waiting = null;
  let sequence = Date.now(); // rises even over a reload, as the server demands

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
    store.change(updatePicture, key, { ...factsOf(opened), status: "ready", problem: "" });
    return opened.id;
  }

  /** Hints and wishes as the server wants them; it is given references that it has not. @param {string} id @param {Hint[]} hints @param {Wishes} wishes */
  async function said(id, hints, { references: wanted, saturation, temperature, flats }) {
    const known = references.get(id) ?? new Map();
    references.set(id, known);
    for (const { key, file } of wanted) if (!known.has(key)) known.set(key, (await api.addReference(id, file)).id);
    const reference = wanted.map(({ key }) => known.get(key));
    return { hints: hintsToJson(hints), global: { reference, saturation, temperature, flats } };
  }

  /** @param {string} id @param {string} key of an open picture */
  function saidOf(id, key) {
    const { hints, wishes } = /** @type {Picture} */ (find(key) ?? newPicture("", "", new Blob()));
    return said(id, hints, wishes);
  }

  /**
   * Do something with the server's copy of a picture; open it (again) where it has none.
   * @template T @param {string} key @param {(id: string) => Promise<T>} job @returns {Promise<T>}
   */
  async function withPicture(key, job) {
    const id = find(key)?.id ?? (await open(key));
    try {
      return await patiently(() => job(id));
    } catch (error) {
      if (!(error instanceof api.ApiError) || error.code !== "picture-gone" || !find(key)) throw error;
      store.change(updatePicture, key, { id: null });
      const fresh = await open(key);
      store.change(say, "Huewise was started anew and has opened your picture again. Nothing is lost.");
      return patiently(() => job(fresh));
    }
  }

  /** Try until the server answers. @template T @param {() => Promise<T>} job @returns {Promise<T>} */
  async function patiently(job) {
    for (;;) {
      try {
        return await job();
      } catch (error) {
        if (!(error instanceof api.Unreachable)) throw error;
        waiting ??= untilReachable().finally(() => (waiting = null));
        await waiting;
      }
    }
  }

  async function untilReachable() {
    store.change(say, "Huewise does not answer. Is it still running in the terminal? Your work is kept; waiting.", "error");
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, RETRY));
      const there = await api.getHealth().then(() => true, (error) => !(error instanceof api.Unreachable));
      if (there) break;
    }
    store.change(hush);
  }

  /** @param {string} key the picture's hints have changed */
  async function recolor(key) {
    const edit = edits.get(key) ?? { running: false, again: false, abort: new AbortController() };
    edits.set(key, edit);
    edit.again = true;
    if (edit.running) return; // what runs is let finish, then the newest hints follow: so a drag is seen moving
    edit.running = true;
    const slow = setTimeout(() => store.change(set, { busy: true }), SLOW);
    try {
      while (edit.again && !edit.abort.signal.aborted) {
        edit.again = false;
        await recolorOnce(key, edit.abort.signal);
      }
    } catch (error) {
      report(error, key);
    } finally {
      clearTimeout(slow);
      edit.running = false;
      store.change(set, { busy: false });
    }
  }

  /** @param {string} key @param {AbortSignal} signal */
  async function recolorOnce(key, signal) {
    const { ab, picture, id } = await withPicture(key, async (id) => {
      sequence += 1;
      const turn = { sequence };
      const picture = find(key);
      if (!picture) throw new DOMException("closed", "AbortError");
      return { id, picture, ab: await api.getColor(id, await said(id, picture.hints, picture.wishes), turn, signal) };
    });
    // of another model meanwhile: its own colours are on their way
    if (find(key)?.id === id) store.change(updatePicture, key, { ab, abFor: picture.hints, abWishes: picture.wishes });
  }

  /** @param {unknown} error @param {string} [key] of the picture that it spoils */
  function report(error, key) {
    if (error instanceof DOMException && error.name === "AbortError") return;
    if (error instanceof api.ApiError && error.code === "overtaken") return;
    const name = find(key ?? "")?.name;
    const text = error instanceof Error ? error.message : String(error);
    store.change(say, name ? `${name}: ${text}` : text, "error");
  }

  /** @param {string} key open it and show its first colours */
  async function start(key) {
    try {
      await withPicture(key, (id) => fetchGuide(key, id, FIRST_SIDE));
      await recolor(key);
    } catch (error) {
      if (find(key)?.status === "opening") {
        const problem = error instanceof Error ? error.message : String(error);
        store.change(updatePicture, key, { status: "failed", problem });
        if (store.state.current === key) return; // said on the stage
      }
      report(error, key);
    }
  }

  /** @param {string} key @param {string} id @param {number} side */
  async function fetchGuide(key, id, side) {
    const guide = pyramid(await api.getGuide(id, side));
    store.change(updatePicture, key, { guide });
  }

  return {
    async openFiles(files, names = [], more = []) {
      const pictures = files.map((file, i) => newPicture(newId(), names[i] ?? nameOf(file), file, more[i]));
      for (const picture of pictures) store.change(addPicture, picture);
      if (pictures.length) store.change(showPicture, pictures[0].key);
      for (const picture of pictures) await start(picture.key);
    },
    give(key, hints) {
      store.change(showPicture, key);
      store.change(setHints, hints);
    },
    async restore(picture) {
      store.change(addPicture, picture);
      await start(picture.key);
    },
    recolor,
    async sharpen(key, side) {
      await withPicture(key, (id) => fetchGuide(key, id, side)).catch((error) => report(error, key));
    },
    async reopen(key, model) {
      const picture = find(key);
      if (!picture) return;
      store.change(set, { busy: true });
      try {
        const opened = await patiently(() => api.openPicture(picture.file, model));
        const guide = pyramid(await patiently(() => api.getGuide(opened.id, FIRST_SIDE)));
        if (picture.id) api.closePicture(picture.id).catch(() => {});
        store.change(updatePicture, key, { ...factsOf(opened), model, guide, ab: null, abFor: null, abWishes: null, skipped: [] });
        await recolor(key);
      } catch (error) {
        report(error, key);
      } finally {
        store.change(set, { busy: false });
      }
    },
    async refer(key, file, name) {
      try {
        const { reference, colors, id } = await withPicture(key, async (id) => {
          const { id: reference, colors } = await api.addReference(id, file);
          return { reference, colors, id };
        });
        const picture = find(key);
        if (!picture) return;
        const fresh = { key: newId(), name, file, colors };
        references.set(id, (references.get(id) ?? new Map()).set(fresh.key, reference));
        store.change(updatePicture, key, { wishes: { ...picture.wishes, references: [...picture.wishes.references, fresh] } });
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        store.change(say, `${name} cannot be a reference: ${text}`, "error");
      }
    },
    palette(key, at, signal) {
      return withPicture(key, (id) => api.getPalette(id, at, hintsToJson(find(key)?.hints ?? []), signal));
    },
    question(key, signal) {
      return withPicture(key, async (id) => api.getQuestion(id, await saidOf(id, key), find(key)?.skipped ?? [], signal));
    },
    trial(key, hints, signal) {
      return withPicture(key, async (id) => {
        const { global } = await saidOf(id, key);
        return api.getColor(id, { hints: hintsToJson(hints), global }, { trial: true }, signal);
      });
    },
    save(key, options) {
      return withPicture(key, async (id) => api.exportPicture(id, { ...(await saidOf(id, key)), ...options }));
    },
    close(key) {
      edits.get(key)?.abort.abort();
      edits.delete(key);
      const id = find(key)?.id;
      if (id) api.closePicture(id).catch(() => {}); // it would be put away by itself in time
    },
  };
}

/** @param {api.Opened} opened @returns {Partial<Picture>} */
function factsOf({ id, width, height, format, bits, notes, offers }) {
  return { id, width, height, format, bits, notes, offers };
}

/** @param {Blob} file */
function nameOf(file) {
  return file instanceof File ? file.name : "picture";
}
