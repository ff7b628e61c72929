"""Pages stay light: a page's styles, scripts and the rule that nothing comes from elsewhere."""

import gzip
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
SHARED = [STATIC / "css/tokens.css", STATIC / "css/base.css"]
OF_PAGES = sorted(
    path
    for path in STATIC.rglob("*.css")
    if path not in SHARED and path.name != "staff.css" and "admin" not in path.parts
)
SCRIPTS = sorted(STATIC.rglob("*.js"))


def _packed(paths: list[Path]) -> int:
    return sum(len(gzip.compress(path.read_bytes())) for path in paths)


@pytest.mark.parametrize("own", OF_PAGES, ids=lambda path: str(path.relative_to(STATIC)))
def test_a_page_s_styles_stay_below_20_kb(own):
    assert _packed([*SHARED, own]) <= 20_000


def test_all_scripts_together_stay_below_10_kb():
    assert SCRIPTS
    assert _packed(SCRIPTS) <= 10_000


def test_the_script_that_blocks_stays_below_500_bytes():
    assert (STATIC / "js/back.js").stat().st_size <= 500


@pytest.mark.parametrize("path", [*SHARED, *OF_PAGES, *SCRIPTS], ids=lambda path: path.name)
def test_nothing_is_fetched_from_elsewhere(path):
    assert not re.search(r"(https?:)?//[\w-]+\.", path.read_text().replace("// ", ""))
    assert "@import" not in path.read_text()


def test_pages_link_no_file_of_another_host():
    for template in (ROOT / "templates").rglob("*.html"):
        if "mail" in template.relative_to(ROOT / "templates").parts:
            continue
        sources = re.findall(r"<(?:script|link|img|iframe)\b[^>]*?(?:src|href)=\"(//|https?:)",
                             template.read_text())  # fmt: skip
        assert not sources, template


def test_every_icon_that_is_asked_for_is_drawn():
    drawn = set(re.findall(r'name == "(\w+)"', (ROOT / "templates/_icon.html").read_text()))
    for template in (ROOT / "templates").rglob("*.html"):
        asked = re.findall(r'include "_icon\.html" with name="(\w+)"', template.read_text())
        assert set(asked) <= drawn, template
