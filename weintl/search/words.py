"""What a reader typed into the search field, as the database can use it."""

import re
import unicodedata
from dataclasses import dataclass

from django.contrib.postgres.search import SearchConfig, SearchQuery
from django.db.models import F, FloatField, Func, Q, Value
from django.db.models.expressions import Combinable

LONGEST = 100
MOST = 8
CONFIGS = {"en": "weintl_en", "es": "weintl_es"}
# A number keeps its decimals; everything that is neither letter nor digit parts words.
TERM = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+")
# Shorter ones are like too much.
SHORTEST_LIKE = 4
# Each word costs a look at every text: the longest say most.
MOST_LIKE = 3
# What pg_trgm takes by itself (0.6) misses two letters that changed places: “muejres” is like
# “mujeres” by a third.
LIKE = 0.3


class WordSimilarity(Func):
    """How much the best run of words in a text is like a word: 0 to 1."""

    function = "word_similarity"
    output_field = FloatField()


@dataclass(frozen=True)
class Words:
    """The text, cut to what is sensible, and its words in lower case."""

    text: str
    terms: tuple[str, ...]
    language: str
    # Whether one of the words is enough.
    is_any: bool = False

    @property
    def config(self) -> SearchConfig:
        """Return the text search configuration of the language."""
        return SearchConfig(Value(CONFIGS[self.language]))

    @property
    def raw(self) -> str:
        """Return what `to_tsquery` reads: every word, or any one, in one of its forms."""
        return (" | " if self.is_any else " & ").join(
            "(" + " | ".join(f"'{form}'" for form in _forms(term, self.language)) + ")"
            for term in self.terms
        )

    @property
    def query(self) -> SearchQuery:
        """Return a query that every word must meet, or any one, in one of its forms."""
        return SearchQuery(self.raw, config=self.config, search_type="raw")

    @property
    def likely(self) -> tuple[str, ...]:
        """Return the words to look for by likeness, folded."""
        folded = sorted((fold(term) for term in self.terms), key=len, reverse=True)
        longer = [term for term in folded if len(term) >= SHORTEST_LIKE]
        return tuple((longer or folded)[:MOST_LIKE])

    def likeness(self, column: str) -> Combinable:
        """Return how much the folded text in `column` is like the words, 0 to 1 on average."""
        first, *rest = (WordSimilarity(Value(term), F(column)) for term in self.likely)
        summed: Combinable = first
        for each in rest:
            summed += each
        return summed / float(len(self.likely))

    def is_like(self, column: str) -> Q:
        """Return the condition that the folded text in `column` is like one of the words."""
        found = Q()
        for term in self.likely:
            found |= Q(**{f"{column}__trigram_word_similar": term})
        return found


def read(text: str, *, language: str) -> Words:
    """Return what was typed without control characters, cut, and parted into words."""
    seen = "".join(" " if unicodedata.category(sign)[0] == "C" else sign for sign in text)
    kept = " ".join(unicodedata.normalize("NFC", seen).split())[:LONGEST].strip()
    terms = tuple(dict.fromkeys(TERM.findall(kept.lower())))[:MOST]
    return Words(text=kept, terms=terms, language=language)


def fold(text: str) -> str:
    """Return `text` in lower case without accents, as the database's own function does."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in parts if not unicodedata.combining(sign)).lower()


def _forms(term: str, language: str) -> list[str]:
    """Return a word in its numbers: the Spanish stemmer parts “mujer” from “mujeres”.

    The English one parts “scarf” from “scarves”.
    """
    if not term.isalpha() or len(term) < 3:
        return [term]
    if language == "en" and term.endswith("ves"):
        return [term, f"{term[:-3]}f", f"{term[:-3]}fe"]
    if language == "en" and term.endswith(("f", "fe")):
        return [term, f"{term.removesuffix('e')[:-1]}ves"]
    if language != "es":
        return [term]
    if term.endswith("ces"):
        return [term, f"{term[:-3]}z"]
    if term.endswith("es"):
        return [term, term[:-1], term[:-2]]
    if term.endswith("s"):
        return [term, term[:-1]]
    if term.endswith("z"):
        return [term, f"{term[:-1]}ces"]
    return [term, f"{term}s", f"{term}es"]
