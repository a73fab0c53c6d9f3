// What to do with files that were chosen, dropped or pasted: pictures are opened, hints files and projects are read.

/** @import {Store, Picture} from "./state.js" */
/** @import {Session} from "./session.js" */
import { say, setHints, wish } from "./changes.js";
import { fingerprint, fromHintsFile, wishesOf } from "./project.js";
import { currentPicture } from "./state.js";

/** @param {File[]} files @param {Store} store @param {Session} session */
export async function openFiles(files, store, session) {
  const pictures = files.filter((file) => !file.name.endsWith(".json"));
  for (const file of files.filter((one) => one.name.endsWith(".json"))) {
    try {
      const content = JSON.parse(await file.text());
      if (content?.huewise_project) await openProject(content, pictures, store, session);
      else useHints(content, store);
    } catch (error) {
      const why = error instanceof SyntaxError ? "it is no JSON" : error instanceof Error ? error.message : String(error);
      store.change(say, `${file.name} cannot be used: ${why}`, "error");
    }
  }
  await session.openFiles(pictures);
}

/** @param {any} content @param {Store} store */
function useHints(content, store) {
  const picture = currentPicture(store.state);
  if (!picture?.width) throw new Error("open its picture first");
  store.change(setHints, fromHintsFile(content, picture));
  if (content.global) store.change(wish, wishesOf(content));
}

/**
 * Find the project's pictures by their fingerprints, among open ones and those that came with it, and give them their hints.
 * @param {any} project @param {File[]} pictures taken out of this list where they belong to the project
 * @param {Store} store @param {Session} session
 */
async function openProject(project, pictures, store, session) {
  const missing = [];
  const known = await Promise.all(store.state.pictures.map(async (picture) => ({ picture, print: await fingerprint(picture.file) })));
  const fresh = await Promise.all(pictures.map(async (file) => ({ file, print: await fingerprint(file) })));
  for (const { picture: { name, sha256 }, hints } of project.pictures) {
    const [width, height] = hints.size;
    const read = fromHintsFile(hints, { width, height });
    const open = known.find((one) => one.print === sha256)?.picture;
    const file = fresh.find((one) => one.print === sha256)?.file;
    if (open) session.give(open.key, read);
    else if (file) {
      pictures.splice(pictures.indexOf(file), 1);
      await session.openFiles([file], [name], [{ hints: read, wishes: wishesOf(hints) }]);
    } else missing.push(name);
  }
  if (missing.length) throw new Error(`drop the project together with its pictures; not found: ${missing.join(", ")}`);
}
