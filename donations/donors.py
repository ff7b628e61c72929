"""Who gives: what donors say of themselves, and how they stand on papers."""

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
