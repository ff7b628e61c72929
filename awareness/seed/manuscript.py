"""Read the seed's pages: one text file a page and language.

    title: Modern slavery today
    path: understand/modern-slavery-today/
    lede: …
    ---
    ## A heading | its-anchor | P2 P3

    A paragraph with **strong words** and a [link](children#numbers).

    - a list

    [[stat:modern-slavery-total]]

Links name a page by its key, another part of the site by its address, or a full address.
"""

import re
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

FOLDER = Path(__file__).parent / "manuscripts"
LANGUAGES = ("en", "es")
ELSEWHERE = {"shop": "shop/", "give": "give/", "partners": "partners/"}

_LINK = re.compile(r"\[([^\[\]]+)\]\(([^()\s]+)\)")
_STRONG = re.compile(r"\*\*([^*]+)\*\*")


class Malformed(ValueError):
    """A file of the seed breaks the format; the message names file and place."""


@dataclass(frozen=True)
class Chapter:
    """A section as written: heading, anchor, paragraphs of the founding text, markup."""

    heading: str
    anchor: str
    seed_refs: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Manuscript:
    """A page as written in one language."""

    key: str
    language: str
    head: dict[str, str]
    chapters: list[Chapter] = field(default_factory=list)


def read_all(*, folder: Path = FOLDER) -> dict[str, dict[str, Manuscript]]:
    """Return {key: {language: manuscript}} of all files. Raises Malformed."""
    found: dict[str, dict[str, Manuscript]] = {}
    for language in LANGUAGES:
        for path in sorted((folder / language).glob("*.txt")):
            found.setdefault(path.stem, {})[language] = parse(
                path.read_text(encoding="utf-8"), key=path.stem, language=language
            )
    for key, both in found.items():
        _refuse_unlike(key, both)
    return found


def parse(source: str, *, key: str, language: str) -> Manuscript:
    """Return the page that `source` describes. Raises Malformed."""
    head_text, rule, rest = source.partition("\n---\n")
    if not rule:
        raise Malformed(f"{key}.{language} has no line of three dashes.")
    head = {}
    for line in head_text.splitlines():
        name, colon, value = line.partition(":")
        if not colon:
            raise Malformed(f"{key}.{language}: “{line}” has no colon.")
        head[name.strip()] = value.strip()
    chapters = []
    for part in re.split(r"^## ", rest, flags=re.MULTILINE)[1:]:
        first, _, text = part.partition("\n")
        heading, *more = [piece.strip() for piece in first.split("|")]
        if not more:
            raise Malformed(f"{key}.{language}: “{heading}” has no anchor.")
        refs = tuple(more[1].split()) if len(more) > 1 else ()
        chapters.append(Chapter(heading, more[0], refs, text.strip()))
    return Manuscript(key=key, language=language, head=head, chapters=chapters)


def _refuse_unlike(key: str, both: dict[str, Manuscript]) -> None:
    if set(both) != set(LANGUAGES):
        raise Malformed(f"{key} lacks a language.")
    anchors = [[chapter.anchor for chapter in both[lang].chapters] for lang in LANGUAGES]
    if anchors[0] != anchors[1]:
        raise Malformed(f"{key}: the anchors differ between the languages.")


def to_html(text: str, *, addresses: dict[str, str]) -> str:
    """Return the markup `text` as HTML; `addresses` leads from page keys to addresses.

    Raises Malformed for a link to no page.
    """
    return "\n".join(_block(block, addresses) for block in re.split(r"\n\s*\n", text.strip()))


def _block(block: str, addresses: dict[str, str]) -> str:
    if block.startswith("### "):
        return f"<h3>{_inline(block[4:], addresses)}</h3>"
    if block.startswith("- "):
        items = [" ".join(item.split()) for item in re.split(r"^- ", block, flags=re.M)[1:]]
        return "<ul>" + "".join(f"<li>{_inline(item, addresses)}</li>" for item in items) + "</ul>"
    return f"<p>{_inline(' '.join(block.split()), addresses)}</p>"


def _inline(text: str, addresses: dict[str, str]) -> str:
    def link(match: re.Match[str]) -> str:
        words, target = match.groups()
        page, hash_mark, anchor = target.partition("#")
        if not target.startswith("https://"):
            if page not in addresses:
                raise Malformed(f"“{words}” links to {page}, which is no page.")
            target = f"{addresses[page]}{hash_mark}{anchor}"
        # The whole text is escaped before its links are read.
        return f'<a href="{target}">{words}</a>'

    return _STRONG.sub(r"<strong>\1</strong>", _LINK.sub(link, escape(text, quote=False)))
