"""Searching pages, figures and helplines; each searcher is named in the setting SEARCHES."""

import json
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from weintl.search.documents import alike, columns, ranked, written
from weintl.search.searching import Hit, Searcher
from weintl.search.words import Words

from . import need
from .models import Helpline, Page, PageText, Statistic
from .models.facts import STATISTIC_WORDS
from .models.helplines import HELPLINE_WORDS
from .models.pages import OWN_VIEWS


class Pages(Searcher):
    """Pages by all their words, their figures among them."""

    name = _("Pages")

    def rows(
        self, words: Words, *, kind: str, closely: bool, now: datetime, limit: int
    ) -> QuerySet[Any, Any]:
        """Return public pages with key and path."""
        texts = PageText.objects.filter(
            language=words.language, page__in=Page.objects.public(now=now).order_by()
        )
        found = (alike if closely else ranked)(texts, words, text=F("words"))
        return columns(
            found,
            kind=kind,
            heading=written("page__title", words.language),
            address=written("page__path", words.language),
            detail=F("page__key"),
            limit=limit,
        )

    def hit(self, *, heading: str, address: str, detail: str, excerpt: SafeString) -> Hit:
        """Return title and address."""
        own = detail in OWN_VIEWS
        url = reverse(f"awareness:{detail}") if own else reverse("awareness:page", args=[address])
        return Hit(title=heading, url=url, detail="", excerpt=excerpt)


class Facts(Searcher):
    """Figures by value and by what they count."""

    name = _("Figures")

    def rows(
        self, words: Words, *, kind: str, closely: bool, now: datetime, limit: int
    ) -> QuerySet[Any, Any]:
        """Return public figures with key and value."""
        document = STATISTIC_WORDS
        find = document.resemble if closely else document.search
        return columns(
            find(Statistic.objects.public(), words),
            kind=kind,
            heading=F(f"counts_what_{words.language}"),
            address=F("key"),
            detail=F(f"value_text_{words.language}"),
            limit=limit,
        )

    def hit(self, *, heading: str, address: str, detail: str, excerpt: SafeString) -> Hit:
        """Return what is counted, its value, and its own page."""
        url = reverse("awareness:fact", args=[address])
        return Hit(title=heading, url=url, detail=detail, excerpt=excerpt)


class Helplines(Searcher):
    """Helplines by name, operator and country; a country is known by its usual names too."""

    name = _("Helplines")

    def rows(
        self, words: Words, *, kind: str, closely: bool, now: datetime, limit: int
    ) -> QuerySet[Any, Any]:
        """Return public helplines with their country and numbers."""
        document, shown = HELPLINE_WORDS, Helpline.objects.public()
        if closely:
            found = document.resemble(shown, words)
        else:
            found = document.search(shown, words, also=Q(country__in=need.countries(words)))
        return columns(
            found,
            kind=kind,
            heading=Concat(
                "name", Value(", "), f"country_name_{words.language}", output_field=TextField()
            ),
            address=F("country"),
            detail=F("phones"),
            limit=limit,
        )

    def hit(self, *, heading: str, address: str, detail: str, excerpt: SafeString) -> Hit:
        """Return name and country, the numbers, and the page of the country."""
        url = reverse("awareness:help_country", args=[address.lower()])
        numbers = ", ".join(phone["display"] for phone in json.loads(detail))
        return Hit(title=heading, url=url, detail=numbers, excerpt=excerpt)
