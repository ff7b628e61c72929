"""The check of papers is broken on purpose."""

import pytest
from django.db import connection

from weintl.papers.invariants import check_papers_are_what_was_made
from weintl.papers.keeping import keep

pytestmark = pytest.mark.django_db


def test_a_paper_that_was_changed_behind_the_trigger_is_reported():
    keep("a/1.pdf", lambda: b"first")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE papers_paper SET content = 'x'")
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert list(check_papers_are_what_was_made()) == ["Paper a/1.pdf is not what was made."]
