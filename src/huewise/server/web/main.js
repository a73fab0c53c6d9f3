// Puts the page together: state, session with the server, listeners, panels.

/** @import {State} from "./state.js" */
import { createActions } from "./actions.js";
import { getExamples, getGiven, readExample, readGiven } from "./api.js";
import { hush, say, set, showPicture } from "./changes.js";
import { byId } from "./dom.js";
import { listenToStage } from "./events.js";
import { forget, isReload, keepWork, keptColors, keptFile, keptWork, liveSessions, seenLast, sessionName } from "./keep.js";
import { listenToCanvasKeys, listenToDivider, listenToFiles, listenToKeys } from "./keys.js";
import { openFiles } from "./open.js";
import { createOverlay } from "./overlay.js";
import { askPanel } from "./panels/ask.js";
import { barPanel } from "./panels/bar.js";
import { colorPanel } from "./panels/color.js";
import { helpCard } from "./panels/help.js";
import { hintsPanel } from "./panels/hints.js";
import { noticePanel } from "./panels/notice.js";
import { saveCard } from "./panels/save.js";
import { sheetPanel } from "./panels/sheet.js";
import { stagePanel } from "./panels/stage.js";
import { examplesPanel, resumePanel, screens } from "./panels/start.js";
import { stripPanel } from "./panels/strip.js";
import { swatchesPanel } from "./panels/swatches.js";
import { tabsPanel } from "./panels/tabs.js";
import { toolsPanel } from "./panels/tools.js";
import { wholePanel } from "./panels/whole.js";
import { createView } from "./render.js";
import { createSession } from "./session.js";
import { createStore, currentPicture, defaults, newPicture, noWishes } from "./state.js";
import { sentence, whyOf } from "./told.js";
import { watch } from "./watch.js";

let reloaded = isReload();
if (reloaded && (await liveSessions()).has(sessionName())) { // a copy of a window that is still there
  sessionStorage.clear();
  reloaded = false;
}
const store = createStore({ ...defaults(), ...keptColors() });
const session = createSession(store);
const input = /** @type {HTMLInputElement} */ (byId("file"));
const open = (/** @type {File[]} */ files) => openFiles(files, store, session);
/** @type {ReturnType<typeof createActions>} */
const actions = createActions(store, session, {
  open: () => input.click(),
  save: saveCard(/** @type {HTMLDialogElement} */ (byId("save")), store, session),
  help: helpCard(/** @type {HTMLDialogElement} */ (byId("help")), () => actions),
});

screens(store);
barPanel({ title: byId("title"), compare: byId("compare") }, store, actions);
toolsPanel(byId("tools"), store);
stagePanel(byId("stage"), store, actions);
sheetPanel(byId("side"), byId("sheet"), store);
colorPanel(byId("color"), store);
swatchesPanel(byId("swatches"), store);
hintsPanel(byId("hints"), store, actions);
askPanel(byId("ask"), store, session);
const refer = wholePanel(byId("whole"), store, session);
tabsPanel(byId("tabs"), store);
stripPanel(byId("strip"), store, session);
noticePanel(byId("notice"), store);
const renderer = createView(/** @type {HTMLCanvasElement} */ (byId("canvas")), store);
createOverlay(/** @type {SVGSVGElement} */ (/** @type {unknown} */ (byId("overlay"))), store);

watch(store, session, renderer.largest);
const allBack = keepWork(byId("editor"), store, () => store.change(say, "This browser keeps nothing for later: save before you close the window.", "error"));
listenToStage(byId("stage"), store);
listenToCanvasKeys(byId("canvas"), store);
listenToDivider(byId("divider"), byId("stage"), store);
listenToKeys(store, actions, byId("stage"), byId("told"));
listenToFiles((files, target) => {
  const refers = byId("whole").contains(target) && currentPicture(store.state)?.offers.includes("reference");
  return refers ? refer(files) : open(files);
}, byId("drop"));
input.addEventListener("change", () => {
  open([...(input.files ?? [])]);
  input.value = "";
});
document.addEventListener("click", (event) => {
  const name = /** @type {Element} */ (event.target).closest("[data-do]")?.getAttribute("data-do");
  if (name) actions[name]?.run();
});

/** Pictures that this window, or another before it, had open. @param {string} name of its session */
async function resume(name) {
  const kept = (await keptWork()).find((one) => one.session === name);
  const { key: seen, view, tab } = seenLast();
  const pictures = [];
  for (const work of kept?.works ?? []) {
    const file = await keptFile(work.key);
    if (file) pictures.push(newPicture(work.key, work.name, file, {
      hints: work.hints, wishes: { ...noWishes(), ...work.wishes }, model: work.model ?? "auto",
      past: work.past ?? [], future: work.future ?? [], ...(view && work.key === seen ? { view } : {}),
    }));
  }
  if (pictures.length && tab) store.change(set, { tab });
  for (const picture of pictures) {
    const restored = session.restore(picture);
    if (picture.key === seen && seen !== store.state.current) {
      if (store.state.notice?.kind === "info") store.change(hush); // of the first one
      store.change(showPicture, seen);
    }
    await restored;
  }
}

/** What is on the start screen, and what opens by itself. */
async function begin() {
  const mine = sessionName();
  examplesPanel(await getExamples(), async (example) => {
    const file = await readExample(example);
    await session.openFiles([file], [decodeURIComponent(example.picture.split("/").at(-1) ?? "example.jpg")]);
  });
  if (reloaded) await resume(mine);
  allBack();
  if (store.state.pictures.length) return;
  const given = await getGiven();
  if (given.length && !reloaded) {
    const files = await Promise.all(given.map(({ number }) => readGiven(number)));
    await session.openFiles(files, given.map(({ name }) => name));
    return;
  }
  const live = await liveSessions();
  const others = (await keptWork().catch(() => [])).filter((one) => one.session !== mine && !live.has(one.session));
  const paint = () => resumePanel(others[0], () => resume(others[0].session), async () => {
    for (const work of others.shift()?.works ?? []) await forget(work.key);
    paint(); // the work before it
  });
  paint();
}

begin().catch((error) => store.change(say, sentence(whyOf(error)), "error"));
