"""What of a row is searched: its columns, their indexes, and a query over them."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import (
    SearchHeadline,
    SearchQuery,
    SearchRank,
    SearchVector,
)
from django.db.models import (
    Count,
    F,
    Func,
    Index,
    Model,
    Q,
    QuerySet,
    TextField,
    Value,
    Window,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Concat, Left, NullIf

from .words import CONFIGS, Words

# Signs of the private use area, which no text of ours has: they become <mark> after escaping.
BEGIN, END = "\ue000", "\ue001"
COLUMNS = ("kind", "heading", "address", "detail", "excerpt", "rank", "total")
EXCERPT = 220


class Folded(Func):
    """A text in lower case without accents."""

    function = "weintl_fold"
    output_field = TextField()


def written(name: str, language: str) -> Any:
    """Return a translated column in `language`, in English where it has no words there."""
    if language == "en":
        return F(f"{name}_en")
    text = TextField()
    own = NullIf(F(f"{name}_{language}"), Value("", output_field=text), output_field=text)
    return Coalesce(own, F(f"{name}_en"), output_field=text)


@dataclass(frozen=True)
class Document:
    """The searched columns of a model. Those in `plain` are the same in each language."""

    heading: tuple[str, ...]
    body: tuple[str, ...]
    plain: tuple[str, ...] = ()

    def written(self, name: str, language: str) -> Any:
        """Return a column in `language`; what is not translated is searched in English."""
        return F(name) if name in self.plain else written(name, language)

    def vector(self, language: str) -> Combinable:
        """Return the stemmed words; those of the heading count more."""
        config = CONFIGS[language]
        columns = [
            [self.written(name, language) for name in names] for names in (self.heading, self.body)
        ]
        return SearchVector(*columns[0], config=config, weight="A") + SearchVector(
            *columns[1], config=config, weight="C"
        )

    def headline(self, language: str) -> Concat:
        """Return the words of the heading: likeness to whole texts would cost too much."""
        parts: list[Any] = [self.written(self.heading[0], language)]
        for name in self.heading[1:]:
            parts += [Value(". "), self.written(name, language)]
        return Concat(*parts, output_field=TextField())

    def summary(self, language: str) -> Func:
        """Return what excerpts are taken from: the words of the body that there are."""
        texts = [
            NullIf(self.written(name, language), Value(""), output_field=TextField())
            for name in self.body
        ]
        return Func(Value(" · "), *texts, function="concat_ws", output_field=TextField())

    def indexes(self, name: str) -> list[Index]:
        """Return the indexes that searching needs, two for each language."""
        found: list[Index] = []
        for language in CONFIGS:
            folded = OpClass(Folded(self.headline(language)), name="gin_trgm_ops")
            found += [
                GinIndex(self.vector(language), name=f"{name}_words_{language}"),
                GinIndex(folded, name=f"{name}_like_{language}"),
            ]
        return found

    def search(self, rows: QuerySet[Any], words: Words, *, also: Q | None = None) -> QuerySet[Any]:
        """Return the rows that have all words, or meet `also`; see `ranked`."""
        rows = rows.alias(vector=self.vector(words.language))
        return ranked(rows, words, text=self.summary(words.language), also=also)

    def resemble(self, rows: QuerySet[Any], words: Words) -> QuerySet[Any]:
        """Return the rows with words in their heading like those typed; see `alike`."""
        rows = rows.alias(folded=Folded(self.headline(words.language)))
        return alike(rows, words, text=self.summary(words.language))


def ranked(rows: QuerySet[Any], words: Words, *, text: Any, also: Q | None = None) -> QuerySet[Any]:
    """Return the rows whose `vector` has all words, the best first, with rank and excerpt."""
    query: SearchQuery = words.query
    excerpt = SearchHeadline(
        text,
        query,
        config=words.config,
        start_sel=BEGIN,
        stop_sel=END,
        min_words=12,
        max_words=28,
        max_fragments=2,
        fragment_delimiter=" … ",
    )
    return rows.filter(Q(vector=query) | (also or Q())).annotate(
        rank=SearchRank(F("vector"), query), excerpt=excerpt
    )


def alike(rows: QuerySet[Any], words: Words, *, text: Any) -> QuerySet[Any]:
    """Return the rows whose `folded` text is like the words, the likest first."""
    return rows.filter(words.is_like("folded")).annotate(
        rank=words.likeness("folded"), excerpt=Left(text, EXCERPT)
    )


def columns(
    rows: QuerySet[Model],
    *,
    kind: str,
    heading: Any,
    address: Any,
    detail: Any,
    limit: int,
    total: Any = None,
) -> QuerySet[Any, Any]:
    """Return the first `limit` rows in the columns that all kinds share, with their total.

    `total` says it where `rows` are not all that was found.
    """
    texts = {"heading": heading, "address": address, "detail": detail}
    # A queryset of translated rows puts columns into an order of its own.
    plain: QuerySet[Any, Any] = QuerySet(model=rows.model, query=rows.query.chain())
    return (
        plain.annotate(
            as_kind=Value(kind, output_field=TextField()),
            total=Window(Count("*")) if total is None else total,
            **{f"as_{name}": Cast(text, TextField()) for name, text in texts.items()},
        )
        .order_by("-rank", "pk")
        .values_list(
            "as_kind", "as_heading", "as_address", "as_detail", "excerpt", "rank", "total"
        )[:limit]
    )
