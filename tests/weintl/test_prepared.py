"""A prepared query answers as the query that it was made of."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, QuerySet, Value
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from awareness.models import Page
from tests.factories.awareness import PageFactory
from weintl.kept.models import ContentChange
from weintl.prepared import Prepared

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def pages(path: str, now: datetime) -> QuerySet[Page]:
    found = Page.objects.filter(path_en=path, published_at__lte=now)
    return found.annotate(seen_at=Value(now), words=F("title")).only("title")


@pytest.fixture
def prepared() -> Prepared[Page]:
    return Prepared(pages, path=str, now=datetime)


def test_it_takes_its_values_anew_each_time(prepared):
    one, other = PageFactory(path_en="a/"), PageFactory(path_en="b/")
    later = timezone.now() + timedelta(seconds=1)
    for page in (one, other, one):
        (row,) = prepared.rows(path=page.path_en, now=later)
        assert row == page
        assert row.seen_at == later
    assert prepared.rows(path="a/", now=one.published_at - timedelta(days=1)) == []
    assert prepared.rows(path="' OR 1=1 --", now=later) == []
    assert prepared.rows(path="100 % of %s", now=later) == []


def test_it_is_built_once_a_language(prepared):
    built: list[Any] = []
    counting: Prepared[Page] = Prepared(
        lambda **values: built.append(1) or pages(**values), path=str, now=datetime
    )
    page = PageFactory(path_en="a/", title_en="One", title_es="Uno")
    later = timezone.now() + timedelta(seconds=1)
    words = []
    for language in ("en", "es", "en", "es"):
        with override(language):
            words += [row.words for row in counting.rows(path=page.path_en, now=later)]
    assert words == ["One", "Uno", "One", "Uno"]
    assert len(built) == 2


def test_it_is_one_statement(prepared):
    with CaptureQueriesContext(connection) as caught:
        prepared.rows(path="a/", now=NOW)
    assert len(caught) == 1


def test_a_value_that_does_not_reach_the_database_is_refused():
    lost: Prepared[ContentChange] = Prepared(
        lambda **values: ContentChange.objects.filter(transaction=1), path=str
    )
    with pytest.raises(ValueError, match="path"):
        lost.rows(path="a/")
