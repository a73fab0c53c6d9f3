// A colour as a person writes it: hex with or without its #, or as the browser knows it: a CSS name.

import { bytesToHex, parseHex } from "./color.js";

/** @param {string} text @returns {string|null} "#rrggbb"; null where it is no colour, or one that is seen through */
export function writtenColor(text) {
  if (typeof text !== "string") return null; // a file may hold anything
  const plain = text.trim().replace(/^(rgb|lab)\(\s*([^)]*)\)$/, (_, name, numbers) => `${name}(${numbers.replaceAll(",", " ")})`);
  return parseHex(plain) ?? known(plain);
}

/** @param {string} text @returns {string|null} */
function known(text) {
  const context = document.createElement("canvas").getContext("2d");
  if (!context || !CSS.supports("color", text)) return null;
  context.fillStyle = "#00000001";
  context.fillStyle = text; // stays as it is for words like "inherit", which are no colours
  context.fillRect(0, 0, 1, 1);
  const [r, g, b, alpha] = context.getImageData(0, 0, 1, 1).data;
  return alpha === 255 ? bytesToHex([r, g, b]) : null;
}
