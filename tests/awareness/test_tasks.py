from datetime import date

import pytest
from django.contrib.auth.models import Group

from awareness import tasks
from tests.factories.awareness import StatisticFactory
from weintl.accounts.models import User
from weintl.mail.models import Mail


@pytest.mark.django_db
def test_the_task_writes_to_the_editors():
    user = User.objects.create_user("e@example.org", "x" * 20, is_staff=True)
    user.groups.add(Group.objects.get_or_create(name="editor")[0])
    StatisticFactory(sourced=True, checked_on=date(2020, 1, 1), review_due=date(2020, 2, 1))
    assert tasks.remind_of_reviews() == 1
    assert Mail.objects.get().recipient == "e@example.org"
