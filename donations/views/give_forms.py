"""The form of a page that takes gifts: its currency, what it begins with, what comes back."""

import re
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property

from weintl.money import Money

from .. import gifts, guard, suggestions
from ..extra_forms import form_of
from ..forms import GiveForm, format_plain
from ..models import Campaign, Fund, Gift, Suggestion

MOST_CENTS_DIGITS = 9
TOKEN = re.compile(r"[\w-]{16,64}", re.ASCII)


class GiveFormFor:
    """Makes the form of one page: its currency, its amounts, and its campaign if it has one.

    `before` is the gift of a form that led to the payment page and was not paid.
    """

    def __init__(
        self,
        currency: str,
        campaign: Campaign | None = None,
        *,
        currencies: Sequence[str] = (),
        before: Gift | None = None,
    ) -> None:
        """Read nothing yet."""
        self.currency = currency
        self.campaign = campaign
        self.currencies = currencies
        self.before = before if before and before.currency == currency else None

    @cached_property
    def offers(self) -> Sequence[Suggestion]:
        """Return what the page offers; one query, the first time."""
        return suggestions.offers(currency=self.currency, campaign=self.campaign)

    def __call__(self, *args: Any, **kwargs: Any) -> GiveForm:
        """Return the form, empty or of what was sent."""
        return GiveForm(
            *args,
            currency=self.currency,
            currencies=self.currencies,
            offers=lambda: self.offers,
            campaign=self.campaign,
            **kwargs,
        )


def begun_before(request: HttpRequest) -> Gift | None:
    """Return the unpaid gift whose payment page somebody has just left, else None."""
    token = request.GET.get("unpaid", "")
    if request.method == "POST" or not TOKEN.fullmatch(token):
        return None
    latest = timezone.now() - guard.FORM_LIVES
    fresh = Gift.objects.filter(state__in=gifts.UNPAID, created_at__gte=latest)
    fresh = fresh.filter(donor__erased_at=None, payment__purpose="gift").select_related(
        "payment", "fund", "tribute"
    )
    return fresh.filter(token=token).first()


def typed(request: HttpRequest, make: GiveFormFor) -> dict[str, Any]:
    """Return what was typed before the currency was changed; an amount chosen is not kept."""
    kept = {name: request.POST[name] for name in GiveForm.base_fields if name in request.POST}
    return kept | {"choice": _first(make)}


def wanted(request: HttpRequest, make: GiveFormFor) -> dict[str, Any]:
    """Return what the address asks to have chosen: `fund`, `cents`, or all of `unpaid`."""
    found: dict[str, Any] = {"submission_key": guard.new_form(), "choice": _first(make)}
    if make.campaign is None:
        keys = list(Fund.objects.open_now().values_list("key", flat=True))
        asked = request.GET.get("fund")
        found["fund"] = asked if asked in keys else next(iter(keys), None)
    text = request.GET.get("cents", "")
    if text.isascii() and text.isdecimal() and len(text) <= MOST_CENTS_DIGITS:
        found |= _amount(int(text), make)
    if make.before:
        found |= _amount(make.before.amount, make) | form_of(make.before)
    return found


def _first(make: GiveFormFor) -> int | None:
    first = suggestions.first(make.offers)
    return first.amount if first else None


def _amount(cents: int, make: GiveFormFor) -> dict[str, Any]:
    """Return the amount as chosen where it is offered, else as typed."""
    if cents in {each.money.amount for each in make.offers}:
        return {"choice": cents}
    return {"own_amount": format_plain(Money(cents, make.currency))}
