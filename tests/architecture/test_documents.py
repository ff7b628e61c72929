"""What the documents name is there: files, functions in files, pages that they link."""

import ast
import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from weintl.payments import roots

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
# `path/file.py`, `path/file.py:name` or `path/file.py:Class.method`.
PLACE = re.compile(r"((?:[\w.-]+/)*[\w.-]+\.(?:py|html|md|css|js|toml|sh))(?::([A-Za-z_][\w.]*))?")
# Folders of the project, so that paths of a machine or an address are left alone.
FOLDER = re.compile(r"(?:awareness|benchmarks|docs|donations|marketplace|partners|requirements"
                    r"|static|templates|tests|weintl)/(?:[\w.-]+/)*")  # fmt: skip


def names_in(source: str) -> set[str]:
    """Return every function and class of a module, methods as `Class.method`."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{part.name}" for part in node.body if hasattr(part, "name")}
    return found


def places_of(document: Path) -> list[tuple[str, str]]:
    """Return each (path, name) that a document writes as code; name "" where there is none."""
    matches = (PLACE.fullmatch(words) for words in CODE.findall(document.read_text()))
    return [(match[1], match[2] or "") for match in matches if match]


def file_of(path: str) -> Path | None:
    """Return the file that `path` names: from the root, or by its bare name anywhere."""
    if (ROOT / path).is_file():
        return ROOT / path
    if "/" in path:
        return None
    tops = ("awareness", "benchmarks", "docs", "donations", "marketplace", "partners", "tests")
    for top in (*tops, "weintl", "templates", "static"):
        found = next((ROOT / top).rglob(path), None)
        if found:
            return found
    return None


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_that_a_document_names_exist(document):
    for path, name in places_of(document):
        file = file_of(path)
        assert file, f"{path} is not there"
        if name:
            assert name in names_in(file.read_text()), f"{path} has no {name}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_folders_that_a_document_names_exist(document):
    for words in CODE.findall(document.read_text()):
        if FOLDER.fullmatch(words):
            assert (ROOT / words).is_dir(), f"{words} is not there"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_of_a_document_lead_somewhere(document):
    for target in LINK.findall(document.read_text()):
        if "://" in target or target.startswith(("#", "mailto:")):
            continue
        path, _hash, _anchor = target.partition("#")
        assert (document.parent / path).exists(), f"{target} leads nowhere"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_make_targets_and_commands_that_a_document_names_exist(document):
    text = document.read_text()
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for target in re.findall(r"[`\n]make ([a-z]+)", text):
        assert target in targets, f"make {target} is not in the Makefile"
    known = get_commands()
    for command in re.findall(r"manage\.py ([a-z_]+)", text):
        assert command in known, f"manage.py {command} is not there"


def test_the_example_of_the_environment_names_every_variable():
    listed = re.findall(r"^([A-Z_0-9]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    code = "".join((ROOT / "weintl" / name).read_text() for name in ("settings.py", "env.py"))
    read = re.findall(r"(?:read\.\w+|environ\.get)\(\s*\"([A-Z_0-9]+)\"", code)
    assert set(read) <= set(listed)
    assert "SITE_URL" in read


def test_the_guide_to_stripe_names_exactly_the_events_that_are_used():
    text = (ROOT / "docs/operations/stripe.md").read_text()
    listed = text.partition("these events only:")[2].partition("Never")[0]
    assert set(CODE.findall(listed)) == roots.TYPES


def test_each_page_of_the_manuals_is_linked():
    for folder, index in (("operations", ["README.md", "docs/operations/running.md"]),
                          ("staff", ["docs/staff/README.md"])):  # fmt: skip
        text = "".join((ROOT / name).read_text() for name in index)
        for page in (ROOT / "docs" / folder).glob("*.md"):
            if f"docs/{folder}/{page.name}" not in index:
                assert page.name in text, f"{page.name} is linked nowhere"


def test_each_picture_is_shown_and_all_are_light():
    shown = "".join(path.read_text() for path in DOCUMENTS)
    pictures = list((ROOT / "docs/pictures").rglob("*.png"))
    for picture in pictures:
        assert picture.name in shown, f"{picture.name} is shown nowhere"
    assert sum(picture.stat().st_size for picture in pictures) < 1_500_000


def test_a_missing_function_is_seen():
    assert "stripe_webhook" in names_in((ROOT / "weintl/payments/views.py").read_text())
    assert "no_such_view" not in names_in((ROOT / "weintl/payments/views.py").read_text())
    assert file_of("weintl/no_such_file.py") is None
