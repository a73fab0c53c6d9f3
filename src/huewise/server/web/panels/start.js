// The start screen: what was left open, and example pictures already coloured.

/** @import {Picture, Store} from "../state.js" */
/** @import {Example} from "../api.js" */
/** @import {Kept} from "../keep.js" */
import { showPicture } from "../changes.js";
import { byId, make } from "../dom.js";

/**
 * @param {Example[]} examples @param {(example: Example) => void} open
 */
export function examplesPanel(examples, open) {
  const root = byId("examples");
  root.hidden = examples.length === 0;
  root.querySelector("ul")?.replaceChildren(...examples.map((example) => make("li", {},
    make("button", { class: "example", onclick: () => open(example) },
      make("span", { class: "frame" },
        make("img", { src: example.colored, alt: "", loading: "lazy", width: example.width, height: example.height }),
        make("img", { src: example.picture, alt: "", class: "gray", loading: "lazy", width: example.width, height: example.height })),
      make("span", { class: "caption" }, example.title),
      make("span", { class: "credit" }, example.credit)))));
}

/** @param {Kept|undefined} kept @param {() => void} resume @param {() => void} discard */
export function resumePanel(kept, resume, discard) {
  const root = byId("resume");
  root.hidden = !kept;
  if (!kept) return;
  const names = kept.works.map((work) => work.name);
  const more = names.length > 2 ? ` and ${names.length - 1} more` : names.length === 2 ? ` and ${names[1]}` : "";
  const when = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" }).format(kept.saved);
  root.replaceChildren(
    make("div", {},
      make("h2", { id: "resume-title" }, "Go on where you stopped"),
      make("p", {}, `${names[0]}${more}, ${when}`)),
    make("div", { class: "foot" },
      make("button", { class: "plain", onclick: discard }, "Forget it"),
      make("button", { class: "primary", onclick: resume }, "Go on")));
}

/** Which of the two screens is shown, and the way back to pictures that are open. @param {Store} store */
export function screens(store) {
  let offered = 0;
  store.onPaint(({ current, pictures }) => {
    byId("start").hidden = current !== null;
    byId("editor").hidden = current === null;
    if (current !== null || offered === pictures.length) return;
    offered = pictures.length;
    backPanel(pictures, () => store.change(showPicture, pictures[0].key));
  });
}

/** @param {Picture[]} pictures @param {() => void} goBack */
function backPanel(pictures, goBack) {
  const root = byId("resume");
  root.hidden = pictures.length === 0;
  const what = pictures.length === 1 ? pictures[0].name : `${pictures[0].name} and ${pictures.length - 1} more`;
  root.replaceChildren(
    make("div", {}, make("h2", { id: "resume-title" }, "Still open"), make("p", {}, what)),
    make("div", { class: "foot" }, make("button", { class: "primary", onclick: goBack }, "Back to the editor")));
}
