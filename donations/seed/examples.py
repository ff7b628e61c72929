"""For demonstrations: suggested amounts with made-up prices, and a batch that waits for booking."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import localdate

from donations import amounts
from donations.models import Fund, OfflineBatch, OfflineGift, Suggestion
from weintl.organisation.models import Organisation

SOURCE = "Price list of the demonstration's partners, made up"
# Whole units of a currency like the dollar, and what that pays for.
SUGGESTED = (
    (
        10,
        "The bus to lessons and back for a week, for one person.",
        "El autobús a clase y de vuelta durante una semana, para una persona.",
    ),
    (
        20,
        "Books and paper for a term of evening lessons.",
        "Libros y papel para un trimestre de clases nocturnas.",
    ),
    (40, "An hour with a counsellor.", "Una hora con una psicóloga."),
    (80, "A lawyer's letter to a court.", "Un escrito de una abogada ante un tribunal."),
)
NOTE = "Cheques and transfers of this week (demonstration)"
WAITING = (
    ("cheque", "000417", 5_000, "Marta Quiroga", ""),
    ("cheque", "21-0098", 12_500, "Ivo Lanning", "Lanning Joinery"),
    ("bank", "NOTPROVIDED 8841", 3_000, "Sofía Belmar", ""),
)


def load_suggestions(*, now: datetime) -> None:
    """Add the amounts where staff have recorded none."""
    if Suggestion.objects.exists():
        return
    for currency in Organisation.current().currencies_of_gifts:
        for units, english, spanish in SUGGESTED:
            Suggestion.objects.create(
                currency=currency,
                amount=amounts.of_units(units, currency).amount,
                sentence_en=english,
                sentence_es=spanish,
                source=SOURCE,
                source_on=localdate(now) - timedelta(days=60),
                is_shown=True,
            )


def load_batch(*, now: datetime, author: Any) -> None:
    """Write a batch of offline gifts that staff may book or throw away; none where one is."""
    fund = Fund.objects.filter(key="most-needed").first()
    if fund is None or OfflineBatch.objects.exists():
        return
    batch = OfflineBatch.objects.create(
        note=NOTE, control_amount=sum(row[2] for row in WAITING), created_by=author
    )
    for way, reference, cents, name, organisation in WAITING:
        OfflineGift.objects.create(
            batch=batch,
            way=way,
            reference=reference,
            received_on=localdate(now) - timedelta(days=2),
            amount=cents,
            fund=fund,
            email=f"{name.partition(' ')[0].lower().replace('í', 'i')}@donor.example",
            name=name,
            organisation_name=organisation,
            language="es" if name.startswith(("Marta", "Sof")) else "en",
        )
