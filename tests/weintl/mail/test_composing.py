"""What a mail says, in both languages and both forms."""

from datetime import UTC, datetime

import pytest
from django.utils import translation

from tests.factories.mail import MailFactory
from weintl.mail.composing import compose
from weintl.mail.models import Mail
from weintl.organisation.models import Organisation


@pytest.fixture
def organisation(db):
    return Organisation.objects.create(
        pk=1,
        name="WE, International",
        legal_name="WE International Inc.",
        contact_email="hello@we.example",
        reply_name="Inés Ruiz",
        address="12 Selvedge Lane",
    )


def test_the_same_row_makes_the_same_message(organisation):
    mail = MailFactory()
    Mail.objects.update(queued_at=datetime(2026, 11, 27, 9, 30, tzinfo=UTC))
    mail.refresh_from_db()
    first, second = compose(mail), compose(mail)
    assert first.extra_headers == second.extra_headers
    assert first.body == second.body
    assert first.message()["Message-ID"] == mail.message_id
    assert first.message()["Date"] == "Fri, 27 Nov 2026 09:30:00 +0000"


def test_replies_go_to_a_person(organisation):
    message = compose(MailFactory()).message()
    assert message["Reply-To"] == "=?utf-8?q?In=C3=A9s_Ruiz?= <hello@we.example>"
    assert message["From"].startswith('"WE, International" <')
    assert message["Auto-Submitted"] == "auto-generated"


def test_text_keeps_names_as_typed_and_html_escapes_them(organisation):
    message = compose(MailFactory())
    assert "Dear Ana & Bo <b>," in message.body
    html = message.alternatives[0][0]
    assert "Ana &amp; Bo &lt;b&gt;" in html
    assert "<b>," not in html


def test_both_forms_name_the_sum_the_link_and_the_organisation(organisation):
    message = compose(MailFactory())
    for part in (message.body, message.alternatives[0][0]):
        assert "$40.00" in part
        assert "http://localhost:8000/en/giving/abc/" in part
        assert "WE International Inc." in part
        assert "12 Selvedge Lane" in part


def test_money_is_written_in_the_mails_language_whatever_the_thread_speaks(organisation):
    with translation.override("en"):
        message = compose(MailFactory(language="es"))
    assert "40,00" in message.subject
    assert translation.get_language() == "en"


def test_the_line_break_that_ends_a_template_stays_out_of_the_header(organisation):
    assert compose(MailFactory()).subject == "Thank you for your gift of $40.00"


def test_nothing_is_loaded_from_anywhere(organisation):
    html = compose(MailFactory()).alternatives[0][0]
    assert "<img" not in html
    assert "url(" not in html
    assert "src=" not in html


def test_before_anybody_fills_in_the_organisation_mails_still_go_out(db):
    assert compose(MailFactory()).message()["Reply-To"] == "hello@example.org"
