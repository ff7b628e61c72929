"""What was meant by a misspelt word: looked for among the few words that occur, not in all texts.

A word is known where one of its forms occurs. Else whatever is one slip away (a letter too many,
too few, another one, two that changed places) is looked up as it stands, and what is further away
by its trigrams, as the documentation of pg_trgm advises; the nearest is taken.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from string import ascii_lowercase
from typing import Any

from django.contrib.postgres.search import SearchVector, TrigramSimilarity
from django.db.models import BooleanField, Case, F, FloatField, Func, Q, TextField, Value, When
from django.db.models.functions import Cast

from .models import Word
from .words import Words, fold

# Of each word so many that are like it are looked at.
MOST = 40
# A longer word has room for more slips.
SLIPS = ((3, 0), (5, 1), (8, 2))
MORE_SLIPS = 3
# What is left without the ending of a plural must still be a word.
SHORTEST = 4
# Number of the word typed; a word that occurs, the same folded; is it a form of it; likeness.
Near = tuple[int, str, str, bool, float]


@dataclass(frozen=True)
class Meant:
    """Words that occur in place of those typed, and how like they are on average, 0 to 1."""

    words: Words
    likeness: float


class _Stems(Func):
    """The stems of a vector, as a list."""

    function = "tsvector_to_array"


def meant(words: Words) -> Meant | None:
    """Return the words with what is misspelt replaced, in one statement; None where none is known.

    A word that is like none that occurs is left out.
    """
    return choose(words, near(words)) if words.terms else None


def near(words: Words) -> Any:
    """Return a query for what may be meant, of at least one word: rows as `choose` takes them."""
    first, *others = (_near(number, term, words) for number, term in enumerate(words.terms))
    return first.union(*others, all=True) if others else first


def choose(words: Words, rows: Iterable[Near]) -> Meant | None:
    """Return the words with what is misspelt replaced by the nearest of `rows`, or None."""
    found: dict[int, list[tuple[str, str, bool, float]]] = {}
    for number, word, folded, is_known, likeness in rows:
        found.setdefault(number, []).append((word, folded, is_known, likeness))
    kept: dict[str, float] = {}
    for number, term in enumerate(words.terms):
        best = _best(fold(term), term, found.get(number, []))
        if best is not None:
            kept.setdefault(*best)
    if not kept:
        return None
    terms = tuple(kept)
    text = words.text if terms == words.terms else " ".join(terms)
    return Meant(replace(words, text=text, terms=terms), sum(kept.values()) / len(words.terms))


def _near(number: int, term: str, words: Words) -> Any:
    folded = fold(term)
    stems = _Stems(SearchVector(Value(term), config=words.config), output_field=TextField())
    is_form = Q(stem=Func(stems, template="(%(expressions)s)[1]", output_field=TextField()))
    one_away = {slip for form in forms(folded) for slip in slips(form)}
    near = Q(folded__in=sorted(one_away)) | Q(folded__trigram_similar=folded)
    return (
        Word.objects.filter(is_form | near, language=words.language)
        .annotate(
            number=Value(number),
            is_known=Case(When(is_form, then=True), default=False, output_field=BooleanField()),
            likeness=Cast(TrigramSimilarity("folded", folded), FloatField()),
        )
        .order_by("-is_known", F("likeness").desc(), "word")
        .values_list("number", "word", "folded", "is_known", "likeness")[:MOST]
    )


def _best(
    folded: str, term: str, rows: Iterable[tuple[str, str, bool, float]]
) -> tuple[str, float] | None:
    """Return the word that stands for `term`, and its likeness."""
    best: tuple[int, float, str] | None = None
    for word, other, is_known, likeness in rows:
        if is_known:
            return term, 1.0
        away = min(distance(form, other) for form in forms(folded))
        if away <= _allowed(folded) and (best is None or (away, -likeness, word) < best):
            best = (away, -likeness, word)
    return None if best is None else (best[2], 1 - best[0] / max(len(folded), len(best[2])))


def _allowed(word: str) -> int:
    return next((slips for longest, slips in SLIPS if len(word) <= longest), MORE_SLIPS)


def forms(word: str) -> list[str]:
    """Return a folded word, and what it is without the ending of a plural, English or Spanish.

    Of "scrafs" only "scraf" is one slip away from "scarf", which may be all that occurs.
    """
    bare = [word.removesuffix(ending) for ending in ("s", "es") if word.endswith(ending)]
    return [word, *(form for form in bare if len(form) >= SHORTEST)]


def slips(word: str) -> set[str]:
    """Return all that one slip makes of a folded word."""
    parts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    found = {left + right[1:] for left, right in parts if right}
    found |= {left + right[1] + right[0] + right[2:] for left, right in parts if len(right) > 1}
    for letter in ascii_lowercase:
        found |= {left + letter + right for left, right in parts}
        found |= {left + letter + right[1:] for left, right in parts if right}
    return found


def distance(one: str, other: str) -> int:
    """Return how many slips lie between two words; two letters that changed places are one.

    Optimal string alignment: https://en.wikipedia.org/wiki/Damerau–Levenshtein_distance
    """
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        now = [row]
        for column, against in enumerate(other, start=1):
            least = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != against))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == against:
                least = min(least, before[column - 2] + 1)
            now.append(least)
        before, last = last, now
    return last[-1]
