"""Against card testing: thieves try stolen cards with small gifts, hundreds in an hour.

Calm: whoever fills in the form goes on to the payment page. Raised: everybody goes on from a
link in a mail first. Locked: only those whose gifts came before, from a mail, too. Declined
cards raise it; more of them, or many forms whose mails nobody follows, lock it. Only a person
ends a lock. Rules and limits: docs/staff/guard.md.
Source of the pattern: docs.stripe.com/disputes/prevention/card-testing.
"""

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from weintl.accounts.addresses import all_confirmed, is_confirmed
from weintl.background import enqueue
from weintl.limits import client_network, client_range, uses
from weintl.mail import outbox
from weintl.organisation.models import Organisation
from weintl.payments import sessions
from weintl.payments.models import Payment, WebhookEvent
from weintl.payments.roots import DECLINED
from weintl.web import absolute

from .models import Donor, Gift, GuardChange

logger = logging.getLogger(__name__)

S = GuardChange.State
FORM_SALT = "donations.give_form"
GO_ON_SALT = "donations.go_on"
FORM_LIVES = timedelta(hours=2)
GO_ON_LIVES = timedelta(hours=1)
# Sendings of the form in so many seconds, from one address, its neighbours, one mail address.
AN_HOUR = 3600
PER_MAIL = 10
# Of one address GIFTS_PER_HOUR; of its neighbours together so many times that.
NEIGHBOURS = 4
# Of the whole site in ten minutes: more is no campaign that we would not know of.
PER_SITE, SITE_SECONDS = 300, 600
# Declined cards within the window, and how many for each gift that was paid.
WINDOW = timedelta(minutes=10)
RAISE_AT, RAISE_RATIO = 10, 2
LOCK_AT, LOCK_RATIO = 30, 4
# While it is raised a thief reaches few pages, and few cards are declined: then so many strangers
# who do not follow their mail lock it, if they are so many times those who do.
LOCK_WAITING, LOCK_WAITING_RATIO = 100, 4
# Beat judges every minute; an attack is judged sooner, at once after each so many mailed links:
# by then its own mails and events keep the workers busy.
JUDGE_AFTER = 20
CALM_AFTER = timedelta(hours=1)
# Declined cards of a single payment after which nobody types a wrong number any more.
PER_PAGE = 6
# So many payment pages are closed by one run; the next takes the rest.
AT_ONCE = 200


class NotTaken(Exception):
    """The form is not taken; `message` says so to whoever sent it."""

    message: Any = _("This form could not be taken. Please look at it once more and send it again.")


class TooOld(NotTaken):
    """The form was shown longer ago than FORM_LIVES."""

    message = _(
        "This form was open for more than two hours. Nothing was paid, and all that you typed is"
        " still here: look at it once more and send it again."
    )


class TooOften(NotTaken):
    """Too many forms came from here."""

    message = _(
        "Many gifts were begun from here within an hour. Please wait an hour, or write to us."
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """What happened within the window.

    Since the guard was raised: `waiting` strangers sent the form and have not followed their
    mail, `followed` people have opened their payment page.
    """

    declined: int
    paid: int
    waiting: int = 0
    followed: int = 0

    @property
    def words(self) -> str:
        """Return what the guard gives as its reason."""
        told = f"{self.declined} cards declined, {self.paid} gifts paid in ten minutes"
        if not self.waiting:
            return told
        return f"{told}; of those sent a mail, {self.followed} followed it, {self.waiting} not"

    @property
    def raises(self) -> bool:
        """Say whether stolen cards may be tried."""
        return self.declined >= RAISE_AT and self.declined >= RAISE_RATIO * self.paid

    @property
    def locks(self) -> bool:
        """Say whether they are, or go on to be though the guard is raised."""
        if self.declined >= LOCK_AT and self.declined >= LOCK_RATIO * self.paid:
            return True
        is_unheeded = self.waiting >= LOCK_WAITING_RATIO * self.followed
        return self.raises and self.waiting >= LOCK_WAITING and is_unheeded


def new_form() -> str:
    """Return the signed word of one showing of the form; it is good for one gift."""
    return signing.dumps(secrets.token_urlsafe(12), salt=FORM_SALT)


def check_form(word: str) -> None:
    """Demand the word of a form that we showed within FORM_LIVES. Raises NotTaken or TooOld."""
    try:
        signing.loads(word, salt=FORM_SALT, max_age=FORM_LIVES)
    except signing.SignatureExpired as error:
        raise TooOld from error
    except signing.BadSignature as error:
        raise NotTaken from error


def count(request: HttpRequest, *, email: str) -> None:
    """Count one sending of the form. Raises TooOften; a cache that is away lets it through."""
    limits = (
        (f"give:address:{client_network(request)}", AN_HOUR, settings.GIFTS_PER_HOUR),
        (f"give:network:{client_range(request)}", AN_HOUR, NEIGHBOURS * settings.GIFTS_PER_HOUR),
        (f"give:mail:{_hashed(email)}", AN_HOUR, PER_MAIL),
    )
    # All are counted, whichever refuses.
    over = [uses(name, seconds=seconds) > limit for name, seconds, limit in limits]
    if any(over):
        raise TooOften
    if uses("give:site", seconds=SITE_SECONDS) == PER_SITE + 1:
        enqueue("donations.tasks.raise_guard")


def count_mailed(*, now: datetime) -> None:
    """Count one mailed link, and judge after each JUDGE_AFTER of them."""
    number = uses("give:mailed", seconds=int(WINDOW.total_seconds()))
    if number and number % JUDGE_AFTER == 0:
        judge(now=now)


def _hashed(email: str) -> str:
    return signing.Signer(salt="donations.bucket").signature(email.lower())


def state() -> str:
    """Return how the guard stands; one query."""
    last = GuardChange.objects.order_by("-pk").values_list("state", flat=True).first()
    return last or S.CALM


def is_known(email: str) -> bool:
    """Say whether a gift from this address was received before, or an account confirmed it."""
    own = Q(donor__email=email.lower())
    # Gifts of an address that was merged stand with the donor that it leads to.
    led_to = Donor.objects.filter(email=email.lower()).values("merged_into")
    received = Gift.objects.filter(own | Q(donor__in=led_to), received_at__isnull=False)
    return received.exists() or is_confirmed(email)


def counted(*, now: datetime) -> Counted:
    """Return what happened within the window before `now`, of gifts alone.

    Of that, what came before it was last set to calm counts no more.
    """
    calmed = GuardChange.objects.filter(state=S.CALM).order_by("-pk")
    since = max(calmed.values_list("changed_at", flat=True).first() or now - WINDOW, now - WINDOW)
    declined = WebhookEvent.objects.filter(
        type=DECLINED, received_at__gt=since, payment__purpose="gift"
    )
    paid = Gift.objects.filter(created_at__gt=since, received_at__isnull=False)
    last = GuardChange.objects.order_by("-pk").first()
    if last is None or last.state != S.RAISED:
        return Counted(declined.count(), paid.count())
    asked = Gift.objects.filter(created_at__gt=max(since, last.changed_at))
    return Counted(
        declined.count(),
        paid.count(),
        waiting=_donors(_strangers(asked).filter(payment__state="created")),
        followed=_donors(asked.filter(payment__session_id__isnull=False)),
    )


def _strangers(gifts: QuerySet[Gift]) -> QuerySet[Gift]:
    """Return those of `gifts` whose donors are not known."""
    received = Gift.objects.filter(donor=OuterRef("donor"), received_at__isnull=False)
    confirmed = all_confirmed().filter(email=OuterRef("donor__email"))
    return gifts.exclude(Exists(received)).exclude(Exists(confirmed))


def _donors(gifts: QuerySet[Gift]) -> int:
    """Return how many people sent `gifts`: who sends the form ten times is one."""
    return gifts.values("donor").distinct().count()


@transaction.atomic
def judge(*, now: datetime) -> str:
    """Raise or lock where too many cards are tried, calm down after a quiet hour.

    Returns the state. Only a person ends a lock.
    """
    _lock()
    last = GuardChange.objects.order_by("-pk").first()
    is_now = last.state if last else S.CALM
    if is_now == S.LOCKDOWN:
        return is_now
    found = counted(now=now)
    if found.locks:
        return _change(S.LOCKDOWN, found.words, actor=None, now=now)
    if found.raises:
        return is_now if is_now == S.RAISED else _change(S.RAISED, found.words, actor=None, now=now)
    is_quiet = last is not None and last.changed_at <= now - CALM_AFTER
    if is_now == S.RAISED and is_quiet and found.declined < RAISE_AT // 2:
        return _change(S.CALM, "An hour was quiet", actor=None, now=now)
    return is_now


@transaction.atomic
def raise_for_many(*, now: datetime) -> None:
    """Raise since more forms came than ever do."""
    _lock()
    if state() == S.CALM:
        _change(S.RAISED, f"More than {PER_SITE} forms in ten minutes", actor=None, now=now)


@transaction.atomic
def switch(*, to: str, reason: str, actor: Any, now: datetime) -> None:
    """Set the state by hand; nothing happens where it stands so already."""
    _lock()
    if state() != to:
        _change(to, reason, actor=actor, now=now)


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('donations.guard', 0))")


def _change(to: str, reason: str, *, actor: Any, now: datetime) -> str:
    row = GuardChange.objects.create(state=to, reason=reason, actor=actor, changed_at=now)
    logger.warning("guard.changed", extra={"state": to})
    if to == S.LOCKDOWN:
        enqueue("donations.tasks.close_pages")
    if to != S.CALM and actor is None:
        _alert(row)
    return to


def _alert(row: GuardChange) -> None:
    organisation = Organisation.current()
    outbox.queue(
        key=f"guard/{row.pk}",
        template="donations/guard_alert",
        to=organisation.contact_email,
        language="en",
        context={
            "is_locked": row.state == S.LOCKDOWN,
            "reason": row.reason,
            "url": absolute("/admin/donations/guardchange/"),
        },
        cause=f"guard:{row.pk}",
        now=row.changed_at,
    )


def close_if_tried(*, payment_id: int, now: datetime) -> bool:
    """Close a payment page on which PER_PAGE cards were declined; say whether it was done."""
    tried = WebhookEvent.objects.filter(type=DECLINED, payment=payment_id).count()
    if tried < PER_PAGE:
        return False
    payment = Payment.objects.get(pk=payment_id)
    try:
        return sessions.expire(payment=payment, now=now).state == Payment.State.EXPIRED
    except sessions.ProviderUnavailable:
        return False


def close_pages(*, now: datetime) -> int:
    """Close the payment pages of gifts by strangers begun within two hours; return how many.

    A page that is open takes one card after another. Who gave before keeps theirs.
    """
    if state() != S.LOCKDOWN:
        return 0
    known = Gift.objects.filter(received_at__isnull=False).values("donor")
    open_ones = Gift.objects.filter(
        state=Gift.State.AWAITING_PAYMENT,
        created_at__gt=now - timedelta(hours=2),
        payment__state="open",
    ).exclude(donor__in=known)
    closed = 0
    for gift in open_ones.select_related("payment").order_by("pk")[:AT_ONCE]:
        assert gift.payment is not None
        try:
            sessions.expire(payment=gift.payment, now=now)
        except sessions.ProviderUnavailable:
            # It closes by itself; the next run tries again.
            continue
        closed += 1
    return closed


def go_on_word(gift: Gift) -> str:
    """Return the signed word of the mailed link that leads `gift` to its payment page."""
    return signing.dumps(gift.token, salt=GO_ON_SALT)


def gift_of(word: str) -> Gift | None:
    """Return the gift of a mailed link; None where the word is not ours or too old."""
    try:
        token = signing.loads(word, salt=GO_ON_SALT, max_age=GO_ON_LIVES)
    except signing.BadSignature:
        return None
    return Gift.objects.for_page().filter(token=token).first()
