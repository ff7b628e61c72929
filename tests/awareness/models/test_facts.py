from datetime import date

import pytest
from django.core.exceptions import ValidationError
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
    row = Statistic.objects.for_display(today=date(2026, 11, 1)).get()
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


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", [{"method_family": "other"}, {"unit": "cases"}, {"data_year_en": "2016"}]
)
def test_a_part_is_of_its_whole_s_kind(change):
    whole = StatisticFactory()
    StatisticFactory(part_of=whole).full_clean()
    with pytest.raises(ValidationError):
        StatisticFactory(part_of=whole, **change).full_clean()


@pytest.mark.django_db
def test_a_part_has_no_parts_and_only_parts_stay_out_of_the_list():
    part = StatisticFactory(part_of=StatisticFactory())
    with pytest.raises(ValidationError):
        StatisticFactory(part_of=part).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        StatisticFactory(is_listed=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Statistic.objects.filter(pk=part.pk).update(part_of=part)


@pytest.mark.django_db
def test_a_figure_is_under_review_from_the_day_after_its_date():
    StatisticFactory(review_due=date(2026, 12, 1))
    for today, is_due in ((date(2026, 12, 1), False), (date(2026, 12, 2), True)):
        assert Statistic.objects.for_display(today=today).get().under_review is is_due


@pytest.mark.django_db
def test_the_address_of_a_figure_never_changes():
    with override("es"):
        assert StatisticFactory(key="people").get_absolute_url() == "/es/facts/people/"
