from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from awareness.models import Statistic
from tests.factories.awareness import CitationFactory, StatisticFactory


@pytest.mark.django_db
def test_only_public_figures_with_a_source_are_public():
    shown = StatisticFactory(sourced=True)
    StatisticFactory()
    StatisticFactory(sourced=True, is_public=False)
    assert list(Statistic.objects.public()) == [shown]


@pytest.mark.django_db
def test_sources_come_in_their_order():
    statistic = StatisticFactory()
    CitationFactory(statistic=statistic, position=1, source__publisher="Second")
    CitationFactory(statistic=statistic, position=0, source__publisher="First")
    row = Statistic.objects.for_display().get()
    assert [cited["publisher"] for cited in row.cited] == ["First", "Second"]


@pytest.mark.django_db
def test_a_review_lies_after_the_check():
    with pytest.raises(IntegrityError), transaction.atomic():
        StatisticFactory(checked_on=date(2026, 1, 1), review_due=date(2026, 1, 1))


@pytest.mark.parametrize(
    ("text", "parts", "is_long"),
    [
        ("49.6 million", ("49.6", "million"), False),
        ("+25%", ("+25%", ""), False),
        ("102,027", ("102,027", ""), False),
        ("236\u00a0000 millones", ("236\u00a0000", "millones"), False),
        ("38\u00a0% de las niñas", ("38\u00a0%", "de las niñas"), False),
        ("at least half", ("at least half", ""), False),
        ("No reliable national estimate", ("No reliable national estimate", ""), True),
    ],
)
def test_the_number_is_parted_from_its_words(text, parts, is_long):
    with override("en"):
        statistic = Statistic(value_text=text)
        assert statistic.value_parts == parts
        assert statistic.is_long is is_long
