"""A consent's shape is held by the table; its time by one queryset and one method that agree."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.media import ConsentFactory
from weintl.media.models import ConsentRecord
from weintl.media.models.consents import Scope, a_year_before, new_code

pytestmark = pytest.mark.django_db


def is_valid(now, scope="web") -> bool:
    return ConsentRecord.objects.valid(now=now, scope=scope).exists()


def test_a_code_says_nothing():
    assert new_code() != new_code()
    assert set(new_code()[2:]) <= set("23456789BCDFGHJKLMNPQRSTVWXZ")


@pytest.mark.parametrize(
    ("change", "valid"),
    [
        ({}, True),
        ({"scopes": ["print", "press"]}, False),
        ({"obtained_on": date(2026, 11, 25)}, False),
        ({"obtained_on": date(2026, 11, 24)}, True),
        ({"expires_on": date(2026, 11, 24)}, False),
        ({"expires_on": date(2026, 11, 25)}, True),
        ({"withdrawn_at": datetime(2026, 11, 1, tzinfo=UTC)}, False),
        ({"left_programme_on": None}, False),
        ({"left_programme_on": date(2025, 11, 25)}, False),
        ({"left_programme_on": date(2025, 11, 24)}, True),
        ({"left_programme_on": None, "is_from_programme": False}, True),
        ({"given_by": "guardian"}, True),
    ],
)
def test_a_consent_is_valid_in_scope_and_time(now, change, valid):
    consent = ConsentFactory(**change)
    assert is_valid(now) is valid
    assert consent.covers(now=now, scope="web") is valid


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scopes": []}, "at least one use"),
        ({"scopes": ["television"]}, "at least one use"),
        ({"expires_on": date(2029, 1, 2)}, "within three years"),
        ({"expires_on": date(2026, 1, 1)}, "within three years"),
        ({"shows_face": True}, "risk is assessed"),
        ({"uses_name": True}, "risk is assessed"),
        ({"given_by": "guardian", "shows_face": True}, "A minor can never"),
        ({"given_by": "guardian", "uses_name": True}, "A minor can never"),
        ({"given_by": "guardian", "place": "region"}, "A minor can never"),
        ({"given_by": "nobody"}, "A minor can never"),
        ({"is_from_programme": False}, "has been in one"),
        ({"place": "house"}, "consent_place_known"),
    ],
)
def test_the_table_refuses_what_must_not_be(change, message):
    values = {"risk_assessed_on": date(2026, 1, 1)} if "guardian" in change.values() else {}
    with pytest.raises(ValidationError, match=message):
        ConsentFactory.build(**values, **change).validate_constraints()
    with pytest.raises(IntegrityError):
        ConsentFactory(**values, **change)


def test_three_years_are_three_years_in_leap_years_too():
    ConsentFactory(obtained_on=date(2024, 2, 29), expires_on=date(2027, 2, 28))
    ConsentFactory(obtained_on=date(2025, 3, 1), expires_on=date(2028, 3, 1))


def test_a_year_before_the_leap_day():
    assert a_year_before(date(2028, 2, 29)) == date(2027, 2, 28)
    assert a_year_before(date(2027, 3, 1)) == date(2026, 3, 1)


days = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    obtained=days,
    lasts=st.integers(1, 1095),
    left=st.none() | days,
    inside=st.booleans(),
    withdrawn=st.booleans(),
    scopes=st.sets(st.sampled_from(Scope.values), min_size=1),
    today=days,
)
def test_row_and_queryset_agree(*, obtained, lasts, left, inside, withdrawn, scopes, today):
    ConsentRecord.objects.all().delete()
    now = datetime(today.year, today.month, today.day, 23, 59, tzinfo=UTC)
    consent = ConsentFactory(
        obtained_on=obtained,
        expires_on=obtained + timedelta(days=lasts),
        left_programme_on=left if inside else None,
        is_from_programme=inside,
        withdrawn_at=now if withdrawn else None,
        scopes=sorted(scopes),
    )
    for scope in Scope.values:
        assert is_valid(now, scope) is consent.covers(now=now, scope=scope)
