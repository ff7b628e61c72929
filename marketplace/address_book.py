"""A customer's book of addresses. Orders keep their own copy, so nothing here changes one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from weintl.accounts.models import User

from .models import SavedAddress

LIMIT = 20
LABEL = 40
PLACE = ("name", "street", "street_extra", "district", "city", "region", "postcode", "country")


class Refused(Exception):
    """The address cannot be kept; `message` says why to the customer."""

    message: Any = _("This address cannot be kept.")


class Full(Refused):
    """The book has as many addresses as it takes."""

    message = _("Your book holds 20 addresses. Remove one to keep another.")


class SameLabel(Refused):
    """Another address of the book has that name."""

    message = _("Another of your addresses has this name. Give this one another.")


@dataclass(frozen=True, slots=True)
class Entry:
    """An address as it was filled in: `place` has the names of PLACE, country as a code."""

    label: str
    place: Mapping[str, str]
    is_default: bool = False


def of(user: Any) -> QuerySet[SavedAddress]:
    """Return the addresses of an account, the one that is used first before the others."""
    return SavedAddress.objects.filter(customer=user).order_by("-is_default", "label", "pk")


def place_of(address: SavedAddress) -> dict[str, str]:
    """Return name and address as they are typed into a form."""
    return {name: str(getattr(address, name)) for name in PLACE}


@transaction.atomic
def add(*, user: Any, entry: Entry, now: datetime) -> SavedAddress:
    """Keep an address; the first one is used first. Raises Full, SameLabel."""
    # One at a time, so that two clicks neither pass the limit nor keep the same twice.
    _lock(user)
    known = list(of(user))
    for each in known:
        if each.label == entry.label and place_of(each) == dict(entry.place):
            return each
    if len(known) >= LIMIT:
        raise Full
    if any(each.label == entry.label for each in known):
        raise SameLabel
    is_default = entry.is_default or not known
    if is_default:
        of(user).filter(is_default=True).update(is_default=False)
    return SavedAddress.objects.create(
        customer=user, label=entry.label, is_default=is_default, created_at=now, **entry.place
    )


@transaction.atomic
def change(*, user: Any, pk: int, entry: Entry) -> SavedAddress:
    """Write an address anew. Raises SavedAddress.DoesNotExist where it is not theirs, SameLabel."""
    _lock(user)
    address = of(user).get(pk=pk)
    if of(user).filter(label=entry.label).exclude(pk=pk).exists():
        raise SameLabel
    if entry.is_default and not address.is_default:
        of(user).filter(is_default=True).update(is_default=False)
        address.is_default = True
    address.label = entry.label
    for name in PLACE:
        setattr(address, name, entry.place[name])
    address.save(update_fields=["label", "is_default", *PLACE])
    return address


@transaction.atomic
def use_first(*, user: Any, pk: int) -> None:
    """Let the checkout begin with this address. Raises SavedAddress.DoesNotExist."""
    _lock(user)
    address = of(user).get(pk=pk)
    of(user).filter(is_default=True).exclude(pk=pk).update(is_default=False)
    address.is_default = True
    address.save(update_fields=["is_default"])


@transaction.atomic
def remove(*, user: Any, pk: int) -> None:
    """Forget an address; the oldest that is left is used first then. Safe to repeat."""
    _lock(user)
    of(user).filter(pk=pk).delete()
    left = SavedAddress.objects.filter(customer=user)
    if not left.filter(is_default=True).exists():
        first = left.order_by("pk").first()
        if first is not None:
            first.is_default = True
            first.save(update_fields=["is_default"])


@transaction.atomic
def keep(*, user: Any, place: Mapping[str, str], now: datetime) -> SavedAddress:
    """Keep an address of the checkout under its street and town, once. Raises Full."""
    _lock(user)
    wanted = {name: place[name] for name in PLACE}
    known = list(of(user))
    for each in known:
        if place_of(each) == wanted:
            return each
    words = ", ".join(filter(None, (wanted["street"], wanted["city"]))) or wanted["name"]
    labels = {each.label for each in known}
    label, number = words[:LABEL], 2
    while label in labels:
        ending = f" ({number})"
        label, number = words[: LABEL - len(ending)] + ending, number + 1
    return add(user=user, entry=Entry(label, wanted), now=now)


def _lock(user: Any) -> None:
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
