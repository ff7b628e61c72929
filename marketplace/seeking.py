"""What has the words that somebody typed, or those probably meant, counted by looks.

What is asked one after the other is one statement: a later part runs only where the one before it
has found nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from weintl.kept.keeping import Remembered, State
from weintl.search import spelling
from weintl.search.words import Words

from .browsing import Choice, Terms, having, own_range, typed_amounts
from .looks import Group, Tally, memory, tally

# Of the whole shop, until anything in it is changed.
whole: Remembered[Tally] = Remembered()
COLUMNS = "is_in_stock, is_within, looks, pieces"
NOTHING_MEANT = "NULL::integer, NULL::text, NULL::text, NULL::boolean, NULL::double precision"
# Pieces of programmes that the shop does not show do not count as found.
NOT_FOUND = """NOT EXISTS (SELECT FROM counted WHERE %s OR EXISTS (
    SELECT FROM marketplace_look k WHERE k.id = ANY (looks) AND k.programme_id = ANY (%s)))"""


@dataclass(frozen=True, slots=True)
class Sought:
    """What the words of a choice found: `words` are those that were looked for in the end."""

    tally: Tally
    words: Words | None


def seek(choice: Choice, terms: Terms, *, state: State | None = None) -> Sought:
    """Count what has all the words; else what has those probably meant; else some of them.

    No statement without words while nothing has changed since `state`; one for words that are
    found, two for others; and one more while the process gets to know looks.
    """
    within, words = own_range(choice), choice.words
    if words is None and within is None:
        return Sought(whole.get("", lambda: tally(having(None)), state=state), None)
    if words is None:
        return Sought(tally(having(None), within=within), None)
    groups, near = _typed(words, choice, terms)
    best = Sought(Tally(groups), words)
    meant = spelling.choose(words, near) if near else None
    if meant is None:
        return best
    tries = [meant.words] if meant.words.terms != words.terms else []
    tries += [replace(meant.words, is_any=True)] if len(meant.words.terms) > 1 else []
    for other, found in _others(tries, choice, terms):
        own = Tally(found)
        if own.count(memory.having("programme_id", terms.programmes.values())):
            return Sought(own, other)
    return best


def _typed(words: Words, choice: Choice, terms: Terms) -> tuple[list[Group], list[Any]]:
    """Return what the words found, or else what may be meant by them."""
    counted, values = _counted(words, choice)
    near, more = spelling.near(words).query.sql_with_params()
    sql = (
        f"WITH counted AS MATERIALIZED ({counted}) "  # noqa: S608
        f"SELECT {COLUMNS}, {NOTHING_MEANT} FROM counted UNION ALL "
        f"SELECT NULL, NULL, NULL, NULL, near.* FROM ({near}) AS near WHERE {NOT_FOUND}"
    )
    rows = _run(sql, [*values, *more, *_shown(terms)])
    groups = [Group(*row[:4]) for row in rows if row[0] is not None]
    return groups, [row[4:] for row in rows if row[0] is None]


def _others(
    tries: Sequence[Words], choice: Choice, terms: Terms
) -> list[tuple[Words, list[Group]]]:
    """Return what the first of at most two other searches found, or else the second."""
    if not tries:
        return []
    counted, values = _counted(tries[0], choice)
    sql = f"WITH counted AS MATERIALIZED ({counted}) SELECT 0, {COLUMNS} FROM counted"  # noqa: S608
    for place, words in enumerate(tries[1:], start=1):
        other, more = _counted(words, choice)
        # Values of our own alone: what was typed goes beside them.
        part = f"SELECT {place}, {COLUMNS} FROM ({other}) AS other WHERE {NOT_FOUND}"  # noqa: S608
        sql += f" UNION ALL {part}"
        values = [*values, *more, *_shown(terms)]
    rows = _run(sql, values)
    found: list[list[Group]] = [[] for _words in tries]
    for place, *group in rows:
        found[place].append(Group(*group))
    return list(zip(tries, found, strict=True))


def _counted(words: Words, choice: Choice) -> tuple[str, list[Any]]:
    """Return the query, with its values, that counts pieces with the words by look."""
    name = f"marketplace_counted_{words.language}"
    values = [words.raw, *typed_amounts(choice)]
    return f"SELECT * FROM {name}(%s, %s, %s)", values  # noqa: S608


def _shown(terms: Terms) -> list[Any]:
    return [terms.is_all_active, sorted(terms.programmes.values())]


def _run(sql: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
