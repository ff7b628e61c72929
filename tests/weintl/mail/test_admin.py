"""Staff read mails and send them again."""

import pytest
from django.urls import reverse

from tests.factories.mail import MailFactory
from weintl.accounts.models import User
from weintl.mail.admin import link_of
from weintl.mail.models import Mail


@pytest.fixture
def staff(client, db):
    user = User.objects.create_superuser("staff@example.org", "correct-horse-battery")
    client.force_login(user)
    return client


def test_the_list_finds_by_recipient(staff):
    MailFactory(recipient="one@example.org")
    MailFactory(recipient="two@example.org")
    page = staff.get(reverse("admin:mail_mail_changelist"), {"q": "one@"}).content.decode()
    assert "one@example.org" in page
    assert "two@example.org" not in page


def test_a_mail_is_shown_as_text(staff):
    mail = MailFactory()
    page = staff.get(reverse("admin:mail_mail_change", args=[mail.pk])).content.decode()
    assert "Dear Ana &amp; Bo &lt;b&gt;," in page


def test_the_html_part_stands_in_a_sandbox(staff):
    answer = staff.get(reverse("admin:mail_mail_html", args=[MailFactory().pk]))
    assert answer.status_code == 200
    assert answer["Content-Security-Policy"].endswith("sandbox")
    assert b"Your gift has arrived" in answer.content


def test_the_html_part_is_for_those_who_may_see_mails(client, db):
    user = User.objects.create_user("clerk@example.org", "correct-horse-battery", is_staff=True)
    client.force_login(user)
    answer = client.get(reverse("admin:mail_mail_html", args=[MailFactory().pk]))
    assert answer.status_code == 403


def test_a_mail_that_cannot_be_rendered_is_still_readable(staff):
    mail = MailFactory(template="donations/none")
    page = staff.get(reverse("admin:mail_mail_change", args=[mail.pk])).content.decode()
    assert "TemplateDoesNotExist" in page


def test_staff_send_a_failed_mail_again(staff):
    mail = MailFactory(state="failed", attempts=12)
    staff.post(
        reverse("admin:mail_mail_changelist"),
        {"action": "send_again", "_selected_action": [mail.pk]},
    )
    assert Mail.objects.get().state == "queued"


def test_nobody_adds_changes_or_deletes(staff):
    mail = MailFactory()
    assert staff.get(reverse("admin:mail_mail_add")).status_code == 403
    assert staff.get(reverse("admin:mail_mail_delete", args=[mail.pk])).status_code == 403
    answer = staff.post(
        reverse("admin:mail_mail_change", args=[mail.pk]), {"recipient": "x@example.org"}
    )
    assert answer.status_code == 403


def test_an_unknown_cause_stays_words(db):
    assert link_of("moon:1") == "moon:1"
