// What lies over the picture: divider, tags, zoom figure, progress, the veil while there is nothing to show.

/** @import {State, Store, Picture} from "../state.js" */
/** @import {Actions} from "../actions.js" */
import { paneSize } from "../actions.js";
import { set, setView } from "../changes.js";
import { byId, changing, make } from "../dom.js";
import { selectedWords } from "../nudge.js";
import { currentPicture } from "../state.js";
import { fitView } from "../view.js";

/** @param {HTMLElement} stage @param {Store} store @param {Actions} actions */
export function stagePanel(stage, store, actions) {
  const [divider, veil, zoom, progress, canvas, marks] = ["divider", "veil", "zoom", "progress", "canvas", "marks"].map(byId);
  const zoomBar = /** @type {HTMLElement} */ (zoom.parentElement);
  const tags = /** @type {HTMLElement[]} */ ([...stage.querySelectorAll(".tag")]);
  new ResizeObserver(() => {
    store.change(set, { stage: { width: stage.clientWidth, height: stage.clientHeight } });
  }).observe(stage);
  store.onChange((now, before) => refit(store, now, before));

  const changed = changing();
  store.onPaint((state) => {
    const picture = currentPicture(state);
    const seen = !!picture?.guide;
    const split = seen && !state.peek && (state.compare === "divider" || state.compare === "side");
    stage.dataset.tool = state.tool;
    stage.dataset.colored = coloredOf(picture);
    divider.hidden = !split || state.compare === "side";
    divider.style.left = `${state.divider * 100}%`;
    divider.setAttribute("aria-valuenow", String(Math.round(state.divider * 100)));
    divider.setAttribute("aria-valuetext", `${Math.round(state.divider * 100)} % gray`);
    for (const tag of tags) tag.hidden = !split;
    zoom.textContent = picture?.width ? `${Math.round(picture.view.scale * devicePixelRatio * 100)} %` : "";
    zoom.setAttribute("aria-label", `Zoom ${zoom.textContent}: fit the picture`);
    zoomBar.hidden = !seen;
    progress.hidden = !(state.busy || state.saving);
    canvas.setAttribute("aria-label", labelOf(picture, selectedWords(state)));
    marks.setAttribute("aria-pressed", String(!state.marks));
    marks.title = `${state.marks ? "Hide" : "Show"} the marks of hints (M)`;
    if (changed(picture?.status, picture?.problem, seen)) paintVeil(veil, picture, actions);
  });
}

/** Whether the colours are of what was said last. @param {Picture|undefined} picture */
function coloredOf(picture) {
  if (!picture?.ab || !picture.guide) return "not yet";
  const { hints, wishes, model, abFor, abWishes, openedWith, passing } = picture;
  if (abFor !== hints || abWishes !== wishes || openedWith !== model) return "behind";
  return passing ? "passing" : "up to date";
}

/** @param {Picture|undefined} picture @param {string|null} selected */
function labelOf(picture, selected) {
  if (!picture?.guide) return "Picture";
  const count = picture.hints.length;
  const hints = count === 1 ? "1 hint" : `${count} hints`;
  const keys = selected
    ? `${selected} is selected: arrow keys move it, with Shift ten times as far, Escape lets it go.`
    : "Arrow keys move a crosshair, Enter uses the tool there.";
  return `${picture.name}, ${hints}. ${keys}`;
}

/** Keep a fitted picture fitted when the stage, the picture or the panes change. @param {Store} store @param {State} now @param {State} before */
function refit(store, now, before) {
  const picture = currentPicture(now);
  if (!picture?.width || !now.stage.width) return;
  const was = currentPicture(before);
  const same = now.stage === before.stage && now.compare === before.compare && was?.key === picture.key && was.width === picture.width;
  if (picture.view.fit && !same) store.change(setView, fitView(picture, paneSize(now)));
}

/** @param {HTMLElement} veil @param {Picture|undefined} picture @param {Actions} actions */
function paintVeil(veil, picture, actions) {
  veil.hidden = !picture || !!picture.guide;
  veil.replaceChildren();
  if (!picture || picture.guide) return;
  if (picture.status === "failed") {
    veil.append(make("div", { class: "message" },
      make("p", { class: "title-line" }, "This file could not be opened"),
      make("p", { class: "detail", role: "alert" }, `${picture.name}: ${picture.problem}`),
      make("div", { class: "foot" },
        make("button", { class: "plain", onclick: actions.close.run }, "Close it"),
        make("button", { class: "primary", onclick: actions.open.run }, "Choose another picture"))));
    return;
  }
  veil.append(make("div", { class: "message" }, make("p", { class: "title-line" }, "Looking at the picture …")));
}
