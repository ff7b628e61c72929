"""The cards of pieces in lists, kept in memory until anything is changed.

A list can be asked for by any words, filters and orders, and is put together anew; the cards that
it consists of are the same in all of them.
"""

from collections.abc import Sequence
from datetime import datetime

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from weintl.kept.keeping import Parts, State

from .models import Product

Key = tuple[str, int]
# Some kilobytes each.
kept: Parts[Key, SafeString] = Parts(room=2_000)


def of(ids: Sequence[int], *, now: datetime, state: State | None) -> list[SafeString]:
    """Return the cards of products in the order of their `ids`, in the active language.

    One statement for those that are not kept, however many; none where all are. Products that
    are gone meanwhile are left out.
    """
    language = get_language() or "en"
    keys = [(language, pk) for pk in ids]
    made = kept.get(keys, lambda missing: _made(missing, now=now), state=state)
    return [made[key] for key in keys if key in made]


def _made(keys: Sequence[Key], *, now: datetime) -> dict[Key, SafeString]:
    by_id = {key[1]: key for key in keys}
    return {
        by_id[product.pk]: render_to_string(
            "marketplace/_good.html", {"product": product, "shown": product.cover}
        )
        for product in Product.objects.for_cards(now=now).filter(pk__in=by_id)
    }
