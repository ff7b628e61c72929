"""What waits for a person on the first page of staff."""

from datetime import date

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from tests.factories.awareness import HelplineFactory, StatisticFactory
from weintl.accounts.models import User
from weintl.staff.overview import KINDS, waiting_for

pytestmark = pytest.mark.django_db
OVERDUE = {"checked_on": date(2020, 1, 1), "review_due": date(2020, 2, 1)}


def test_overdue_figures_and_helplines_are_counted_and_lead_to_their_list(admin_client, admin_user):
    StatisticFactory(sourced=True)
    HelplineFactory()
    assert waiting_for(admin_user) == []
    StatisticFactory(key="late-one", sourced=True, **OVERDUE)
    StatisticFactory(key="hidden-one", sourced=True, is_public=False, **OVERDUE)
    HelplineFactory(name="Late line", **OVERDUE)
    figures, lines = waiting_for(admin_user)
    assert (figures.count, lines.count) == (1, 1)
    assert figures.url.startswith(reverse("admin:awareness_statistic_changelist"))
    listed = admin_client.get(figures.url).content.decode()
    assert "late-one" in listed
    assert "hidden-one" not in listed
    assert "Late line" in admin_client.get(lines.url).content.decode()


def test_somebody_without_the_right_is_told_nothing():
    StatisticFactory(sourced=True, **OVERDUE)
    user = User.objects.create_user("e@example.org", "x" * 20, is_staff=True)
    assert waiting_for(user) == []
    user.user_permissions.add(Permission.objects.get(codename="view_statistic"))
    assert len(waiting_for(User.objects.get(pk=user.pk))) == 1


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.label))
def test_each_kind_leads_to_a_list_that_knows_its_filters(admin_client, admin_user, kind):
    meta = kind.rows(admin_user).model._meta
    listed = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    # A list sends back whoever filters by what it does not know.
    assert admin_client.get(listed, kind.filters).status_code == 200
