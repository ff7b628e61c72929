"""Who gives: what donors say of themselves, and how they stand on papers."""

from datetime import datetime

from django.db import transaction

from .models import Donor, Gift


def lines_of(donor: Donor, *, name: str = "", organisation: str = "") -> list[str]:
    """Return the donor as on a paper, a line each: organisation, name, then the address.

    `name` and `organisation` are those given with a gift. Without any the e-mail address
    stands for them.
    """
    wanted = (organisation or donor.organisation, name or donor.name)
    named = [line for line in wanted if line]
    return [*(named or [donor.email]), *donor.address.splitlines()]


def known(email: str) -> Donor | None:
    """Return the donor that an address leads to, in any case of letters; None for none."""
    found = Donor.objects.select_related("merged_into").filter(email=email.lower()).first()
    return found and (found.merged_into or found)


def known_or_new(*, email: str, name: str, language: str, now: datetime) -> Donor:
    """Return the donor that an address leads to; a new one where nobody gave with it before."""
    found, _is_new = Donor.objects.select_related("merged_into").get_or_create(
        email=email.lower(),
        defaults={"name": name[:120], "language": language, "created_at": now},
    )
    return found.merged_into or found


@transaction.atomic
def change_details(
    *, donor: Donor, name: str, organisation: str, address: str, language: str
) -> None:
    """Keep what a donor says; mails about all gifts come in that language from now on.

    Receipts that are out stay as they were issued.
    """
    donor = Donor.objects.select_for_update(no_key=True).get(pk=donor.pk)
    donor.name, donor.organisation = name, organisation
    donor.address, donor.language = address, language
    donor.save(update_fields=["name", "organisation", "address", "language"])
    Gift.objects.filter(donor=donor).exclude(language=language).update(language=language)
