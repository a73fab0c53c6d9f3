// What went wrong, in sentences. Huewise's errors have up to three parts (got; wanted; what to do): see docs/conventions.md. Pure.

/** @param {string} text @returns {string} with a capital, and a full stop if it ends with none */
export function sentence(text) {
  const whole = text.slice(0, 1).toUpperCase() + text.slice(1);
  return /[.?!…]$/.test(whole) ? whole : `${whole}.`;
}

/**
 * The three parts as a person would say them. It begins small: a name and a colon may come before it.
 * @param {string} message what was got; what was wanted @param {string} [todo]
 */
export function inSentences(message, todo = "") {
  const [got, ...wanted] = message.split("; ");
  const whole = sentence(got);
  return [
    got.slice(0, 1) + whole.slice(1),
    wanted.length ? sentence(`Wanted: ${wanted.join("; ")}`) : "",
    todo && sentence(todo),
  ].filter(Boolean).join(" ");
}

/** @param {unknown} error @returns {string} */
export function whyOf(error) {
  return error instanceof Error ? error.message : String(error);
}

/** @param {string} name of a picture @param {string[]} notes */
export const noteLine = (name, notes) => `${name}: ${notes.join("; ").replaceAll(": ", ", ")}.`;

/** @param {{name: string, problem: string}[]} broken pictures that could not be opened @returns {string} */
export function brokenWords(broken) {
  const [{ name, problem }] = broken;
  const all = broken.length > 1 ? `${broken.map((one) => one.name).join(", ")} could not be opened. ` : "";
  return `${all}${name}: ${problem}`;
}
