// Making elements in a line.

/**
 * @typedef {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} Props
 * "on..." are listeners, "class" and "aria-..." attributes; true sets an empty attribute, false and null none.
 */

/** @template {keyof HTMLElementTagNameMap} T @param {T} tag @param {Props} [props] @param {...(Node|string|null)} children @returns {HTMLElementTagNameMap[T]} */
export function make(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  if (tag === "button") element.setAttribute("type", "button"); // one that submits says so
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** @param {string} name of a symbol in index.html @returns {SVGSVGElement} */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/** The element with this id, which index.html has. @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`index.html has no #${id}`);
  return element;
}

/** A button that is a square of colour. @param {string} color @param {string} label @param {(event: MouseEvent) => void} onclick @param {boolean} [pressed] */
export function swatch(color, label, onclick, pressed) {
  const button = make("button", { class: "swatch", "aria-label": label, title: label, onclick });
  if (pressed !== undefined) button.setAttribute("aria-pressed", String(pressed));
  button.style.background = color;
  return button;
}

/** @returns {(...now: unknown[]) => boolean} whether what is given is anything else than the last time */
export function changing() {
  /** @type {unknown[]} */
  let last = [];
  return (...now) => {
    const same = now.length === last.length && now.every((value, i) => value === last[i]);
    last = now;
    return !same;
  };
}

/** Give a blob to the browser's downloads. @param {Blob} blob @param {string} name */
export function download(blob, name) {
  const url = URL.createObjectURL(blob);
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
