"""Four made-up partners with their programmes, rules and pictures, for demonstrations."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from partners.models import PROGRAMME_USES, Partner, Programme, SplitRule
from weintl.accounts.models import User
from weintl.media import pictures
from weintl.media.models import Picture

from . import records

CONTENT = Path(__file__).with_name("programmes.toml")
PICTURES = CONTENT.with_name("pictures")
# Before anything that a demonstration shows happened.
SINCE = datetime(2024, 1, 1, tzinfo=UTC)


def load(*, now: datetime, author: User, approver: User) -> None:
    """Add the demonstration's partners, programmes and rules that are missing.

    `author` wrote the rules, `approver`, another person, approved them; `now` is when.
    What is there already is left as it is.
    """
    for row in tomllib.loads(CONTENT.read_text("utf-8"))["partner"]:
        programme = row.pop("programme")
        rules = programme.pop("rule")
        slug = row.pop("slug")
        picture = _picture(slug, alts=(row.pop("alt_en"), row.pop("alt_es")), now=now)
        partner, is_new = Partner.objects.get_or_create(
            slug=slug, defaults={**_trimmed(row), "picture": picture}
        )
        if is_new:
            records.load(partner=partner, now=now, author=author, approver=approver)
        kept, _new = Programme.objects.get_or_create(
            code=programme.pop("code"),
            defaults={**_trimmed(programme), "partner": partner, "country": partner.country},
        )
        for rule in rules:
            for product, maker_pay in {"": rule["maker_pay"], **rule["products"]}.items():
                add_rule(
                    programme=kept,
                    product_code=product,
                    maker_pay=maker_pay,
                    share_ppm=rule["share"],
                    weights=rule["weights"],
                    now=now,
                    author=author,
                    approver=approver,
                )


def _picture(slug: str, *, alts: tuple[str, str], now: datetime) -> Picture:
    data = (PICTURES / f"{slug}.webp").read_bytes()
    alt_en, alt_es = alts
    return pictures.store(key=f"partner-{slug}", data=data, alt_en=alt_en, alt_es=alt_es, now=now)


def _trimmed(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value.strip() if isinstance(value, str) else value for key, value in row.items()}


def add_rule(
    *,
    programme: Programme,
    product_code: str,
    maker_pay: int,
    share_ppm: int,
    weights: list[int],
    now: datetime,
    author: User,
    approver: User,
) -> SplitRule:
    """Return the first rule of a programme's product, made and approved if there is none.

    `maker_pay` in cents, `weights` in ppm in the order of PROGRAMME_USES; no product code
    means the whole programme. In force since long ago, or from now on where the programme
    has sold already: no rule begins before what was shared without it.
    """
    kept = SplitRule.objects.filter(programme=programme, product_code=product_code).first()
    if kept:
        return kept
    return SplitRule.objects.create(
        programme=programme,
        product_code=product_code,
        maker_pay_amount=maker_pay,
        programme_ppm=share_ppm,
        effective=DateTimeTZRange(now if programme.accounts.exists() else SINCE, None, "[)"),
        reason="Agreed for the demonstration",
        created_by=author,
        created_at=now,
        approved_by=approver,
        approved_at=now,
        **{f"{use.value}_ppm": weight for use, weight in zip(PROGRAMME_USES, weights, strict=True)},
    )
