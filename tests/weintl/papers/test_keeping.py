"""A paper is made once; whatever makes it may change, the paper does not."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from weintl.papers.invariants import check_papers_are_what_was_made
from weintl.papers.keeping import Erased, erase, keep
from weintl.papers.models import Paper

pytestmark = pytest.mark.django_db


def test_it_is_made_once():
    assert keep("a/1.pdf", lambda: b"first") == b"first"
    assert keep("a/1.pdf", lambda: b"second") == b"first"
    assert keep("a/2.pdf", lambda: b"second") == b"second"
    assert list(check_papers_are_what_was_made()) == []


def test_of_two_made_at_once_one_is_kept_and_both_get_it():
    def make() -> bytes:
        keep("a/1.pdf", lambda: b"sooner")
        return b"later"

    assert keep("a/1.pdf", make) == b"sooner"
    assert Paper.objects.count() == 1


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE papers_paper SET content = 'x'",
        "UPDATE papers_paper SET sha256 = 'x', content = NULL, erased_at = now()",
        "UPDATE papers_paper SET made_at = now() + interval '1 day'",
        "UPDATE papers_paper SET erased_at = now()",
        "DELETE FROM papers_paper",
        "TRUNCATE papers_paper",
    ],
)
def test_the_database_refuses_a_change(sql):
    keep("a/1.pdf", lambda: b"first")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_personal_data_can_be_erased_and_the_hash_tells_what_it_was(now):
    keep("a/1.pdf", lambda: b"Ana")
    keep("b/1.pdf", lambda: b"other")
    before = Paper.objects.get(key="a/1.pdf").sha256
    assert erase("a/", now=now) == 1
    assert erase("a/", now=now + timedelta(days=1)) == 0
    paper = Paper.objects.get(key="a/1.pdf")
    assert (paper.content, paper.erased_at, paper.sha256) == (None, now, before)
    with pytest.raises(Erased):
        keep("a/1.pdf", lambda: b"Ana")
    assert keep("b/1.pdf", lambda: b"") == b"other"
    assert list(check_papers_are_what_was_made()) == []
