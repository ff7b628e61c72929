"""The least valid rows of the shop, and short ways through a purchase."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import factory
from django.conf import settings
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from marketplace import cart as carts
from marketplace import checkout, offers, stock
from marketplace.models import (
    Category,
    Material,
    Option,
    OptionValue,
    Order,
    Product,
    ProductPicture,
    ShippingRate,
    ShippingZone,
    TaxRule,
    Technique,
    Variant,
    Voucher,
)
from marketplace.offers import NO_EXTRAS, Details, Extras, Wanted
from marketplace.settlement import OrderSettlement
from weintl.payments.models import Payment, Refund

from .media import PictureFactory
from .partners import ProgrammeFactory, SplitRuleFactory

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DETAILS = Details(
    email="ana@example.org",
    name="Ana Ruiz",
    street="214 Orchard Road",
    city="Madison",
    country="US",
    region="WI",
    postcode="53703",
)


class CategoryFactory(factory.django.DjangoModelFactory):
    """A technique."""

    class Meta:
        model = Category

    name_en = factory.Sequence(lambda n: f"Craft {n}")
    name_es = factory.Sequence(lambda n: f"Oficio {n}")
    slug_en = factory.Sequence(lambda n: f"craft-{n}")
    slug_es = factory.Sequence(lambda n: f"oficio-{n}")


class _TechniqueFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Technique

    code = factory.Sequence(lambda n: f"term-{n}")
    name_en = factory.Sequence(lambda n: f"Term {n}")
    name_es = factory.Sequence(lambda n: f"Término {n}")


class _MaterialFactory(_TechniqueFactory):
    class Meta:
        model = Material


class _OptionFactory(_TechniqueFactory):
    class Meta:
        model = Option


def TermFactory(kind: str = "material", **fields):
    """Return an entry of a controlled list."""
    kinds = {"technique": _TechniqueFactory, "material": _MaterialFactory}
    return kinds[kind](**fields)


class OptionValueFactory(factory.django.DjangoModelFactory):
    """A choice of an option of its own."""

    class Meta:
        model = OptionValue

    option = factory.SubFactory(_OptionFactory)
    code = factory.Sequence(lambda n: f"choice-{n}")
    name_en = factory.Sequence(lambda n: f"Choice {n}")
    name_es = factory.Sequence(lambda n: f"Elección {n}")


class ProductFactory(factory.django.DjangoModelFactory):
    """A published product of a programme with a rule in force."""

    class Meta:
        model = Product
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"piece-{n}")
    name_en = factory.Sequence(lambda n: f"Scarf {n}")
    name_es = factory.Sequence(lambda n: f"Bufanda {n}")
    slug_en = factory.Sequence(lambda n: f"scarf-{n}")
    slug_es = factory.Sequence(lambda n: f"bufanda-{n}")
    category = factory.SubFactory(CategoryFactory)
    programme = factory.SubFactory(ProgrammeFactory)
    description_en = "A scarf."
    description_es = "Una bufanda."
    customs_description_en = "Scarf"
    customs_description_es = "Bufanda"
    hs_code = "621490"
    is_published = True
    published_at = AT

    @factory.post_generation
    def rule(self, create, extracted, **kwargs):
        if extracted is not False and not self.programme.rules.exists():
            SplitRuleFactory(programme=self.programme, **kwargs)


class VariantFactory(factory.django.DjangoModelFactory):
    """What is bought: 24.95 a piece."""

    class Meta:
        model = Variant

    product = factory.SubFactory(ProductFactory)
    sku = factory.Sequence(lambda n: f"SKU-{n}")
    price_amount = 2495
    currency = "usd"
    weight_grams = 240


def picture_of(product: Product, *, position: int = 0) -> ProductPicture:
    """Give a product a picture that no file stands behind."""
    picture = PictureFactory()
    return ProductPicture.objects.create(product=product, picture=picture, position=position)


def send_everywhere() -> ShippingRate:
    """Return the rate of all countries; flushed databases have lost the migration's."""
    zone, _new = ShippingZone.objects.get_or_create(
        is_default=True, defaults={"name": "All countries"}
    )
    rate = zone.rates.filter(currency=settings.BASE_CURRENCY).order_by("pk").first()
    return rate or zone.rates.create(amount=800, effective=DateTimeTZRange(None, None))


# At once: a product in the shop has a price by the end of a transaction.
@transaction.atomic
def on_shelf(
    *, consigned: int = 0, owned: int = 0, unit_cost: int = 0, now: datetime = AT, **variant
) -> Variant:
    """Return a variant with so many pieces."""
    made = VariantFactory(**variant)
    send_everywhere()
    stock.receive(
        variant=made,
        consigned=consigned,
        owned=owned,
        unit_cost=unit_cost,
        source_key=uuid4().hex,
        now=now - timedelta(days=1),
    )
    return made


def order_of(
    wanted: dict[Variant, int],
    *,
    now: datetime = AT,
    seen_at: datetime | None = None,
    language: str = "en",
    extras: Extras = NO_EXTRAS,
    details: Details = DETAILS,
    **changes: Any,
) -> Order:
    """Place an order through cart and checkout; nothing is paid."""
    if not ShippingZone.objects.exists():
        send_everywhere()
    given = replace(details, **changes)
    cart = None
    for variant, quantity in wanted.items():
        cart = carts.add_line(cart=cart, sku=variant.sku, quantity=quantity, now=now)
    assert cart is not None
    quote = offers.offer(cart=cart, now=seen_at or now, wanted=Wanted.of(given, extras)).quote
    assert quote is not None
    shown = offers.read_shown(offers.write_shown(quote))
    assert shown is not None
    return checkout.place_order(
        cart=cart, details=given, extras=extras, shown=shown, language=language, now=now
    )


def tax_of(country: str, ppm: int, **values: Any) -> TaxRule:
    """Return a rule on pieces that holds always."""
    known = {"name_en": "Tax", "name_es": "Impuesto", "effective": DateTimeTZRange(None, None)}
    return TaxRule.objects.create(country=country, rate_ppm=ppm, **{**known, **values})


def voucher_of(code: str = "TEN", **values: Any) -> Voucher:
    """Return a voucher of ten per cent, unless another kind is said."""
    known: dict[str, Any] = {"effective": DateTimeTZRange(None, None)}
    if "kind" not in values:
        known |= {"kind": "percent", "rate_ppm": 100_000}
    return Voucher.objects.create(code=code, **{**known, **values})


@transaction.atomic
def pay(order: Order, *, now: datetime = AT) -> Order:
    """Let the payment succeed as the payments core does, without a provider."""
    payment = Payment.objects.select_for_update().get(pk=order.payment_id)
    payment.state = Payment.State.SUCCEEDED
    payment.succeeded_at = now
    payment.session_id = payment.session_id or f"cs_{payment.pk}"
    payment.charge_id = payment.charge_id or f"ch_of_{payment.pk}"
    payment.save()
    OrderSettlement().paid(payment, now=now)
    OrderSettlement().issue_papers(payment, now=now)
    order.refresh_from_db()
    return order


@transaction.atomic
def end_unpaid(order: Order, *, now: datetime = AT) -> Order:
    """Let the payment page close unpaid."""
    payment = Payment.objects.select_for_update().get(pk=order.payment_id)
    payment.state = Payment.State.EXPIRED
    payment.save()
    OrderSettlement().expired(payment, now=now)
    order.refresh_from_db()
    return order


@transaction.atomic
def book_refund(refund: Refund, *, state: str = "succeeded", now: datetime = AT) -> Refund:
    """Let the provider report a refund's state."""
    payment = Payment.objects.select_for_update().get(pk=refund.payment_id)
    refund = Refund.objects.get(pk=refund.pk)
    refund.state = state
    refund.refund_id = refund.refund_id or f"re_{refund.pk}"
    refund.refunded_at = refund.refunded_at or now
    refund.failed_at = now if state == "failed" else None
    refund.save()
    live = payment.refunds.filter(state__in=["pending", "succeeded"])
    payment.refunded_amount = sum(live.values_list("amount", flat=True))
    payment.save()
    OrderSettlement().refunded(payment, refund, now=now)
    OrderSettlement().issue_papers(payment, now=now)
    return refund


def external_refund(order: Order, amount: int, *, now: datetime = AT) -> Refund:
    """Let somebody refund at the provider."""
    refund = Refund.objects.create(
        payment_id=order.payment_id,
        refund_id=f"re_{uuid4().hex}",
        request_key=f"external:{uuid4().hex}",
        state="pending",
        amount=amount,
        currency=order.currency,
        is_external=True,
        created_at=now,
    )
    return book_refund(refund, now=now)
