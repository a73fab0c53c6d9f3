// The choice of a model: what the automatic choice took the picture for, and one tap to the other.

/** @import {Model} from "../api.js" */
/** @import {Picture, Store} from "../state.js" */
import { getModels } from "../api.js";
import { step } from "../changes.js";
import { changing, make } from "../dom.js";
import { currentPicture } from "../state.js";

const USUAL = "The model that suits the picture.";

/** @param {Store} store @returns {HTMLElement} */
export function modelChoice(store) {
  const choose = (/** @type {string} */ model) => {
    if (store.state.current) store.change(step, store.state.current, { model });
  };
  const automatic = make("option", { value: "auto" }, "Automatic");
  const choice = make("select", { id: "model", onchange: () => choose(choice.value) }, automatic);
  const note = make("p", { class: "quiet" });
  const other = make("button", { class: "text", hidden: true, onclick: () => choose(other.value) });
  const changed = changing();
  /** @type {Model[]} */
  let models = [];
  getModels().then((list) => {
    models = list;
    choice.append(...list.map(({ name, title }) => make("option", { value: name }, title || name)));
    changed(); // the picture's own may be among them
    store.repaint();
  }, () => {}); // without a list there is still the automatic choice
  store.onPaint((state) => {
    const picture = currentPicture(state);
    if (!changed(picture?.model, picture?.servedBy)) return;
    const taken = takenFor(picture, models);
    const instead = taken && models.find(({ automatic_for: what }) => what && what !== taken);
    automatic.textContent = taken ? `Automatic (${taken})` : "Automatic";
    choice.value = picture?.model ?? "auto";
    note.textContent = taken ? `It is taken for a ${taken}.` : models.find(({ name }) => name === picture?.model)?.note ?? USUAL;
    other.hidden = !instead;
    if (!instead) return;
    other.value = instead.name;
    other.textContent = `It is a ${instead.automatic_for}`;
  });
  return make("div", { class: "field part" }, make("label", { for: "model" }, "Model"), choice, note, other);
}

/** What the automatic choice has taken the picture for; empty where a person chose, or nothing is known yet. @param {Picture|undefined} picture @param {Model[]} models */
function takenFor(picture, models) {
  if (picture?.model !== "auto") return "";
  return models.find(({ name }) => name === picture.servedBy)?.automatic_for ?? "";
}
