// The same wishes for all open pictures: who can have them, and what is said about it. Pure.

/** @import {Picture, State, Wishes} from "./state.js" */
import { wish } from "./changes.js";
import { currentPicture } from "./state.js";

/** Wishes that can be given to other pictures, by what a model has to offer for them. @type {[string, keyof Wishes][]} */
const SHARED = [["reference", "references"], ["saturation", "saturation"], ["temperature", "temperature"]];

/** @param {State} state @returns {Picture[]} the other pictures that are open */
export function othersToShare({ pictures, current }) {
  return pictures.filter(({ key, status }) => key !== current && status !== "failed");
}

/** Which of the current picture's wishes another one's model can fulfil. @param {Picture} picture @param {Picture} other @returns {Partial<Wishes>} */
export function shareOf(picture, other) {
  const both = SHARED.filter(([offer]) => picture.offers.includes(offer) && other.offers.includes(offer));
  return Object.fromEntries(both.map(([, name]) => [name, picture.wishes[name]]));
}

/** The other pictures get the current one's references, saturation and vividness, those of them that they can have. @param {State} state @returns {State} */
export function shareWishes(state) {
  const picture = currentPicture(state);
  if (!picture) return state;
  return othersToShare(state).reduce((now, other) => {
    const shared = shareOf(picture, other);
    return Object.keys(shared).length ? wish(now, other.key, shared) : now;
  }, state);
}

/** How many took them. @param {Picture} picture @param {Picture[]} others as they were */
export function sharedWords(picture, others) {
  const taken = others.filter((other) => Object.keys(shareOf(picture, other)).length).length;
  const all = others.length === 1 ? "The other picture has" : `The ${taken} other pictures have`;
  const have = taken === others.length ? all : `${taken} of the ${others.length} other pictures ${taken === 1 ? "has" : "have"}`;
  const rest = taken === others.length ? "" : " The rest is not open yet, or its model takes none of them.";
  return `${have} these references, saturation and vividness now.${rest}${taken ? " Undo works in each." : ""}`;
}
