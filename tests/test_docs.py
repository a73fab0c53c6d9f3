"""The documents cannot rot: what they show is read by the program, and what the program has stands in them."""

import json
import re
from itertools import takewhile
from pathlib import Path
from typing import get_args

import jsonschema
import msgspec
import numpy as np
import pytest
from PIL import Image

from huewise.hints import HintsFile, hints_schema
from huewise.models import spec as specs
from huewise.models.spec import read_spec

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


def blocks(name: str, language: str = "json") -> list[str]:
    """The JSON of a document, or its programs."""
    return re.findall(rf"```{language}\n(.*?)```", (DOCS / name).read_text(encoding="utf-8"), re.DOTALL)


def coded(name: str) -> set[str]:
    """The words that a document sets as code."""
    return set(re.findall(r"`([^`\n]+)`", (DOCS / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize("text", blocks("hints.md"))
def test_examples_of_the_hints_file_are_read_and_keep_the_schema(text: str, tmp_path: Path) -> None:
    document = json.loads(text)
    width, height = document.get("size", (40, 30))
    mask_hw = np.full((height // 84 or 1, width // 84 or 1), 255, np.uint8)
    Image.fromarray(mask_hw).save(tmp_path / "coat.png")
    assert len(HintsFile.parse(text, tmp_path).hints) == len(document["hints"])
    jsonschema.validate(document, hints_schema())


@pytest.mark.parametrize("document", ["../README.md", "python.md"])
def test_python_of_a_document_runs_from_its_beginning_to_its_end(
    document: str, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    x_hw = np.indices((300, 500))[1].astype(np.uint8)
    Image.fromarray(x_hw).save("gray.jpg")
    Image.fromarray(np.stack([x_hw, 255 - x_hw, x_hw // 2], -1)).save("sister.jpg")
    page = np.full((200, 200), 255, np.uint8)
    page[40:160, 40:44] = page[40:160, 156:160] = page[40:44, 40:160] = page[156:160, 40:160] = 0
    Image.fromarray(page).save("page.png")
    programs = blocks(document, "python")
    assert programs
    exec("\n".join(programs), {})
    made = {path.name for path in tmp_path.iterdir()}
    assert {"color.jpg"} <= made and (document == "../README.md" or {"asked.jpg", "page.ora"} <= made)


def test_there_are_examples() -> None:
    assert len(blocks("hints.md")) >= 2


def keys_of(schema: object) -> set[str]:
    if isinstance(schema, list):
        return set().union(*map(keys_of, schema))
    if not isinstance(schema, dict):
        return set()
    inner = set().union(*(keys_of(value) for value in schema.values()))
    return inner | set(schema.get("properties", {}))


def test_every_key_of_the_hints_file_is_described() -> None:
    assert {"point", "mask", "flats"} <= keys_of(hints_schema()) <= coded("hints.md")


def test_the_example_of_a_spec_is_read() -> None:
    (text,) = blocks("models.md")
    assert read_spec(text.encode(), "docs/models.md").name == "mine"


def test_every_field_of_a_spec_is_described() -> None:
    structs = (specs.Spec, specs.SpreadRule, specs.Graph, specs.Feed, specs.Part, specs.Output)
    fields = {field.name for struct in structs for field in msgspec.structs.fields(struct)}
    words = {*get_args(specs.Source), *get_args(specs.Meaning)}
    assert fields | words <= coded("models.md")


def test_every_environment_variable_is_described_and_no_other() -> None:
    files = [*(ROOT / "src").rglob("*.py"), *(ROOT / "tests" / "browser").glob("*.py")]
    used = {
        name for path in files for name in re.findall(r"HUEWISE_[A-Z_]+", path.read_text(encoding="utf-8"))
    }
    assert used == {word for word in coded("conventions.md") if word.startswith("HUEWISE_")}


def test_documents_link_to_documents_that_exist() -> None:
    for path in (ROOT / "README.md", *DOCS.glob("*.md")):
        for link in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / link).exists(), f"{path.name}: {link}"


def test_tables_have_as_many_columns_below_as_in_their_heading() -> None:
    for path in (ROOT / "docs").rglob("*.md"):
        lines = path.read_text().splitlines()
        for number, line in enumerate(lines):
            if re.fullmatch(r"\|( ---+ \|)+", line):
                wanted = line.count("|")
                rows = takewhile(lambda row: row.startswith("|"), lines[number + 1 :])
                for row in [lines[number - 1], *rows]:
                    cells = re.sub(r"\\\||`[^`]*`", "", row)
                    assert cells.count("|") == wanted, f"{path.name}: {row}"
