"""Two made-up campaigns for demonstrations: one that runs, one that is to come."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.timezone import localdate

from donations.models import Campaign, Fund
from partners.models import Partner

WINTER = {
    "slug_en": "winter",
    "slug_es": "invierno",
    "name_en": "A winter without a gap",
    "name_es": "Un invierno sin huecos",
    "summary_en": "Rent, heating and company through the winter, wherever it is needed most.",
    "summary_es": "Alquiler, calefacción y compañía durante el invierno, donde más se necesite.",
    "story_en": (
        "Winter is when plans break: a month without work, a bill that cannot wait, a room that"
        " is lost.\n\nWhat comes here goes to the fund for where it is needed most. We decide"
        " month by month, and publish what went where."
    ),
    "story_es": (
        "En invierno se rompen los planes: un mes sin trabajo, una factura que no espera, una"
        " habitación que se pierde.\n\nLo que llega aquí va al fondo para donde más se necesita."
        " Lo decidimos mes a mes y publicamos adónde fue."
    ),
}
TOLD = {
    "title_en": "The first rooms are paid",
    "title_es": "Las primeras habitaciones están pagadas",
    "text_en": "Three partners have said what the winter takes. The first rents went out.",
    "text_es": "Tres socios han dicho qué pide el invierno. Salieron los primeros alquileres.",
}
SCHOOL = {
    "slug_en": "back-to-school",
    "slug_es": "vuelta-al-estudio",
    "name_en": "Back to school, at any age",
    "name_es": "Volver a estudiar, a cualquier edad",
    "summary_en": "Lessons, books and the way there for people who could not finish school.",
    "summary_es": "Clases, libros y el camino para quienes no pudieron terminar la escuela.",
}


def load(*, now: datetime) -> None:
    """Add the campaigns that are missing; what is there already is left as it is."""
    today = localdate(now)
    picture = next((p.picture for p in Partner.objects.public() if p.picture), None)
    winter = _add(
        WINTER,
        fund="most-needed",
        goal_amount=150_000,
        starts_on=today - timedelta(days=70),
        ends_on=today + timedelta(days=60),
        picture=picture,
    )
    if winter is not None:
        winter.updates.create(day=today - timedelta(days=18), **TOLD)
    _add(
        SCHOOL,
        fund="education",
        goal_amount=200_000,
        starts_on=today + timedelta(days=40),
        ends_on=today + timedelta(days=130),
    )


def _add(words: dict[str, str], *, fund: str, **values: object) -> Campaign | None:
    chosen = Fund.objects.filter(key=fund).first()
    if chosen is None or Campaign.objects.filter(slug_en=words["slug_en"]).exists():
        return None
    return Campaign.objects.create(
        **words, **values, fund=chosen, currency=settings.BASE_CURRENCY, is_published=True
    )
