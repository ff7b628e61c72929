"""Staff find gifts by number, link and who gave, from indexes."""

import pytest
from django.db import connection

from donations import finding
from donations.models import Gift
from tests.factories.donations import DonorFactory, GiftFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def gift(db):
    GiftFactory()
    ana = DonorFactory(email="ana.ruiz@example.org", name="Ana Ruiz", organisation="Loom Ltd")
    return GiftFactory(donor=ana, donor_name="Eva Prado")


def found(typed):
    return list(finding.gifts(Gift.objects.order_by("pk"), typed))


def test_by_number_link_name_and_address(gift):
    for typed in (
        gift.number,
        gift.number.lower(),
        gift.number.removeprefix("G-"),
        str(gift.public_id),
        gift.token,
        "RUIZ@exam",
        "ana ruiz",
        " loom ",
        "prado",
    ):
        assert found(typed) == [gift], typed
    assert found("nobody") == []
    assert len(found("")) == 2


def test_odd_words_find_nothing_and_break_nothing(gift):
    for typed in ("%", "_", "'", "\\", "G-", "🧵", "x" * 500):
        assert found(typed) == []


def test_it_is_answered_from_indexes(gift):
    sql, values = finding.gifts(Gift.objects.all(), "prado").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}", values)
        plan = " ".join(row[0] for row in cursor.fetchall())
    assert "gift_like_name" in plan
    assert "Seq Scan" not in plan
