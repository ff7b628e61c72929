"""The demonstration's shop: five categories, twelve pieces, and what is on the shelf."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from marketplace import deliveries, stock
from marketplace.models import (
    Category,
    Delivery,
    DeliveryLine,
    Product,
    ProductPicture,
    Variant,
)
from partners.models import Programme
from weintl.accounts.models import User
from weintl.media import pictures

FOLDER = Path(__file__).parent
# The shelf was filled before the first order of the demonstration's history.
FILLED = timedelta(days=100)
# Variant, supply, pieces, cost of one in cents, whether it is on the shelf.
DELIVERED = (("BASKET", "owned", 2, 1_900, True), ("NAPKINS", "consigned", 4, 0, False))
WORDS = ("name", "slug", "by_line", "description", "made_by", "material", "size", "care")
TEXTS = tuple(f"{word}_{language}" for word in WORDS for language in ("en", "es"))


def load(*, now: datetime) -> None:
    """Add categories, products, pictures and pieces that are missing; overwrite nothing.

    Needs the programmes of partners.seed. Raises Programme.DoesNotExist without them.
    """
    content = tomllib.loads((FOLDER / "catalogue.toml").read_text("utf-8"))
    for position, row in enumerate(content["category"]):
        Category.objects.get_or_create(
            slug_en=row["slug_en"], defaults={**row, "position": position}
        )
    for position, row in enumerate(content["product"]):
        _load_product(row, filled_at=now - FILLED + timedelta(hours=position))


# All or nothing: a product without its pieces would be taken for loaded by the next run.
@transaction.atomic
def _load_product(row: dict[str, Any], *, filled_at: datetime) -> None:
    if Product.objects.filter(code=row["code"]).exists():
        return
    product = Product.objects.create(
        code=row["code"],
        category=Category.objects.get(slug_en=row["category"]),
        programme=Programme.objects.get(code=row["programme"]),
        is_one_of_a_kind=row.get("is_one_of_a_kind", False),
        is_published=True,
        published_at=filled_at,
        **{name: row[name].strip() for name in TEXTS},
    )
    _load_pictures(product, row, now=filled_at)
    variant = Variant.objects.create(
        product=product,
        sku=row["code"].upper(),
        price_amount=row["price"],
        currency=settings.BASE_CURRENCY,
    )
    for kind, cost in (("consigned", 0), ("owned", row.get("cost", 0))):
        if row.get(kind):
            stock.receive(
                variant=variant,
                unit_cost=cost,
                source_key=f"seed-{row['code']}-{kind}",
                now=filled_at,
                **{kind: row[kind]},
            )


def _load_pictures(product: Product, row: dict[str, Any], *, now: datetime) -> None:
    code = row["code"]
    for position, (key, alt) in enumerate([(code, "alt"), (f"{code}-detail", "detail_alt")]):
        picture = pictures.store(
            key=key,
            data=(FOLDER / "pictures" / f"{key}.webp").read_bytes(),
            alt_en=row[f"{alt}_en"],
            alt_es=row[f"{alt}_es"],
            now=now,
        )
        ProductPicture.objects.create(product=product, picture=picture, position=position)


def load_delivery(*, now: datetime, actor: User) -> None:
    """Add one delivery that was received and one that waits, unless there is any."""
    if Delivery.objects.exists():
        return
    for code, supply, quantity, cost, is_received in DELIVERED:
        variant = Variant.objects.select_related("product").filter(sku=code).first()
        if variant is None:
            continue
        delivery = Delivery.objects.create(
            programme=variant.product.programme,
            delivered_on=localdate(now),
            reference=f"DEMO-{code}",
        )
        DeliveryLine.objects.create(
            delivery=delivery,
            variant=variant,
            quantity=quantity,
            supply=supply,
            unit_cost_amount=cost,
        )
        if is_received:
            deliveries.receive(delivery_id=delivery.pk, actor=actor, now=now)
