// "Ask me": the model outlines what it is least sure of, and offers likely answers; an answer is a hint.

/** @import {Ask, ColorMap, Hint, Picture, Question, State, Store} from "../state.js" */
/** @import {Session} from "../session.js" */
import { isAborted } from "../api.js";
import { addHint, rememberColor, say, select, set, skipQuestion, updatePicture } from "../changes.js";
import { changing, make } from "../dom.js";
import { describeAll, describeFully } from "../names.js";
import { paintThumbnail } from "../render.js";
import { currentPicture, newId } from "../state.js";
import { whyOf } from "../told.js";

const ANSWER_RADIUS = 4; // picture pixels
const PREVIEW = 260; // pixels, longer side

/** @param {HTMLElement} root @param {Store} store @param {Session} session */
export function askPanel(root, store, session) {
  watchQuestion(store, session);
  const title = make("h2", { id: "ask-title" }, "Ask me");
  const line = make("p", { class: "quiet", role: "status" });
  const answers = make("div", { class: "answers", role: "group", "aria-labelledby": "ask-title" });
  const custom = make("input", { type: "color", "aria-label": "Another colour" });
  const foot = make("div", { class: "inline" },
    custom,
    make("button", { class: "plain", onclick: () => reply(custom.value) }, "Use this colour"),
    make("button", { class: "plain", onclick: skip }, "Skip"));
  const again = make("button", { class: "plain", onclick: () => {
    const picture = currentPicture(store.state);
    if (picture) store.change(updatePicture, picture.key, { skipped: [] });
  } }, "Ask the skipped ones again");
  root.append(make("div", { class: "head" }, title), line, answers, foot, again);

  /** @param {string} color */
  function reply(color) {
    const question = store.state.ask?.question;
    if (!question) return;
    store.change(addHint, hintOf(question, color));
    store.change(select, null);
    store.change(rememberColor, color);
  }
  function skip() {
    const question = store.state.ask?.question;
    if (question) store.change(skipQuestion, question.region);
  }

  const changed = changing();
  const isNew = changing();
  let at = -1; // the answer that the keyboard is at
  store.onPaint((state) => {
    const picture = currentPicture(state);
    if (!changed(state.ask, state.tab, picture?.key, picture?.offers, picture?.skipped, !!picture?.ab)) return;
    const question = state.ask?.question ?? null;
    title.textContent = question ? "Which colour is this?" : "Ask me";
    line.textContent = words(picture, state.ask);
    const now = document.activeElement;
    const here = [...answers.children].findIndex((one) => one === now);
    if (here >= 0 || now !== document.body) at = here;
    const colors = (question?.suggestions ?? []).map(({ color }) => color);
    if (isNew(question) && colors.length) {
      custom.value = colors[0];
      at = Math.min(at, 0);
    }
    const names = describeAll(colors);
    answers.replaceChildren(...colors.map((color, i) => answer(color, names[i], picture, state.ask?.previews[i], () => reply(color))));
    /** @type {HTMLElement|undefined} */ (answers.children[at])?.focus();
    foot.hidden = !question;
    again.hidden = !!question || !!state.ask?.thinking || !picture?.skipped.length;
    root.dataset.question = !state.ask || state.ask.thinking ? "thinking" : question ? "asked" : "none";
  });
}

/** @param {Picture|undefined} picture @param {Ask|null} ask */
function words(picture, ask) {
  if (!picture?.ab) return "As soon as the picture has its colours, questions follow.";
  if (!picture.offers.includes("question")) return "This model asks nothing. Set points where you know the colour, or choose another model under Whole picture.";
  if (!ask || (ask.thinking && !ask.question)) return "Looking for what is most worth knowing …";
  if (!ask.question) return "Nothing is left to ask. What is still open changes little; set points where you know better.";
  const share = Math.max(1, Math.round(ask.question.area * 100));
  const what = ask.question.label ? `This looks like ${ask.question.label}.` : "Here the picture could have many colours.";
  return `${what} Your answer settles about ${share} % of it, and what looks alike. Choose the nearest; undo takes it back.`;
}

/** @param {string} color @param {string} name @param {Picture|undefined} picture @param {ColorMap|undefined} map @param {() => void} onclick */
function answer(color, name, picture, map, onclick) {
  const preview = make("canvas", { "aria-hidden": "true", class: map ? "" : "empty" });
  const chip = make("span", { class: "dot" });
  chip.style.background = color;
  if (picture) preview.style.aspectRatio = `${picture.width} / ${picture.height}`;
  if (picture && map) paintThumbnail(preview, { ...picture, ab: map }, PREVIEW);
  return make("button", { class: "answer", "aria-label": describeFully(color), onclick },
    preview, make("span", { class: "name" }, chip, name));
}

/** @param {Question} question @param {string} color @returns {Hint} */
function hintOf(question, color) {
  if (question.place) return { id: newId(), kind: "point", points: [question.place], color, size: ANSWER_RADIUS }; // fills its area
  return { id: newId(), kind: "region", points: question.region, color, size: 0, mean: true };
}

/** Ask anew whenever the tab opens, or hints, wishes or skipped questions change. @param {Store} store @param {Session} session */
function watchQuestion(store, session) {
  let abort = new AbortController();
  const changed = changing(); // what the last question was asked for
  store.onChange((now) => {
    const wish = wishOf(now);
    if (!changed(...wish)) return;
    abort.abort();
    abort = new AbortController();
    const picture = currentPicture(now);
    if (!wish.length || !picture) store.change(set, { ask: null });
    else next(picture, abort.signal).catch((error) => failed(error));
  });

  /** @param {unknown} error */
  function failed(error) {
    if (isAborted(error)) return;
    store.change(set, { ask: null });
    store.change(say, `No question: ${whyOf(error)}`, "error");
  }

  /** @param {Picture} picture @param {AbortSignal} signal */
  async function next({ key, hints }, signal) {
    store.change(set, { ask: { key, thinking: true, question: null, previews: [] } });
    const question = await session.question(key, signal);
    /** @type {ColorMap[]} */
    const previews = [];
    const show = () => !signal.aborted && store.change(set, { ask: { key, thinking: false, question, previews: [...previews] } });
    show();
    for (const { color } of question?.suggestions ?? []) {
      if (signal.aborted || !question) return;
      previews.push(await session.trial(key, [...hints, hintOf(question, color)], signal));
      show();
    }
  }
}

/** @param {State} state @returns {unknown[]} empty: nothing is to be asked */
function wishOf(state) {
  const picture = currentPicture(state);
  if (state.tab !== "ask" || !picture?.ab || picture.gesture || !picture.offers.includes("question")) return [];
  return [picture.key, picture.hints, picture.wishes, picture.skipped, picture.model];
}
