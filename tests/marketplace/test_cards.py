"""Cards are made once, and anew as soon as anything on them is changed."""

import pytest
from django.utils import timezone
from django.utils.translation import override

from marketplace import cards
from marketplace.models import Product, ProductPicture, Variant
from tests.factories.marketplace import on_shelf
from tests.factories.media import ConsentFactory, PictureFactory
from weintl.kept.keeping import content_state

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pieces() -> list[Product]:
    return [
        on_shelf(consigned=1, price_amount=3200, product__name_en=name).product
        for name in ("River scarf", "Night bowl")
    ]


def shown(*pieces: Product) -> list[str]:
    state, _ourselves = content_state()
    ids = [each.pk for each in pieces]
    return [str(card) for card in cards.of(ids, now=timezone.now(), state=state)]


def test_cards_come_in_the_order_asked_for(pieces):
    scarf, bowl = shown(*pieces)
    assert "River scarf" in scarf and "Night bowl" in bowl
    assert shown(*reversed(pieces)) == [bowl, scarf]


def test_only_those_that_are_not_kept_are_read(pieces, django_assert_num_queries):
    shown(pieces[0])
    # The mark and the card.
    with django_assert_num_queries(2):
        both = shown(*pieces)
    with django_assert_num_queries(1):
        assert shown(*pieces) == both


def test_each_language_has_its_own(pieces):
    with override("es"):
        assert pieces[0].name_es in shown(pieces[0])[0]
    assert "River scarf" in shown(pieces[0])[0]


def test_a_change_is_shown_at_once(pieces):
    shown(*pieces)
    Variant.objects.filter(product=pieces[0]).update(price_amount=4100)
    assert "41.00" in shown(*pieces)[0]


def test_what_is_gone_is_left_out(pieces):
    gone = Product(pk=2**40)
    assert len(shown(gone, *pieces)) == 2


def test_nothing_is_kept_without_a_mark(pieces, django_assert_num_queries):
    for _ in range(2):
        with django_assert_num_queries(1):
            assert cards.of([pieces[0].pk], now=timezone.now(), state=None)


def test_a_card_has_the_first_picture_that_the_shop_may_show(pieces, django_assert_num_queries):
    scarf, bowl = pieces
    consent = ConsentFactory()
    hands = PictureFactory(people="seen", consent=consent)
    thing, other = PictureFactory(), PictureFactory()
    for place, picture in enumerate([hands, thing, other]):
        ProductPicture.objects.create(product=scarf, picture=picture, position=place)
    with django_assert_num_queries(2):
        first, none = shown(scarf, bowl)
    assert hands.folder in first
    assert "<img" not in none
    consent.withdrawn_at = timezone.now()
    consent.save()
    assert thing.folder in shown(scarf)[0]
    assert hands.folder not in shown(scarf)[0]
