"""What is broken stands before staff until a night finds it mended."""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection

from tests.factories.closing import IN_MARCH, book
from tests.factories.partners import StaffFactory
from weintl.staff import groups
from weintl.staff.overview import waiting_for
from weintl.verify import nightly, tasks
from weintl.verify.collect import Breach
from weintl.verify.models import BrokenRule, Verification

pytestmark = pytest.mark.django_db(transaction=True)


def by_hand(sql: str) -> None:
    """Change the books as only the database's owner could."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET session_replication_role = DEFAULT")


def test_a_kept_balance_that_is_wrong_stands_before_staff_until_it_is_mended(now):
    book("a", IN_MARCH)
    assert nightly.run(now=now).breaches == 0
    by_hand("UPDATE partners_account SET debits = debits + 1 WHERE code = 'provider:usd'")
    for night in (1, 2):
        assert nightly.run(now=now + timedelta(days=night)).breaches == 1
    row = BrokenRule.objects.get()
    assert "Account provider:usd keeps 501 debits" in row.sentence
    assert (row.found_at, row.last_found_at) == (now + timedelta(days=1), now + timedelta(days=2))
    groups.ensure()
    finance = StaffFactory()
    finance.groups.add(Group.objects.get(name="finance"))
    [waiting] = [one for one in waiting_for(finance) if "broken" in one.label]
    assert waiting.count == 1
    assert waiting.url.startswith("/admin/verify/brokenrule/")
    by_hand("UPDATE partners_account SET debits = debits - 1 WHERE code = 'provider:usd'")
    nightly.run(now=now + timedelta(days=3))
    row.refresh_from_db()
    assert row.gone_at == now + timedelta(days=3)
    assert not [one for one in waiting_for(finance) if "broken" in one.label]


def test_the_command_keeps_what_it_finds_when_it_is_asked_to(now):
    nightly.keep([Breach("A rule", "It is broken.")], checks=1, now=now)
    call_command("verify", stdout=StringIO())
    assert BrokenRule.objects.filter(gone_at=None).exists()
    call_command("verify", "--keep", stdout=StringIO())
    assert not BrokenRule.objects.filter(gone_at=None).exists()


def test_the_task_keeps_a_row_of_its_run():
    tasks.verify()
    run = Verification.objects.get()
    assert run.checks > 40
    assert run.breaches == 0


def test_a_flood_is_counted_and_cut(now, monkeypatch):
    monkeypatch.setattr(nightly, "KEPT", 1)
    book("a", IN_MARCH)
    by_hand("UPDATE partners_account SET debits = debits + 1, credits = credits + 1")
    assert nightly.run(now=now).breaches == 2
    assert BrokenRule.objects.count() == 1


@pytest.mark.parametrize("model", ["brokenrule", "verification"])
def test_both_are_read_and_not_edited(client, now, model):
    by_hand(
        "INSERT INTO verify_brokenrule (rule, sentence, found_at, last_found_at)"
        " VALUES ('A rule', 'It is broken.', now(), now())"
    )
    nightly.run(now=now)
    client.force_login(StaffFactory(is_superuser=True))
    page = client.get(f"/admin/verify/{model}/")
    assert page.status_code == 200
    assert client.get(f"/admin/verify/{model}/add/").status_code == 403
