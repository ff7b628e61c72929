"""No month is closed while a rule of the books is known to be broken."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from partners import closing
from partners.models import ClosedMonth
from tests.factories.closing import IN_MARCH, MARCH, book, compared, sealed
from tests.factories.partners import StaffFactory
from weintl.verify.models import BrokenRule

pytestmark = pytest.mark.django_db


@pytest.fixture
def broken(now):
    sealed(book("in march", IN_MARCH))
    compared(datetime(2026, 4, 1, tzinfo=UTC))
    return BrokenRule.objects.create(
        rule="Kept balances", sentence="Account a keeps 1.", found_at=now, last_found_at=now
    )


def test_a_broken_rule_stands_in_the_way_until_it_is_gone(broken, now):
    with pytest.raises(closing.InTheWay):
        closing.propose(month=MARCH, actor=StaffFactory(), now=timezone.now())
    [obstacle] = closing.obstacles(month=MARCH, now=timezone.now())
    assert (str(obstacle.label), obstacle.model) == ("Broken rules", "verify_brokenrule")
    BrokenRule.objects.update(gone_at=now)
    assert closing.propose(month=MARCH, actor=StaffFactory(), now=timezone.now())


def test_one_that_is_found_after_the_proposal_does_too_and_in_sql(broken, now):
    BrokenRule.objects.update(gone_at=now)
    row = closing.propose(month=MARCH, actor=StaffFactory(), now=timezone.now())
    BrokenRule.objects.update(gone_at=None)
    second = StaffFactory()
    with pytest.raises(closing.InTheWay):
        closing.approve(closing_id=row.pk, actor=second, now=timezone.now(), four_eyes=True)
    with pytest.raises(IntegrityError, match="rules are broken"), transaction.atomic():
        ClosedMonth.objects.filter(pk=row.pk).update(approved_by=second, approved_at=timezone.now())
