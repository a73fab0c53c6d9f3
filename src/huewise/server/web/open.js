// Files that were chosen, dropped or pasted: pictures are opened, hints files and projects are read.

/** @import {Picture, Reference, Step, Store} from "./state.js" */
/** @import {Entry, Project, Read} from "./project.js" */
/** @import {Session} from "./session.js" */
import { getModels } from "./api.js";
import { hush, say, showPicture, step, updatePicture } from "./changes.js";
import { fingerprint, fromHintsFile, heldReferences } from "./project.js";
import { currentPicture, noWishes } from "./state.js";
import { sentence, whyOf } from "./told.js";

/** Projects some of whose pictures were not there yet. @type {{name: string, project: Project}[]} */
let waiting = [];

/** @param {File[]} files @param {Store} store @param {Session} session */
export async function openFiles(files, store, session) {
  const pictures = files.filter((file) => !file.name.endsWith(".json"));
  const use = async (/** @type {string} */ name, /** @type {() => any} */ read) => {
    try {
      const content = await read();
      if (content?.huewise_project) await goOn(name, content, pictures, store, session);
      else {
        const references = [content?.global?.reference ?? []].flat().map(nameOf);
        const own = pictures.filter((file) => !references.includes(file.name));
        if (own.length === 1) await session.openFiles(pictures.splice(pictures.indexOf(own[0]), 1)); // they belong together
        tellMissing(name, await useHints(content, pictures, store, session), store);
      }
    } catch (error) {
      const why = error instanceof SyntaxError ? `it is no JSON (${error.message})` : whyOf(error);
      store.change(say, `${name} cannot be used: ${why}`, "error");
    }
  };
  for (const { name, project } of pictures.length ? waiting : []) await use(name, () => project);
  for (const file of files.filter((one) => one.name.endsWith(".json"))) await use(file.name, async () => JSON.parse(await file.text()));
  await session.openFiles(pictures);
}

/** @param {string} name of a hints file or project @param {string[]} missing @param {Store} store */
function tellMissing(name, missing, store) {
  if (!missing.length) return;
  const them = missing.length === 1 ? "it" : "them";
  store.change(say, `${name}: not found: ${missing.join(", ")}. Drop ${them} together with this file; the rest is used.`, "error");
}

/**
 * Use as much of a project as there are pictures for; the rest waits for those that are dropped later.
 * @param {string} name @param {Project} project @param {File[]} pictures @param {Store} store @param {Session} session
 */
async function goOn(name, project, pictures, store, session) {
  const named = pictures.map((file) => file.name);
  waiting = waiting.filter((one) => one.name !== name);
  const { left, missing } = await openProject(project, pictures, store, session);
  if (left.length) waiting.push({ name, project: { ...project, pictures: left } });
  tellMissing(name, missing, store);
  const [wanted, other] = [left.map(({ picture }) => picture.name), left.find(({ picture }) => named.includes(picture.name))];
  if (other) store.change(say, `${other.picture.name} is not the picture that ${name} was saved with: its content differs.`, "info", true);
  else if (wanted.length) store.change(say, `${name} wants ${wanted.join(", ")}. Drop ${wanted.length === 1 ? "it" : "them"} here, and it goes on.`, "info", true);
  else if (store.state.notice?.text.startsWith(`${name} wants`)) store.change(hush);
}

/** A file's name without its folders. @param {string} path */
const nameOf = (path) => `${path}`.split(/[\\/]/).at(-1) ?? "";

/**
 * Give the picture on the stage what a hints file says; one step of its history.
 * @param {any} content @param {File[]} pictures that came with it; its references are taken out of this list
 * @param {Store} store @param {Session} session @returns {Promise<string[]>} what was not found
 */
async function useHints(content, pictures, store, session) {
  const picture = currentPicture(store.state);
  if (!picture?.width) throw new Error("open its picture first");
  const read = fromHintsFile(content, picture);
  const missing = [];
  const references = [];
  for (const path of read.references) {
    const name = nameOf(path);
    const found = namedReference(name, pictures, store);
    const reference = found instanceof Blob ? await session.refer(picture.key, found, name) : found;
    if (reference) references.push(reference);
    else if (!found) missing.push(name);
  }
  if (read.wishes) read.wishes.keepTint = picture.wishes.keepTint; // of which a hints file does not speak
  const { news, lacking } = await newsOf(read, references);
  store.change(step, picture.key, news);
  return [...missing, ...lacking];
}

/**
 * A reference by its file's name: among the files that came along, what pictures refer to already, and open pictures.
 * @param {string} name @param {File[]} files taken out of this list @param {Store} store @returns {Reference|Blob|null}
 */
function namedReference(name, files, store) {
  const at = files.findIndex((file) => file.name === name);
  if (at >= 0) return files.splice(at, 1)[0];
  const { pictures } = store.state;
  const known = pictures.flatMap(({ wishes }) => wishes.references).find((one) => one.name === name);
  return known ?? pictures.find((picture) => picture.name === name)?.file ?? null;
}

/** What is new for a picture; what a file does not speak of stays. @param {Read} read @param {Reference[]} references */
async function newsOf({ hints, wishes, model }, references) {
  /** @type {Partial<Step>} */
  const news = { hints };
  if (wishes) news.wishes = { ...wishes, references };
  const here = !model || model === "auto" || (await getModels()).some(({ name }) => name === model);
  if (model && here) news.model = model;
  return { news, lacking: here ? [] : [`model ${model}`] };
}

/**
 * Find a project's pictures by their fingerprints, among open ones and those that came with it, and say what it says of them.
 * @param {Project} project @param {File[]} pictures taken out of this list where they belong to the project
 * @param {Store} store @param {Session} session @returns {Promise<{left: Entry[], missing: string[]}>} what waits for its picture, and what else was not found
 */
async function openProject(project, pictures, store, session) {
  const find = await finder(project, pictures, store);
  /** @type {Entry[]} */
  const left = [];
  /** @type {Set<string>} */
  const missing = new Set();
  for (const entry of project.pictures) {
    const place = find.picture(entry.picture.sha256);
    if (!place) left.push(entry);
    else for (const name of await useEntry(entry, place, find.reference, store, session)) missing.add(name);
  }
  return { left, missing: [...missing] };
}

/**
 * @param {Project} project @param {File[]} pictures @param {Store} store
 */
async function finder(project, pictures, store) {
  const open = await Promise.all(store.state.pictures.map(async ({ key, file }) => ({ key, print: await fingerprint(file) })));
  const fresh = await Promise.all(pictures.map(async (file) => ({ file, print: await fingerprint(file) })));
  const held = heldReferences(project);
  const used = store.state.pictures.flatMap(({ wishes }) => wishes.references);
  const known = new Map(await Promise.all(used.map(async (one) => /** @type {[string, Reference]} */ ([await fingerprint(one.file), one]))));
  const take = (/** @type {string} */ print) => {
    const file = fresh.find((one) => one.print === print)?.file;
    if (file && pictures.includes(file)) pictures.splice(pictures.indexOf(file), 1);
    return file;
  };
  return {
    /** @param {string} print @returns {{key: string}|{file: File}|null} an open picture, or a file */
    picture(print) {
      const key = open.find((one) => one.print === print)?.key;
      if (key) return { key };
      const file = take(print);
      return file ? { file } : null;
    },
    /** A reference that is read once for all pictures. @param {string} print @param {string} key of a picture @param {Session} session @returns {Promise<Reference|string>} or the name of what is not there */
    async reference(print, key, session) {
      const { name, file } = held.get(print) ?? { name: "a reference", file: null };
      const there = file ?? take(print);
      const reference = known.get(print) ?? (there && (await session.refer(key, there, name)));
      if (reference) known.set(print, reference);
      return reference || name;
    },
  };
}

/**
 * @param {Entry} entry @param {{key: string}|{file: File}} place @param {Awaited<ReturnType<typeof finder>>["reference"]} referenceOf
 * @param {Store} store @param {Session} session @returns {Promise<string[]>} what was not found
 */
async function useEntry({ picture: { name }, hints, references = [], keep_tint: keepTint = false }, place, referenceOf, store, session) {
  const [width, height] = hints.size;
  const read = fromHintsFile(hints, { width, height });
  read.wishes = { ...(read.wishes ?? noWishes()), keepTint };
  read.model ??= "auto";
  const { news, lacking } = await newsOf(read, []);
  const key = "key" in place ? place.key : (await session.openFiles([place.file], [name], [/** @type {Partial<Picture>} */ (news)]))[0];
  const found = [];
  for (const print of references) {
    const reference = await referenceOf(print, key, session);
    if (typeof reference === "string") lacking.push(reference);
    else found.push(reference);
  }
  const wishes = { ...read.wishes, references: found };
  if ("key" in place) {
    store.change(showPicture, key);
    store.change(step, key, { ...news, wishes });
  } else if (found.length) store.change(updatePicture, key, { wishes }); // it begins so: nothing to undo
  return lacking;
}
