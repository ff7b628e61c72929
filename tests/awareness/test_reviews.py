from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core import mail as outgoing
from django.utils.translation import override

from awareness import reviews, tasks
from tests.factories.awareness import HelplineFactory, StatisticFactory
from weintl.accounts.models import User
from weintl.celery import app
from weintl.mail.composing import compose
from weintl.mail.models import Mail

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 6, tzinfo=UTC)
OVERDUE = {"checked_on": date(2026, 1, 1), "review_due": date(2026, 11, 22)}


def editor(email: str = "e@example.org", **fields) -> User:
    user = User.objects.create_user(email, "x" * 20, **{"is_staff": True, **fields})
    user.groups.add(Group.objects.get_or_create(name="editor")[0])
    return user


def test_nothing_overdue_writes_no_mail():
    editor()
    StatisticFactory(sourced=True, checked_on=date(2026, 1, 1), review_due=MONDAY.date())
    StatisticFactory(sourced=True, is_public=False, **OVERDUE)
    assert reviews.remind(now=MONDAY) == 0
    assert not Mail.objects.exists()


def test_editors_get_what_is_overdue_once_a_week():
    first, second = editor("a@example.org"), editor("b@example.org")
    figure = StatisticFactory(sourced=True, **OVERDUE)
    line = HelplineFactory(name="The line", **OVERDUE)
    assert reviews.remind(now=MONDAY) == 2
    assert reviews.remind(now=MONDAY + timedelta(days=6)) == 2
    assert {mail.recipient for mail in Mail.objects.all()} == {first.email, second.email}
    assert Mail.objects.count() == 2
    message = compose(Mail.objects.filter(recipient=first.email).get())
    html = str(message.alternatives[0][0])
    for text in (message.body, html):
        assert "12.5 million" in text
        assert "The line" in text
        assert f"/admin/awareness/statistic/{figure.pk}/change/" in text
        assert f"/admin/awareness/helpline/{line.pk}/change/" in text
        assert "Nov. 22, 2026" in text
    reviews.remind(now=MONDAY + timedelta(days=7))
    assert Mail.objects.count() == 4


def test_helplines_alone_are_enough():
    editor()
    HelplineFactory(**OVERDUE)
    assert reviews.remind(now=MONDAY) == 1


def test_only_active_editors_of_staff_with_an_address_are_written_to():
    editor("gone@example.org", is_active=False)
    editor("shopper@example.org", is_staff=False)
    User.objects.create_user("admin@example.org", "x" * 20, is_staff=True)
    nameless = editor("none@example.org")
    User.objects.filter(pk=nameless.pk).update(email="")
    StatisticFactory(sourced=True, **OVERDUE)
    assert reviews.remind(now=MONDAY) == 0


def test_a_site_in_spanish_writes_in_spanish(settings):
    settings.LANGUAGE_CODE = "es"
    editor()
    StatisticFactory(sourced=True, **OVERDUE)
    reviews.remind(now=MONDAY)
    mail = Mail.objects.get()
    assert mail.language == "es"
    message = compose(mail)
    assert "12,5 millones" in message.body
    assert "22 de noviembre de 2026" in message.body
    assert "Por comprobar" in message.subject


def test_beat_has_it_done_each_monday_by_a_queue_that_is_worked_off():
    entry = settings.CELERY_BEAT_SCHEDULE["remind-of-reviews"]
    assert entry["task"] in app.tasks or entry["task"] == tasks.remind_of_reviews.name
    assert entry["schedule"].day_of_week == {1}
    assert settings.CELERY_TASK_ROUTES["awareness.*"]["queue"] == "reports"


def test_the_lists_hold_public_rows_longest_waiting_first():
    late = StatisticFactory(sourced=True, **OVERDUE)
    later = StatisticFactory(sourced=True, checked_on=date(2025, 1, 1), review_due=date(2025, 2, 1))
    StatisticFactory(sourced=True, is_public=False, **OVERDUE)
    HelplineFactory()
    with override("en"):
        assert list(reviews.overdue_figures(today=MONDAY.date())) == [later, late]
    assert not reviews.overdue_helplines(today=MONDAY.date())
    assert not outgoing.outbox
