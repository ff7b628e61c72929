"""The list outside the database, and what a restored backup does with it."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from tests.factories.media import ConsentFactory, PictureFactory
from weintl.media import consents, storing, withdrawals
from weintl.media.models import ConsentRecord, Picture, Withdrawal

pytestmark = pytest.mark.django_db


def test_each_withdrawal_is_written_down_once(storage, settings, now):
    first, second = ConsentFactory(), ConsentFactory()
    consents.withdraw(code=first.code, now=now)
    assert withdrawals.write_down() == 1
    consents.withdraw(code=second.code, now=now)
    assert withdrawals.write_down() == 1
    assert withdrawals.write_down() == 0
    lines = settings.WITHDRAWALS_FILE.read_text().splitlines()
    assert [json.loads(line)["code"] for line in lines] == [first.code, second.code]
    assert lines == withdrawals.lines()


def test_a_file_that_cannot_be_written_is_tried_again(storage, settings, now, caplog):
    consents.withdraw(code=ConsentFactory().code, now=now)
    settings.WITHDRAWALS_FILE.mkdir()
    assert withdrawals.write_down() == 0
    assert "withdrawals.not_written" in caplog.text
    settings.WITHDRAWALS_FILE.rmdir()
    assert withdrawals.write_down() == 1


def test_a_restored_backup_withdraws_again(storage, settings, now):
    consent = ConsentFactory()
    consents.withdraw(code=consent.code, now=now)
    withdrawals.write_down()
    # The backup of yesterday knew nothing of it; its files lie there again too.
    Withdrawal.objects.all().delete()
    ConsentRecord.objects.update(withdrawn_at=None)
    picture = PictureFactory(people="seen", consent=consent)
    kept = PictureFactory(people="seen", consent=ConsentFactory())
    for folder in (picture.folder, kept.folder, "people/" + "0" * 32):
        storing.write(f"{folder}/400.webp", b"pixels")
    with settings.WITHDRAWALS_FILE.open("a") as file:
        file.write('\n{"code": "C-OTHER", "at": "2026-11-24T12:00:00+00:00"}\n')
    out = StringIO()
    call_command("withdrawals", replay=settings.WITHDRAWALS_FILE, stdout=out)
    assert f"{consent.code} withdrawn again" in out.getvalue()
    assert "C-OTHER is not in this database" in out.getvalue()
    consent.refresh_from_db()
    assert consent.withdrawn_at == now
    assert list(Picture.objects.all()) == [kept]
    assert [path.parent.name for path in storage.rglob("*.webp")] == [kept.folder.split("/")[1]]
    out = StringIO()
    call_command("withdrawals", replay=settings.WITHDRAWALS_FILE, stdout=out)
    assert f"{consent.code} was withdrawn already" in out.getvalue()


def test_the_command_prints_the_list(storage, now):
    consent = ConsentFactory()
    consents.withdraw(code=consent.code, now=now)
    out = StringIO()
    call_command("withdrawals", stdout=out)
    assert json.loads(out.getvalue()) == {"code": consent.code, "at": now.isoformat()}
