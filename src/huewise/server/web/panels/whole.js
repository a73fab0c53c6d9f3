// Wishes for the whole picture: model, reference pictures, saturation, vividness, flats for drawings; and for all pictures at once.

/** @import {Store} from "../state.js" */
/** @import {Session} from "../session.js" */
import { endGesture, say, wish } from "../changes.js";
import { changing, make } from "../dom.js";
import { othersToShare, sharedWords, shareWishes } from "../share.js";
import { currentPicture, newId } from "../state.js";
import { modelChoice } from "./models.js";
import { referenceList } from "./references.js";

const CALMEST = 1; // temperature of the annealed mean
const VIVIDEST = 0.05;
const SHARED = ["reference", "saturation", "temperature"];

/** @param {HTMLElement} root @param {Store} store @param {Session} session @returns {(files: File[]) => void} takes reference pictures */
export function wholePanel(root, store, session) {
  const references = referenceList(store, session);
  const saturation = wishSlider(store, "saturation", "Saturation", "How colourful on the whole; hints stay.", (value) => value / 100, (wished) => wished * 100);
  const vividness = wishSlider(store, "temperature", "Vividness", "From the mean of what is likely to the likeliest.",
    (value) => CALMEST - (CALMEST - VIVIDEST) * (value / 100), (wished) => ((CALMEST - wished) / (CALMEST - VIVIDEST)) * 100);
  const keepTint = wishBox(store, "keepTint", "Keep the paper's tone beneath the colours");
  const flats = wishBox(store, "flats", "Flat colours, one for each area of a drawing");
  const share = shareButton(store);
  root.append(modelChoice(store), references.element, saturation.element, vividness.element, keepTint.element, flats.element, share.element);

  const changed = changing();
  store.onPaint((state) => {
    const picture = currentPicture(state);
    const others = othersToShare(state).length;
    if (!picture || !changed(picture?.wishes, picture?.offers, picture?.model, picture?.key, state.tab, others)) return;
    const { wishes, offers } = picture;
    references.paint(wishes, offers.includes("reference"));
    saturation.paint(wishes.saturation, offers.includes("saturation"));
    vividness.paint(wishes.temperature, offers.includes("temperature"));
    keepTint.paint(wishes.keepTint, offers.includes("keep_tint"));
    flats.paint(wishes.flats, offers.includes("flats"));
    share.paint(SHARED.some((one) => offers.includes(one)) ? others : 0);
  });
  return references.refer;
}

/** A box to tick. @param {Store} store @param {"flats"|"keepTint"} name @param {string} label */
function wishBox(store, name, label) {
  const box = make("input", { type: "checkbox", id: `wish-${name}`, onchange: () => {
    if (store.state.current) store.change(wish, store.state.current, { [name]: box.checked });
  } });
  const element = make("label", { class: "choice", for: `wish-${name}` }, box, label);
  return {
    element,
    /** @param {boolean} wished @param {boolean} offered */
    paint(wished, offered) {
      element.hidden = !offered;
      box.checked = wished;
    },
  };
}

/**
 * A slider that says nothing until it is moved; each slide is one step. @param {Store} store @param {"saturation"|"temperature"} name
 * @param {string} label @param {string} meaning @param {(value: number) => number} toWish of 0..100 @param {(wished: number) => number} fromWish
 */
function wishSlider(store, name, label, meaning, toWish, fromWish) {
  const id = `wish-${name}`;
  let gesture = "";
  const settle = () => {
    gesture = "";
    store.change(endGesture);
  };
  const put = (/** @type {number|null} */ value) => {
    gesture ||= `${name} ${newId()}`;
    if (store.state.current) store.change(wish, store.state.current, { [name]: value }, gesture);
  };
  const input = make("input", { type: "range", id, "aria-label": label, min: 0, max: 100, value: 50,
    oninput: () => put(Math.round(toWish(input.valueAsNumber) * 1000) / 1000),
    onpointerup: settle, onblur: settle }); // "change" comes with every key
  const output = make("output", { for: id });
  const reset = make("button", { class: "text", "aria-label": `${label}: automatic`, onclick: () => {
    put(null);
    settle();
  } }, "Automatic");
  const element = make("div", { class: "field part" }, make("label", { for: id }, label, output), make("p", { class: "quiet" }, meaning), input, reset);
  return {
    element,
    /** @param {number|null} wished @param {boolean} offered */
    paint(wished, offered) {
      element.hidden = !offered;
      element.classList.toggle("unset", wished === null);
      const value = wished === null ? 50 : Math.round(fromWish(wished));
      const held = gesture && currentPicture(store.state)?.gesture === gesture; // under the hand it stays where it is
      if (!held || wished === null) input.value = String(value);
      output.textContent = wished === null ? "automatic" : String(value);
      reset.hidden = wished === null;
    },
  };
}

/** @param {Store} store */
function shareButton(store) {
  const button = make("button", { class: "plain", onclick: () => {
    const picture = currentPicture(store.state);
    if (!picture) return;
    const others = othersToShare(store.state);
    store.change(shareWishes);
    store.change(say, sharedWords(picture, others));
  } }, "Use for all open pictures");
  const element = make("div", { class: "part" }, button, make("p", { class: "quiet" }, "The references, saturation and vividness of this picture."));
  return {
    element,
    /** @param {number} others */
    paint(others) {
      element.hidden = !others;
    },
  };
}
