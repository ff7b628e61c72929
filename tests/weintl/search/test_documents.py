"""The queries use the indexes that the models declare."""

import pytest
from django.db import connection

from awareness.models import Statistic
from awareness.models.facts import STATISTIC_WORDS
from tests.factories.awareness import StatisticFactory
from weintl.search.documents import columns
from weintl.search.words import read

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "es"])
def test_both_ways_of_searching_use_their_index(language):
    StatisticFactory()
    for rows, index in (
        (STATISTIC_WORDS.search(Statistic.objects.all(), read("people", language=language)),
         f"statistic_words_{language}"),
        (STATISTIC_WORDS.resemble(Statistic.objects.all(), read("peopel", language=language)),
         f"statistic_like_{language}"),
    ):  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        assert index in rows.order_by().explain()


def test_what_is_not_translated_is_searched_in_english():
    figure = StatisticFactory(caveat_en="Only looms", caveat_es="")
    found = STATISTIC_WORDS.search(Statistic.objects.all(), read("looms", language="es"))
    assert list(found) == [figure]


def test_the_heading_counts_more_than_the_body():
    low = StatisticFactory(counts_what_en="People", statement_en="A loom.")
    high = StatisticFactory(counts_what_en="A loom", statement_en="People.")
    found = STATISTIC_WORDS.search(Statistic.objects.all(), read("loom", language="en"))
    rows = columns(found, kind="k", heading="key", address="key", detail="unit", limit=1)
    assert [row[1] for row in rows] == [high.key]
    assert [row[-1] for row in rows] == [2]
    assert low.key != high.key
