// Autosave in the browser (IndexedDB): files and hints survive a crash, a closed window, a restarted server.

/** @import {Hint, Picture, State, Store} from "./state.js" */

const DATABASE = "huewise";
const WAIT = 400; // milliseconds of quiet before hints are written
const OLDEST = 30 * 24 * 3600 * 1000; // milliseconds that work is kept
const SESSION = "huewise-session";
const COLORS = "huewise-colors";

/**
 * @typedef {{key: string, session: string, order: number, name: string, hints: Hint[], saved: number}} Work
 * @typedef {{session: string, saved: number, works: Work[]}} Kept   what one window had open
 */

/** @returns {string} the name of this window's work; a reload keeps it, a new window gets its own */
export function sessionName() {
  const known = sessionStorage.getItem(SESSION);
  const name = known ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`;
  sessionStorage.setItem(SESSION, name);
  return name;
}

/** Whether this window had work before it was loaded. */
export function isReload() {
  return sessionStorage.getItem(SESSION) !== null;
}

/** @returns {Promise<IDBDatabase>} */
function database() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("files");
      asked.result.createObjectStore("works", { keyPath: "key" });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

/**
 * @template T @param {"readonly"|"readwrite"} mode
 * @param {(files: IDBObjectStore, works: IDBObjectStore) => IDBRequest<T>|void} job @returns {Promise<T|undefined>}
 */
async function transact(mode, job) {
  const db = await database();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(["files", "works"], mode);
    const request = job(transaction.objectStore("files"), transaction.objectStore("works"));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  }).finally(() => db.close());
}

/** @returns {Promise<Kept[]>} the work of all windows, newest first */
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

/** Keep what changes from now on. @param {Store} store @param {(error: unknown) => void} failed told once */
export function keepWork(store, failed) {
  const session = sessionName();
  /** @type {Map<string, Hint[]|null>} what is kept of each picture */
  const kept = new Map();
  let timer = 0;
  let told = false;
  const write = () => writeChanges(store.state, session, kept).catch((error) => {
    if (!told) failed(error);
    told = true;
  });
  store.onChange((now, before) => {
    if (now.recent !== before.recent || now.palettes !== before.palettes) keepColors(now);
    if (now.pictures === before.pictures) return;
    clearTimeout(timer);
    timer = setTimeout(write, WAIT);
  });
  addEventListener("pagehide", write);
}

/** @param {State} state @param {string} session @param {Map<string, Hint[]|null>} kept */
async function writeChanges({ pictures }, session, kept) {
  const ready = pictures.filter((picture) => picture.status === "ready");
  for (const [order, picture] of ready.entries()) {
    const { key, name, hints, file } = picture;
    if (kept.get(key) === hints) continue;
    const fresh = !kept.has(key);
    kept.set(key, hints);
    await transact("readwrite", (files, works) => {
      if (fresh) files.put(file, key);
      works.put({ key, session, order, name, hints, saved: Date.now() });
    });
  }
  for (const key of [...kept.keys()]) {
    if (pictures.some((picture) => picture.key === key)) continue;
    kept.delete(key);
    await forget(key);
  }
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
