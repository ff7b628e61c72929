"""The demonstration's shop: six categories, fourteen pieces, and what is on the shelf."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.timezone import localdate

from marketplace import deliveries, stock
from marketplace.models import (
    Category,
    Delivery,
    DeliveryLine,
    Material,
    Option,
    OptionValue,
    Product,
    ProductPicture,
    SalePrice,
    ShippingRate,
    ShippingZone,
    TaxRule,
    Technique,
    UnservedCountry,
    Variant,
    Voucher,
    ZoneCountry,
)
from partners.models import Programme
from weintl.accounts.models import User
from weintl.media import pictures

from . import carriers

FOLDER = Path(__file__).parent
# The shelf was filled before the first order of the demonstration's history.
FILLED = timedelta(days=100)
# Variant, supply, pieces, cost of one in cents, whether it is on the shelf.
DELIVERED = (("BASKET", "owned", 2, 1_900, True), ("NAPKINS", "consigned", 4, 0, False))
# Working days on the way to all countries that are in no zone of these.
ELSEWHERE = (8, 20)
# Countries, days on the way, and for each weight what a parcel costs.
ZONES: tuple[tuple[str, str, tuple[int, int], tuple[tuple[int, dict[str, int]], ...]], ...] = (
    (
        "United States",
        "US",
        (2, 5),
        ((800, {"up_to_grams": 2_000, "free_from_amount": 25_000}), (1_500, {})),
    ),
    (
        "Europe",
        "AT BE CZ DE DK ES FI FR GB GR HU IE IT LU NL NO PL PT SE CH",
        (6, 12),
        ((1_600, {"up_to_grams": 2_000}), (3_200, {})),
    ),
)
WORDS = (
    "name", "slug", "by_line", "description", "made_by", "material", "size", "care",
    "customs_description",
)  # fmt: skip
NUMBERS = {
    "weight_grams": "weight",
    "width_mm": "width",
    "length_mm": "length",
    "depth_mm": "depth",
    "diameter_mm": "diameter",
}
# The demonstration's sale: begun a few days ago, over in a month.
SALE = (timedelta(days=3), timedelta(days=30))
TEXTS = tuple(f"{word}_{language}" for word in WORDS for language in ("en", "es"))


def load_selling(*, now: datetime) -> None:
    """Add zones, a tax and a voucher of the demonstration, unless staff have made zones."""
    if ShippingZone.objects.exclude(is_default=True).exists():
        return
    always = DateTimeTZRange(None, None)
    ShippingZone.objects.filter(is_default=True, days_to=None).update(
        days_from=ELSEWHERE[0], days_to=ELSEWHERE[1]
    )
    for name, countries, days, bands in ZONES:
        zone = ShippingZone.objects.create(name=name, days_from=days[0], days_to=days[1])
        ZoneCountry.objects.bulk_create(
            ZoneCountry(zone=zone, country=code) for code in countries.split()
        )
        ShippingRate.objects.bulk_create(
            ShippingRate(zone=zone, amount=amount, effective=always, **limits)
            for amount, limits in bands
        )
    UnservedCountry.objects.get_or_create(
        country="AQ",
        defaults={
            "reason_en": "No carrier goes there.",
            "reason_es": "Ningún transportista llega allí.",
        },
    )
    # From now on: what the demonstration sold before bore none.
    from_now_on = DateTimeTZRange(now, None)
    TaxRule.objects.create(
        name_en="Wisconsin sales tax",
        name_es="Impuesto sobre las ventas de Wisconsin",
        country="US",
        region="WI",
        rate_ppm=55_000,
        on_shipping=True,
        effective=from_now_on,
    )
    Voucher.objects.create(
        code="WELCOME10",
        kind=Voucher.Kind.PERCENT,
        rate_ppm=100_000,
        is_once_per_customer=True,
        effective=from_now_on,
        note="Demonstration",
    )


def load(*, now: datetime) -> None:
    """Add categories, lists, products, pictures and pieces that are missing; overwrite nothing.

    Needs the programmes of partners.seed. Raises Programme.DoesNotExist without them.
    """
    carriers.load()
    load_selling(now=now)
    content = tomllib.loads((FOLDER / "catalogue.toml").read_text("utf-8"))
    for position, row in enumerate(content["category"]):
        parent = Category.objects.filter(slug_en=row.pop("parent", None)).first()
        Category.objects.get_or_create(
            slug_en=row["slug_en"], defaults={**row, "parent": parent, "position": position}
        )
    _load_lists(content)
    for position, row in enumerate(content["product"]):
        _load_product(row, filled_at=now - FILLED + timedelta(hours=position), now=now)


def _load_lists(content: dict[str, Any]) -> None:
    kinds: dict[str, Any] = {"technique": Technique, "material": Material, "option": Option}
    for name, model in kinds.items():
        for position, row in enumerate(content[name]):
            values = row.pop("value", [])
            term, _new = model.objects.get_or_create(
                code=row["code"], defaults={**row, "position": position}
            )
            for place, value in enumerate(values):
                OptionValue.objects.get_or_create(
                    option=term, code=value["code"], defaults={**value, "position": place}
                )


# All or nothing: a product without its pieces would be taken for loaded by the next run.
@transaction.atomic
def _load_product(row: dict[str, Any], *, filled_at: datetime, now: datetime) -> None:
    if Product.objects.filter(code=row["code"]).exists():
        return
    product = Product.objects.create(
        code=row["code"],
        category=Category.objects.get(slug_en=row["category"]),
        programme=Programme.objects.get(code=row["programme"]),
        technique=Technique.objects.filter(code=row["technique"]).first(),
        is_one_of_a_kind=row.get("is_one_of_a_kind", False),
        hs_code=row["hs_code"],
        is_published=True,
        published_at=filled_at,
        **{name: row[name].strip() for name in TEXTS},
    )
    product.materials.set(Material.objects.filter(code__in=row["materials"]))
    _load_pictures(product, row, now=filled_at)
    for position, given in enumerate(row.get("variant", [{}])):
        own = {"sku": row["code"].upper(), **row, **given}
        variant = _load_variant(product, own, position=position, filled_at=filled_at)
        if "sale_price" in own:
            starts_at, ends_at = now - SALE[0], now + SALE[1]
            SalePrice.objects.create(
                variant=variant,
                price_amount=own["sale_price"],
                starts_at=starts_at,
                ends_at=ends_at,
            )


def _load_variant(
    product: Product, row: dict[str, Any], *, position: int, filled_at: datetime
) -> Variant:
    variant = Variant.objects.create(
        product=product,
        sku=row["sku"],
        price_amount=row["price"],
        currency=settings.BASE_CURRENCY,
        position=position,
        place=f"Shelf {row['category'][:1].upper()}",
        **{field: row.get(name) for field, name in NUMBERS.items()},
    )
    chosen = [
        OptionValue.objects.get(option__code=option, code=row[option])
        for option in ("colour", "size")
        if option in row
    ]
    variant.values.set(chosen)
    for kind, cost in (("consigned", 0), ("owned", row.get("cost", 0))):
        if row.get(kind):
            stock.receive(
                variant=variant,
                unit_cost=cost,
                source_key=f"seed-{row['sku'].lower()}-{kind}",
                now=filled_at,
                **{kind: row[kind]},
            )
    return variant


def _load_pictures(product: Product, row: dict[str, Any], *, now: datetime) -> None:
    code = row["code"]
    named = [(code, row["alt_en"], row["alt_es"])]
    named += [(each["key"], each["alt_en"], each["alt_es"]) for each in row.get("picture", [])]
    named += [(f"{code}-detail", row["detail_alt_en"], row["detail_alt_es"])]
    for position, (key, alt_en, alt_es) in enumerate(named):
        picture = pictures.store(
            key=key,
            data=(FOLDER / "pictures" / f"{key}.webp").read_bytes(),
            alt_en=alt_en,
            alt_es=alt_es,
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
