"""The page of the HTTP interface: the OpenAPI document as plain HTML, which needs no script."""

import json
import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from huewise.server import wire

Schemas = Mapping[str, Any]

_NEVER_SENT = {"HTTPValidationError", "ValidationError"}  # FastAPI's own errors: see server/problems.py

_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Huewise: HTTP interface</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/css/base.css">
<link rel="stylesheet" href="/css/docs.css">
</head>
<body>
<main class="docs">
<p><a href="/">Huewise</a></p>
<h1>HTTP interface</h1>
<p>For machines: <a href="/api/openapi.json">openapi.json</a>. An error is always
<code>{"error": {"code", "message", "hint"}}</code>. Requests must come from this computer and name it as their host;
from others, after <code>huewise serve --host</code>, they need the token that it prints.</p>
<h2>For example</h2>
<pre>curl -H 'Content-Type: application/octet-stream' --data-binary @gray.jpg http://127.0.0.1:8642/api/pictures
curl -H 'Content-Type: application/json' -d '{"hints": [{"point": [412, 230], "color": "skyblue"}]}' -o color.jpg \\
  http://127.0.0.1:8642/api/pictures/ID/export
curl -X DELETE http://127.0.0.1:8642/api/pictures/ID</pre>
<p><code>ID</code> is what the first one answers. <code>hints</code> are those of a
hints file, whose form is in docs/hints.md and in <code>huewise.hints.hints_schema()</code>.</p>
"""


def interface_page(document: Mapping[str, Any]) -> str:
    """HTML of an OpenAPI document: each call with its parameters, its body and its answers."""
    schemas = document.get("components", {}).get("schemas", {})
    calls = [
        _call(path, method, operation, schemas)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    forms = f'<section id="forms"><h2>Binary forms</h2>\n<pre>{escape(wire.__doc__ or "")}</pre></section>\n'
    return f"{_HEAD}{''.join(calls)}{_types(document)}{forms}</main>\n</body>\n</html>\n"


def _types(document: Mapping[str, Any]) -> str:
    """All objects that calls and fields name."""
    schemas = document.get("components", {}).get("schemas", {})
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document))) - _NEVER_SENT
    parts = [
        f'<h3 id="{escape(name)}">{escape(name)}</h3>\n{_fields(schemas[name], schemas)}'
        for name in sorted(named & schemas.keys())
    ]
    return f"<section><h2>Types</h2>\n{''.join(parts)}</section>\n" if parts else ""


def _call(path: str, method: str, operation: Mapping[str, Any], schemas: Schemas) -> str:
    about = operation.get("description") or operation.get("summary", "")
    parts = [
        f'<h2><span class="method">{method.upper()}</span> {escape(path)}</h2>\n<p>{escape(about)}</p>\n'
    ]
    if parameters := operation.get("parameters"):
        rows = ((_code(p["name"]), _linked(p["schema"]), f"in the {p['in']}") for p in parameters)
        parts += ["<h3>Parameters</h3>\n", _table(rows)]
    if body := operation.get("requestBody"):
        parts.append("<h3>Body</h3>\n")
        for kind, value in body["content"].items():
            parts.append(f"<p>{escape(kind)}</p>\n{_fields(value['schema'], schemas)}")
    parts.append("<h3>Answer</h3>\n")
    for status, told in operation["responses"].items():
        if status.startswith("2"):
            for kind, value in told.get("content", {"": {}}).items():
                schema = value.get("schema")
                shown = _fields(schema, schemas) if schema else _quiet(told["description"])
                parts.append(f"<p>{status} {escape(kind)}</p>\n{shown}")
    return f"<section>\n{''.join(parts)}</section>\n"


def _fields(schema: Mapping[str, Any], schemas: Schemas) -> str:
    full = schemas[_type(schema)] if "$ref" in schema else schema
    needed = full.get("required", ())
    rows = (
        (_code(name), _linked(value), "needed" if name in needed else _default(value))
        for name, value in full.get("properties", {}).items()
    )
    return _quiet(full.get("description", _type(schema))) + _table(rows)


def _default(schema: Mapping[str, Any]) -> str:
    return f"default {escape(json.dumps(schema['default']))}" if "default" in schema else ""


def _linked(schema: Mapping[str, Any]) -> str:
    """A schema's type as HTML; names of objects lead to their fields."""
    named = re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(schema))
    words = escape(_type(schema))
    for name in map(escape, named):
        words = re.sub(rf"(?<![\w#>]){re.escape(name)}(?![\w<])", f'<a href="#{name}">{name}</a>', words)
    return words


def _type(schema: Mapping[str, Any]) -> str:
    """A schema's type in words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " or ".join(map(_type, schema["anyOf"]))
    if "enum" in schema:
        return " or ".join(map(json.dumps, schema["enum"]))
    if "const" in schema:
        return json.dumps(schema["const"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return "the file's bytes" if schema.get("format") == "binary" else str(schema.get("type", "anything"))


def _table(rows: Iterable[Iterable[str]]) -> str:
    """Rows of HTML cells; nothing where there are none."""
    lines = [f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>\n" for row in rows]
    return f"<table><tbody>\n{''.join(lines)}</tbody></table>\n" if lines else ""


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>"


def _quiet(text: str) -> str:
    return f'<p class="quiet">{escape(text)}</p>\n'
