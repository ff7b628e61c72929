"""The funds of a first run: most needed, the five uses, each programme; with examples."""

import tomllib
from datetime import datetime
from pathlib import Path

from django.utils.translation import override

from donations.models import Fund
from partners.models import Programme

from . import campaigns, examples

CONTENT = Path(__file__).with_name("funds.toml")
PROGRAMMES_FROM = 100


def load(*, now: datetime) -> None:
    """Add the funds that are missing; what is there already is left as it is."""
    for position, row in enumerate(tomllib.loads(CONTENT.read_text("utf-8"))["fund"], start=1):
        _add(key=row.pop("key"), use=row.pop("use"), programme=None, position=position, texts=row)
    for programme in Programme.objects.public().select_related("partner"):
        texts = {"name_en": programme.name_en, "name_es": programme.name_es}
        for language in ("en", "es"):
            with override(language):
                place = f"{programme.partner.name}, {programme.country.name}"
            texts[f"hint_{language}"] = place
        _add(
            key=programme.code,
            use="",
            programme=programme,
            position=PROGRAMMES_FROM + programme.pk,
            texts=texts,
        )
    campaigns.load(now=now)
    examples.load_suggestions(now=now)


def _add(
    *, key: str, use: str, programme: Programme | None, position: int, texts: dict[str, str]
) -> None:
    if Fund.objects.filter(key=key).exists():
        return
    Fund.objects.get_or_create(
        programme=programme, use=use, defaults={"key": key, "position": position, **texts}
    )
