"""What every page of the site is built with: its other languages and its form fields."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.http import HttpRequest
from django.template.context import Context
from django.templatetags.static import static
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, get_language_info, override

from weintl.web import absolute, described

register = template.Library()
HOME = "awareness:home"


@dataclass(frozen=True, kw_only=True)
class Alternate:
    """The page in one language: `path` is a path of this site, `name` the language's own."""

    code: str
    name: str
    path: str
    is_current: bool
    is_indexed: bool


def path_in(*, language: str, request: HttpRequest | None, page_object: Any = None) -> str:
    """Return this page's path in `language`, "" where the address carries no language.

    `page_object` answers for its own slugs; else the view's name is turned; an address that
    no view answers leads home.
    """
    with override(language):
        if page_object is not None:
            return str(page_object.get_absolute_url())
        home = reverse(HOME)
    if request is None or request.resolver_match is None:
        return home
    here = request.get_full_path()
    turned = translate_url(here, language)
    return "" if turned == here and language != get_language() else turned


@register.simple_tag(takes_context=True)
def alternates(context: Context) -> list[Alternate]:
    """Return the page in each language of the site, in the order of the settings.

    A page that knows `is_translated` is offered to search engines only where it is.
    """
    request, page_object = context.get("request"), context.get("page_object")
    found = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            is_indexed = request is not None and request.resolver_match is not None
            is_indexed = is_indexed and bool(getattr(page_object, "is_translated", True))
        path = path_in(language=code, request=request, page_object=page_object)
        if path:
            found.append(
                Alternate(
                    code=code,
                    name=capfirst(get_language_info(code)["name_local"]),
                    path=path,
                    is_current=code == get_language(),
                    is_indexed=is_indexed,
                )
            )
    return found


@register.inclusion_tag("_card.html", takes_context=True)
def card(
    context: Context, title: str, description: str = "", picture: Any = None
) -> dict[str, Any]:
    """Describe the page to networks that show links as cards; without a picture, with ours.

    Only what may be shown anywhere: never a story's picture, nothing on discreet pages, and
    nobody without a consent for other networks.
    """
    is_shown = picture and picture.may_be_seen(now=timezone.now(), scope="social")
    files = picture.files("webp") if is_shown else []
    return {
        "title": title,
        "description": description,
        "picture": picture if files else None,
        "image": files[-1].url if files else "",
        "site_url": context.get("site_url", ""),
    }


@register.simple_tag(takes_context=True)
def organisation_described(context: Context) -> SafeString:
    """Return the organisation in the words of schema.org: what its record says, and no more."""
    organisation = context["organisation"]
    data = {
        "@type": "NGO",
        "name": organisation.name,
        "legalName": organisation.legal_name,
        "url": absolute(reverse(HOME)),
        "image": absolute(static("img/share.png")),
        "email": organisation.contact_email,
        "description": organisation.mission,
        "taxID": organisation.tax_number,
    }
    return described({name: value for name, value in data.items() if value})


@register.simple_tag
def control(field: BoundField, css: str = "") -> SafeString:
    """Render the field's widget with the classes of its kind; Django adds the aria attributes."""
    if kind(field) != "line":
        return field.as_widget()
    classes = " ".join(filter(None, ["in", css, field.field.widget.attrs.get("class")]))
    # A placeholder vanishes while one types: the label and the hint say it for good.
    return field.as_widget(attrs={"class": classes, "placeholder": False})


@register.filter
def kind(field: BoundField) -> str:
    """Say how a field is laid out: "check" (one box), "choices" (several) or "line"."""
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        return "check"
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "choices"
    return "line"


@register.filter
def first_control(field: BoundField) -> str:
    """Return the id that a link of the error summary must lead to."""
    return f"{field.auto_id}_0" if kind(field) == "choices" else str(field.id_for_label)
