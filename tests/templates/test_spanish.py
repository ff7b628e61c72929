"""Everything that people read exists in Spanish."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation import gettext, ngettext, override, pgettext

ROOT = Path(__file__).resolve().parents[2]
APPS = ("weintl", "awareness", "marketplace", "donations", "partners")
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|\[\w+\]")
TAG = re.compile(r"""\{%\s*trans(?:late)?\s+(["'])(.*?)\1(?:\s+context\s+(["'])(.*?)\3)?""")
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
}


@pytest.fixture(scope="module")
def catalogue():
    """Return the Spanish catalogue."""
    with (ROOT / "locale/es/LC_MESSAGES/django.po").open("rb") as lines:
        return read_po(lines, locale="es")


def _texts(value: str | tuple[str, ...]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def test_each_text_has_its_spanish(catalogue):
    empty = [m.id for m in catalogue if m.id and (m.fuzzy or not all(_texts(m.string)))]
    assert not empty


def test_what_is_filled_in_is_the_same_in_both_languages(catalogue):
    for message in catalogue:
        if message.id:
            wanted = sorted(PLACE.findall(_texts(message.id)[-1]))
            assert sorted(PLACE.findall(_texts(message.string)[-1])) == wanted, message.id


def test_nothing_in_the_code_is_missing_from_the_catalogue(catalogue):
    missing = set()
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            with path.open("rb") as code:
                for _, found, _, context in extract("python", code, keywords=KEYWORDS):
                    text = found[0] if isinstance(found, tuple) else found
                    if catalogue.get(text, context) is None:
                        missing.add(f"{path.relative_to(ROOT)}: {text}")
    assert not missing


def test_nothing_in_the_templates_is_missing_from_the_catalogue(catalogue):
    missing = set()
    for path in (ROOT / "templates").rglob("*.*"):
        for _, text, _, context in TAG.findall(path.read_text()):
            if catalogue.get(text, context or None) is None:
                missing.add(f"{path.relative_to(ROOT)}: {text}")
    assert not missing


def test_django_finds_the_compiled_words():
    with override("es"):
        assert gettext("Leave this site") == "Salir de aquí"
        assert pgettext("navigation", "Give") == "Donar"
        assert ngettext("%(pieces)s piece", "%(pieces)s pieces", 2) == "%(pieces)s piezas"
