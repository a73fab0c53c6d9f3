// The page of the HTTP interface: a plain reading of openapi.json.

import { make } from "./dom.js";

/** @typedef {{$ref?: string, type?: string, title?: string, anyOf?: Schema[], items?: Schema, enum?: unknown[], const?: unknown, properties?: Record<string, Schema>, required?: string[], default?: unknown, description?: string, format?: string}} Schema */

const document_ = await (await fetch("/api/openapi.json")).json();
/** @type {Record<string, Schema>} */
const schemas = document_.components?.schemas ?? {};

/** @param {Schema} schema @returns {string} */
function typeOf(schema) {
  if (schema.$ref) return schema.$ref.split("/").at(-1) ?? "";
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(" or ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" or ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.type === "array") return `list of ${typeOf(schema.items ?? {})}`;
  return schema.format === "binary" ? "the file's bytes" : (schema.type ?? "anything");
}

/** @param {Schema} schema */
function fields(schema) {
  const full = schema.$ref ? schemas[typeOf(schema)] : schema;
  const rows = Object.entries(full?.properties ?? {}).map(([name, property]) => make("tr", {},
    make("td", {}, make("code", {}, name)),
    make("td", {}, typeOf(property)),
    make("td", {}, full.required?.includes(name) ? "needed" : property.default === undefined ? "" : `default ${JSON.stringify(property.default)}`)));
  const about = make("p", { class: "quiet" }, full?.description ?? typeOf(schema));
  return rows.length ? make("div", {}, about, make("table", {}, make("tbody", {}, ...rows))) : about;
}

/** @param {string} path @param {string} method @param {any} operation */
function section(path, method, operation) {
  const body = Object.entries(operation.requestBody?.content ?? {});
  const answers = Object.entries(operation.responses ?? {}).filter(([status]) => status.startsWith("2"));
  const parameters = operation.parameters ?? [];
  return make("section", {},
    make("h2", {}, make("span", { class: "method" }, method.toUpperCase()), ` ${path}`),
    make("p", {}, operation.description ?? operation.summary ?? ""),
    ...(parameters.length ? [make("h3", {}, "Parameters"), make("table", {}, make("tbody", {}, ...parameters.map((/** @type {any} */ one) => make("tr", {},
      make("td", {}, make("code", {}, one.name)), make("td", {}, typeOf(one.schema)), make("td", {}, `in the ${one.in}`)))))] : []),
    ...(body.length ? [make("h3", {}, "Body"), ...body.map(([, { schema }]) => fields(schema))] : []),
    make("h3", {}, "Answer"),
    ...answers.flatMap(([status, { content, description }]) => Object.entries(content ?? { "": {} }).map(([kind, { schema }]) => make("div", {},
      make("p", {}, `${status} ${kind}`), schema && Object.keys(schema).length ? fields(schema) : make("p", { class: "quiet" }, description)))));
}

const root = document.getElementById("docs");
for (const [path, methods] of Object.entries(document_.paths)) {
  for (const [method, operation] of Object.entries(/** @type {object} */ (methods))) root?.append(section(path, method, operation));
}

export {};
