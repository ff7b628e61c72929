"""One mail when a piece is back, to who asked for it and said yes once more by mail.

Nobody can be signed up by somebody else: nothing but the question comes before the yes, and of
questions an address gets few. A link says only what it is for; only a POST acts on it, since
mail scanners open every link.
"""

import logging
from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from weintl.mail import outbox
from weintl.mail.models import Mail
from weintl.organisation.models import Organisation
from weintl.web import absolute

from .models import StockAlert, Variant

logger = logging.getLogger(__name__)

SALT = "marketplace.alerts"
# Questions that an address gets a day, whoever asks.
A_DAY = 5
KEEP_UNCONFIRMED = timedelta(days=7)
KEEP_TOLD = timedelta(days=30)
AT_ONCE = 200


def word(alert: StockAlert) -> str:
    """Return the signed word by which links name an alert."""
    return signing.dumps(alert.pk, salt=SALT)


def named(signed: str) -> StockAlert | None:
    """Return the alert of a link; None where the word is not ours, or the alert is gone."""
    try:
        pk = signing.loads(signed, salt=SALT)
    except signing.BadSignature:
        return None
    return StockAlert.objects.select_related("variant__product").filter(pk=pk).first()


@transaction.atomic
def ask(*, variant: Variant, email: str, language: str, now: datetime) -> None:
    """Keep the wish, and ask by mail whether it is theirs: once a day and piece at most.

    Says nothing back: nobody learns from it whether an address waits already.
    """
    recent = StockAlert.objects.filter(email__iexact=email, created_at__gt=now - timedelta(days=1))
    if recent.filter(confirmed_at=None).exclude(variant=variant).count() >= A_DAY:
        logger.warning("alert.too_many_questions")
        return
    StockAlert.objects.bulk_create(
        [StockAlert(variant=variant, email=email, language=language, created_at=now)],
        ignore_conflicts=True,
    )
    alert = StockAlert.objects.get(variant=variant, email__iexact=email, told_at=None)
    if alert.confirmed_at is None:
        _queue(alert, key=f"asked/{now:%Y-%m-%d}", template="alert_asked", now=now)


@transaction.atomic
def confirm(*, alert: StockAlert, now: datetime) -> None:
    """Take the yes of the address; a second one changes nothing."""
    StockAlert.objects.filter(pk=alert.pk, confirmed_at=None).update(confirmed_at=now)


@transaction.atomic
def leave(*, alert: StockAlert) -> None:
    """Forget the wish, the address, and the mails about it."""
    Mail.objects.caused_by(_cause(alert)).delete()
    StockAlert.objects.filter(pk=alert.pk).delete()


@transaction.atomic
def tell(*, now: datetime) -> int:
    """Queue the mail of everybody whose piece can be had now, once each; return how many."""
    if not Organisation.current().is_shop_open:
        return 0
    back = Variant.objects.for_sale(now=now).filter(free__gt=0).select_related(None).order_by()
    waiting = (
        StockAlert.objects.filter(confirmed_at__isnull=False, told_at=None)
        .filter(variant__in=back.values("pk"))
        .select_related("variant__product")
        .order_by("pk")
        .select_for_update(of=("self",), skip_locked=True)
    )
    alerts = list(waiting[:AT_ONCE])
    for alert in alerts:
        _queue(alert, key="back", template="alert_back", now=now)
    StockAlert.objects.filter(pk__in=[each.pk for each in alerts]).update(told_at=now)
    return len(alerts)


@transaction.atomic
def forget(*, now: datetime) -> int:
    """Delete what was never confirmed after a week, what was told after a month, with mails."""
    aged = StockAlert.objects.filter(
        confirmed_at=None, created_at__lt=now - KEEP_UNCONFIRMED
    ) | StockAlert.objects.filter(told_at__lt=now - KEEP_TOLD)
    gone = list(aged)
    Mail.objects.filter(cause__in=[_cause(each) for each in gone]).delete()
    StockAlert.objects.filter(pk__in=[each.pk for each in gone]).delete()
    return len(gone)


def _cause(alert: StockAlert) -> str:
    return f"alert:{alert.pk}"


def _queue(alert: StockAlert, *, key: str, template: str, now: datetime) -> None:
    signed = word(alert)
    with override(alert.language):
        context = {
            "piece": alert.variant.title,
            "url": absolute(alert.variant.product.get_absolute_url()),
            "yes": absolute(reverse("marketplace:alert_yes", args=[signed])),
            "leave": absolute(reverse("marketplace:alert_leave", args=[signed])),
        }
    outbox.queue(
        key=f"alert/{alert.pk}/{key}",
        template=f"marketplace/{template}",
        to=alert.email,
        language=alert.language,
        context=context,
        cause=_cause(alert),
        now=now,
    )
