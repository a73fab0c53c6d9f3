// Autosave in the browser (IndexedDB): files and hints survive a crash, a closed window, a restarted server.

/** @import {Hint, Picture, State, Step, Store, Tab, View, Wishes} from "./state.js" */
import { currentPicture } from "./state.js";

const DATABASE = "huewise";
const WAIT = 150; // milliseconds within which a change is written
const STEPS = 50; // of undo, and of redo, that are kept
const OLDEST = 30 * 24 * 3600 * 1000; // milliseconds that work is kept
const SESSION = "huewise-session";
const SEEN = "huewise-seen"; // what is on this window's stage, and how
const COLORS = "huewise-colors";
const WINDOWS = "huewise-windows"; // their channel
const ANSWERED = 200; // milliseconds in which other windows answer

/**
 * @typedef {{key: string, session: string, order: number, name: string, hints: Hint[], wishes?: Wishes, model?: string, saved: number, past?: Step[], future?: Step[]}} Work
 * @typedef {{session: string, saved: number, works: Work[]}} Kept   what one window had open
 */

/** @returns {string} the name of this window's work; a reload keeps it, a new window gets its own */
export function sessionName() {
  const known = sessionStorage.getItem(SESSION);
  const name = known ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`;
  sessionStorage.setItem(SESSION, name);
  return name;
}

/** @returns {{key?: string, view?: View, tab?: Tab}} what this window showed last */
export const seenLast = () => JSON.parse(sessionStorage.getItem(SEEN) ?? "{}");

/** Whether this window had work before it was loaded. */
export function isReload() {
  return sessionStorage.getItem(SESSION) !== null;
}

/** @returns {Promise<Set<string>>} names of work that is open in other windows: nobody else may take or forget it */
export async function liveSessions() {
  const live = new Set();
  const channel = new BroadcastChannel(WINDOWS);
  channel.onmessage = ({ data }) => data.here && live.add(data.here);
  channel.postMessage({ who: "is there" });
  await new Promise((done) => setTimeout(done, ANSWERED));
  channel.close();
  return live;
}

/** @type {IDBDatabase|null} kept open: what is written while the page goes away must not wait for it */
let opened = null;

/** @returns {Promise<IDBDatabase>} */
function database() {
  return new Promise((resolve, reject) => {
    if (opened) return resolve(opened);
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("files");
      asked.result.createObjectStore("works", { keyPath: "key" });
    };
    asked.onerror = () => reject(asked.error);
    asked.onsuccess = () => {
      opened = asked.result;
      opened.onclose = () => (opened = null);
      resolve(opened);
    };
  });
}

/**
 * @template T @param {"readonly"|"readwrite"} mode
 * @param {(files: IDBObjectStore, works: IDBObjectStore) => IDBRequest<T>|void} job @returns {Promise<T|undefined>}
 */
async function transact(mode, job) {
  const db = opened ?? (await database());
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(["files", "works"], mode);
    const request = job(transaction.objectStore("files"), transaction.objectStore("works"));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
    transaction.commit(); // at once, so that it holds even if the page is gone in a moment
  });
}

/** @returns {Promise<Kept[]>} of all windows, newest first */
export async function keptWork() {
  /** @type {Work[]} */
  const works = (await transact("readonly", (_, store) => store.getAll())) ?? [];
  const fresh = works.filter((work) => Date.now() - work.saved < OLDEST);
  for (const work of works) if (!fresh.includes(work)) await forget(work.key);
  /** @type {Map<string, Work[]>} */
  const sessions = new Map();
  for (const work of fresh) sessions.set(work.session, [...(sessions.get(work.session) ?? []), work]);
  return [...sessions]
    .map(([session, list]) => ({
      session, saved: Math.max(...list.map((work) => work.saved)), works: list.sort((one, other) => one.order - other.order),
    }))
    .sort((one, other) => other.saved - one.saved);
}

/** @param {string} key @returns {Promise<Blob|undefined>} */
export function keptFile(key) {
  return transact("readonly", (files) => files.get(key));
}

/** @param {string} key */
export async function forget(key) {
  await transact("readwrite", (files, works) => {
    files.delete(key);
    works.delete(key);
  });
}

/**
 * Keep what changes from now on: soon after each change, and at once when the page is hidden or left.
 * @param {HTMLElement} mark says in data-kept whether everything is written @param {Store} store @param {(error: unknown) => void} failed told once
 * @returns {() => void} to be called when all that was kept is back
 */
export function keepWork(mark, store, failed) {
  const session = sessionName();
  /** @type {Map<string, Picture>} each picture as it is kept */
  const kept = new Map();
  let timer = 0;
  let writing = 0;
  let told = false;
  /** @param {unknown} error */
  const tell = (error) => {
    if (!told) failed(error);
    told = true;
  };
  const paint = () => (mark.dataset.kept = timer || writing ? "behind" : "up to date");
  const write = async () => {
    clearTimeout(timer);
    timer = 0;
    writing += 1;
    await writeChanges(store.state, session, kept).catch(tell);
    writing -= 1;
    paint();
  };
  let awaited = seenLast().key; // a reload brings pictures back one by one: until this one is there, nothing else was seen
  store.onChange((now, before) => {
    const seen = currentPicture(now);
    if (now.pictures.some(({ key }) => key === awaited)) awaited = undefined;
    if (!awaited && seen && (seen.view !== currentPicture(before)?.view || now.tab !== before.tab)) {
      sessionStorage.setItem(SEEN, JSON.stringify({ key: seen.key, view: seen.view, tab: now.tab }));
    }
    if (now.recent !== before.recent || now.palettes !== before.palettes) keepColors(now);
    if (now.pictures === before.pictures) return;
    const changes = changesOf(now, kept);
    if (changes.some(({ key }) => !kept.has(key))) write(); // a file takes too long to be written while the page goes away
    else if (!timer && (changes.length || goneFrom(now, kept).length)) timer = setTimeout(write, WAIT);
    paint();
  });
  const channel = new BroadcastChannel(WINDOWS);
  channel.onmessage = ({ data }) => data.who && channel.postMessage({ here: session });
  addEventListener("pagehide", write);
  document.addEventListener("visibilitychange", () => document.hidden && write());
  database().catch(tell);
  return () => (awaited = undefined);
}

/** All but those that could not be opened and have had no work. @param {State} state */
const wanted = ({ pictures }) => pictures.filter(({ status, hints, past }) => status !== "failed" || hints.length || past.length);

/** @param {State} state @param {Map<string, Picture>} kept */
const changesOf = (state, kept) => wanted(state).filter((picture) => {
  const was = kept.get(picture.key);
  return was?.hints !== picture.hints || was.past !== picture.past || was.wishes !== picture.wishes || was.model !== picture.model;
});

/** @param {State} state @param {Map<string, Picture>} kept @returns {string[]} keys of what is kept and not wanted any more */
const goneFrom = (state, kept) => [...kept.keys()].filter((key) => !wanted(state).some((picture) => picture.key === key));

/** Begins all writing at once: what comes after an `await` may never be. @param {State} state @param {string} session @param {Map<string, Picture>} kept */
async function writeChanges(state, session, kept) {
  const order = new Map(wanted(state).map(({ key }, i) => [key, i]));
  const writes = changesOf(state, kept).map(async (picture) => {
    const { key, name, hints, wishes, model, file } = picture;
    const [past, future] = [picture.past.slice(-STEPS), picture.future.slice(-STEPS)];
    const before = kept.get(key);
    kept.set(key, picture);
    try {
      await transact("readwrite", (files, works) => {
        if (!before) files.put(file, key);
        works.put({ key, session, order: order.get(key), name, hints, wishes, model, past, future, saved: Date.now() });
      });
    } catch (error) {
      kept.delete(key); // with the next change it is tried again
      throw error;
    }
  });
  const removals = goneFrom(state, kept).map((key) => {
    kept.delete(key);
    return forget(key);
  });
  await Promise.all([...writes, ...removals]);
}

/** @param {State} state */
function keepColors({ recent, palettes }) {
  try {
    localStorage.setItem(COLORS, JSON.stringify({ recent, palettes }));
  } catch {
    // a browser that keeps nothing is no reason to stop
  }
}

/** @returns {Partial<State>} colours and palettes of the last time */
export function keptColors() {
  try {
    const { recent, palettes } = JSON.parse(localStorage.getItem(COLORS) ?? "{}");
    return { recent: Array.isArray(recent) ? recent : [], palettes: Array.isArray(palettes) ? palettes : [] };
  } catch {
    return {};
  }
}
