"""One mail when a piece is back, to who asked and said yes."""

from datetime import timedelta

import pytest

from marketplace import alerts, publishing, stock
from marketplace.models import StockAlert
from tests.factories.marketplace import AT, VariantFactory, on_shelf
from weintl.mail.models import Mail
from weintl.organisation.models import Organisation

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def ask(variant, email="ana@example.org", *, now=AT, language="en"):
    alerts.ask(variant=variant, email=email, language=language, now=now)
    return StockAlert.objects.filter(variant=variant, email__iexact=email).order_by("-pk").first()


def waiting(variant, email="ana@example.org"):
    alert = ask(variant, email)
    alerts.confirm(alert=alert, now=AT)
    return alert


def restock(variant, *, key="again", pieces=1):
    stock.receive(variant=variant, consigned=pieces, source_key=key, now=AT)


def sent(template):
    return Mail.objects.filter(template=f"marketplace/{template}").order_by("pk")


def test_whoever_said_yes_is_told_once():
    variant = VariantFactory()
    alert = waiting(variant)
    assert alerts.tell(now=AT) == 0
    restock(variant)
    assert (alerts.tell(now=AT), alerts.tell(now=AT)) == (1, 0)
    (mail,) = sent("alert_back")
    assert (mail.key, mail.recipient) == (f"alert/{alert.pk}/back", "ana@example.org")
    # Asked anew after the mail, it is a wish of its own.
    assert ask(variant).pk != alert.pk


def test_nobody_is_told_without_a_yes():
    variant = VariantFactory()
    ask(variant)
    restock(variant)
    assert alerts.tell(now=AT) == 0
    assert not sent("alert_back")


def test_one_question_a_day_and_piece_however_often_it_is_asked():
    variant = VariantFactory()
    for email in ("ana@example.org", "ANA@example.org"):
        ask(variant, email)
    ask(variant, now=AT + DAY)
    assert StockAlert.objects.count() == 1
    assert sent("alert_asked").count() == 2
    waiting(variant)
    ask(variant, now=AT + 2 * DAY)
    assert sent("alert_asked").count() == 2


def test_a_mailbox_cannot_be_filled_with_questions():
    for _ in range(alerts.A_DAY + 3):
        ask(VariantFactory())
    assert sent("alert_asked").count() == alerts.A_DAY
    assert ask(VariantFactory(), now=AT + 2 * DAY)


@pytest.mark.parametrize("why", ["closed", "withdrawn", "held"])
def test_nobody_is_told_of_what_cannot_be_had(why):
    variant = VariantFactory()
    waiting(variant)
    if why != "held":
        restock(variant)
    if why == "closed":
        organisation = Organisation.current()
        organisation.is_shop_open = False
        organisation.save()
    elif why == "withdrawn":
        publishing.withdraw(product=variant.product)
    assert alerts.tell(now=AT) == 0


def test_leaving_forgets_the_address_with_its_mails():
    variant = VariantFactory()
    alert, other = waiting(variant), waiting(variant, "luz@example.org")
    alerts.leave(alert=alert)
    assert alerts.named(alerts.word(alert)) is None
    assert not Mail.objects.filter(recipient="ana@example.org")
    restock(variant)
    assert alerts.tell(now=AT) == 1
    assert sent("alert_back").get().recipient == other.email


def test_addresses_are_forgotten_in_time():
    never, told, waits = VariantFactory(), VariantFactory(), VariantFactory()
    ask(never)
    waiting(told)
    waiting(waits, "luz@example.org")
    restock(told)
    alerts.tell(now=AT)
    assert alerts.forget(now=AT + 6 * DAY) == 0
    assert alerts.forget(now=AT + 8 * DAY) == 1
    assert alerts.forget(now=AT + 31 * DAY) == 1
    assert [each.variant for each in StockAlert.objects.all()] == [waits]
    assert not Mail.objects.filter(recipient="ana@example.org")


def test_a_word_of_ours_for_something_else_opens_nothing():
    assert alerts.named("x") is None
    assert alerts.named(alerts.signing.dumps(1, salt="other")) is None
    on_shelf(consigned=1)
