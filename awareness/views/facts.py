"""The list of all figures, the page of each, and both as data."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from awareness import charts, facts, methods
from awareness.models import Page, Statistic
from weintl.kept.keeping import kept_page
from weintl.web import absolute, crumbs, described

from .pages import body_of, own_page


@kept_page
def facts_page(request: HttpRequest) -> HttpResponse:
    """List the public figures by topic, all in brief or those of a topic or verdict in full."""
    choice = _choice(request)
    own = own_page("facts")
    shown = _figures(today=timezone.localdate())
    listed = [figure for figure in shown if figure.is_listed]
    chosen = [figure for figure in listed if choice.takes(figure)]
    drawn = charts.of_parts(shown)
    context = {
        "page": own,
        "page_object": own,
        "section": "facts",
        "body": body_of(own) if not choice.query else None,
        "choice": choice,
        "topics": facts.topics(listed, choice=choice),
        "verdicts": facts.verdicts(listed, choice=choice),
        "groups": facts.by_topic(chosen),
        "charts": [
            (drawn[figure.pk], methods.in_words(figure.method_family))
            for figure in chosen
            if figure.pk in drawn
        ],
        "count": len(chosen),
        "described": _dataset(own, shown) if not choice.query and shown else None,
    }
    return render(request, "awareness/facts.html", context)


@kept_page
def fact(request: HttpRequest, key: str) -> HttpResponse:
    """Show one figure with all that is known of it; its address never changes."""
    rows = Statistic.objects.public().for_display(today=timezone.localdate())
    found = {row.key: row for row in rows.with_parts(key=key)}
    figure = found.get(key)
    if figure is None:
        raise Http404
    context = {
        "figure": figure,
        "section": "facts",
        "described": described(crumbs(_way(figure))),
        "chart": charts.of_parts(found.values()).get(figure.pk),
        "method": methods.in_words(figure.method_family),
        "whole": figure.part_of if figure.part_of and figure.part_of.is_public else None,
    }
    return render(request, "awareness/fact.html", context)


@kept_page
def facts_csv(request: HttpRequest) -> HttpResponse:
    """Return the chosen figures as a table; the mark at its head tells spreadsheets of UTF-8."""
    text = facts.as_csv(_chosen(request))
    response = HttpResponse(text.encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="figures-{get_language()}.csv"'
    response["X-Robots-Tag"] = "noindex"
    return response


@kept_page
def facts_json(request: HttpRequest) -> HttpResponse:
    """Return the chosen figures as data, with the meaning of each column."""
    data = facts.as_json(_chosen(request))
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'inline; filename="figures-{get_language()}.json"'
    response["X-Robots-Tag"] = "noindex"
    return response


def _choice(request: HttpRequest) -> facts.Choice:
    try:
        return facts.choose(request.GET)
    except facts.UnknownChoice as error:
        raise Http404 from error


def _figures(*, today: date) -> list[Statistic]:
    rows = Statistic.objects.public().for_display(today=today).select_related("part_of")
    return list(rows)


def _chosen(request: HttpRequest) -> list[Statistic]:
    choice = _choice(request)
    return [row for row in _figures(today=timezone.localdate()) if choice.takes(row)]


def _way(figure: Statistic) -> list[tuple[str, str]]:
    return [
        (_("Home"), reverse("awareness:home")),
        (_("Facts"), reverse("awareness:facts")),
        (figure.counts_what, figure.get_absolute_url()),
    ]


def _dataset(own: Page, shown: list[Statistic]) -> SafeString:
    """Describe the list to search engines: what it is, where the data are, how fresh."""
    page = absolute(reverse("awareness:facts"))
    data: dict[str, Any] = {
        "@type": "Dataset",
        "name": own.title,
        "description": own.description or own.lede,
        "url": page,
        "inLanguage": get_language(),
        "dateModified": max(figure.checked_on for figure in shown).isoformat(),
        "isAccessibleForFree": True,
        "publisher": {"@type": "Organization", "url": absolute(reverse("awareness:home"))},
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": kind,
                "contentUrl": absolute(reverse(f"awareness:facts_{name}")),
            }
            for name, kind in (("csv", "text/csv"), ("json", "application/json"))
        ],
    }
    return described(data)
