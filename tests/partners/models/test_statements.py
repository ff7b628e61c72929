"""Statements, files and numbers are written once, whoever writes."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories.partners import ProgrammeFactory, bank_details, paid_payout, piece, sell

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def statement(now):
    programme = ProgrammeFactory(code="loom")
    bank_details(programme, at=now)
    sell(piece(1), at=now - 9 * DAY, matures=now - DAY)
    return paid_payout(programme, at=now, paid_at=now + DAY).statement


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("UPDATE partners_statement SET contents = '{}'", "append-only"),
        ("DELETE FROM partners_statementline", "append-only"),
        ("DELETE FROM partners_statement", "append-only"),
        ("TRUNCATE partners_statement CASCADE", "append-only"),
        ("UPDATE partners_bankfile SET sha256 = ''", "stays as it is"),
        ("DELETE FROM partners_bankfilepayout", "append-only"),
        ("UPDATE papers_counter SET last = last + 2", "up by one"),
        ("UPDATE papers_counter SET last = last - 1", "up by one"),
        ("DELETE FROM papers_counter", "up by one"),
        (
            "INSERT INTO partners_statement (number, series, year, sequence, programme_id,"
            " currency, ends_at, is_running, issued_at, contents, sha256) SELECT 'x', series,"
            " year, 9, programme_id, currency, ends_at, false, issued_at, contents, sha256"
            " FROM partners_statement",
            "next number",
        ),
    ],
)
def test_what_is_issued_stays(statement, sql, why):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match=why), transaction.atomic():
            cursor.execute(sql)
