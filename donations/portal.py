"""The way to a donor's page: a mailed link opens it once, for a time, by a press of a button.

Mail scanners open every link, so opening changes nothing; only the form behind it does. Of the
words in links and cookies the database keeps hashes. What a link says is signed with a salt of
its purpose: one for another purpose is nobody's here.
"""

import logging
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from weintl.accounts.addresses import confirmed
from weintl.mail import outbox
from weintl.web import absolute

from . import donors, merging
from .models import Donor, DonorLink, DonorVisit

logger = logging.getLogger(__name__)

LINK_LIVES = timedelta(hours=24)
VISIT_LIVES = timedelta(hours=2)
# Links that a donor's address gets a day, whoever asks.
A_DAY = 5
# After that, nobody needs to be told why a link is dead.
KEEP = timedelta(days=30)
PAGE = DonorLink.Purpose.PAGE


class NoLink(Exception):
    """The word of a link is not ours; `message` says what to do."""

    message: Any = _(
        "This link leads nowhere. Perhaps the mail program has cut it: copy it whole, or ask for"
        " a new one."
    )


class Used(NoLink):
    """The link was used before."""

    message = _("This link was used already. Each link opens the page once.")


class Expired(NoLink):
    """The link's time is over, or it was revoked."""

    message = _("This link is too old. Links open the page within a day.")


def digest(word: str) -> str:
    """Return what is kept of a word."""
    return sha256(word.encode()).hexdigest()


def _salt(purpose: str) -> str:
    return f"donations.link.{purpose}"


@transaction.atomic
def ask(*, email: str, language: str, now: datetime) -> None:
    """Mail a link to whoever gave with this address; to nobody else.

    Says nothing back: nobody learns from it who has given. An address gets few links a day.
    """
    donor = donors.known(email)
    if donor is None:
        return
    Donor.objects.select_for_update(no_key=True).get(pk=donor.pk)
    if donor.links.filter(created_at__gt=now - timedelta(days=1)).count() >= A_DAY:
        logger.warning("donor.too_many_links", extra={"donor": donor.pk})
        return
    secret = secrets.token_urlsafe(24)
    link = DonorLink.objects.create(
        donor=donor,
        purpose=PAGE,
        digest=digest(secret),
        created_at=now,
        expires_at=now + LINK_LIVES,
    )
    word = signing.dumps(secret, salt=_salt(PAGE))
    with override(language):
        url = absolute(reverse("donations:link", args=[word]))
    outbox.queue(
        key=f"donor/{donor.pk}/link/{link.pk}",
        template="donations/page_link",
        to=email.lower(),
        language=language,
        context={"url": url},
        cause=f"donor:{donor.pk}",
        now=now,
    )
    logger.info("donor.link_sent", extra={"donor": donor.pk})


def named(word: str, *, now: datetime, purpose: str = PAGE) -> DonorLink:
    """Return the live link that `word` names. Raises NoLink, Used or Expired."""
    return _live(_named(word, purpose), now=now)


def _named(word: str, purpose: str, *, is_locked: bool = False) -> DonorLink:
    try:
        secret = signing.loads(word, salt=_salt(purpose))
    except signing.BadSignature as error:
        raise NoLink from error
    links = DonorLink.objects.select_related("donor").filter(purpose=purpose)
    if is_locked:
        links = links.select_for_update(no_key=True, of=("self",))
    link = links.filter(digest=digest(str(secret))).first()
    if link is None:
        # Ours, and forgotten since.
        raise Expired
    return link


def _live(link: DonorLink, *, now: datetime) -> DonorLink:
    if link.used_at is not None:
        raise Used
    if not link.is_live(now=now):
        raise Expired
    return link


def new_nonce() -> str:
    """Return what makes one showing of the button its own."""
    return secrets.token_urlsafe(16)


@transaction.atomic
def open_by_link(word: str, *, nonce: str, now: datetime) -> str:
    """Use up a link and return the word of the visit that it opens.

    The button pressed twice (same `nonce`) is one visit. Other links of the donor that wait
    are revoked: whoever has come in needs none. Raises NoLink, Used or Expired.
    """
    link = _named(word, PAGE, is_locked=True)
    # Known only to the browser that was shown the button.
    visit_word = salted_hmac("donations.visit", f"{word}\n{nonce}", algorithm="sha256").hexdigest()
    again = DonorVisit.objects.filter(link=link, digest=digest(visit_word), ended_at=None)
    if again.exists():
        return visit_word
    _live(link, now=now)
    link.used_at = now
    link.save(update_fields=["used_at"])
    waiting = DonorLink.objects.filter(donor=link.donor, used_at=None, revoked_at=None)
    waiting.update(revoked_at=now)
    _open(link.donor, visit_word, link=link, now=now)
    return visit_word


@transaction.atomic
def open_by_account(user: Any, *, now: datetime) -> str | None:
    """Return the word of a new visit for who is signed in; None where no gift is theirs.

    Only an address that was confirmed counts: everybody can type one. Donors of several
    confirmed addresses are one person: they are merged into that of the first.
    """
    found = {donor.pk: donor for email in confirmed(user) if (donor := donors.known(email))}
    if not found:
        return None
    donor, *others = found.values()
    for other in others:
        # Who asked to be erased is left alone.
        with suppress(merging.NotPossible):
            merging.merge(survivor_id=donor.pk, other_id=other.pk, actor=None, now=now)
    word = secrets.token_urlsafe(32)
    _open(donor, word, link=None, now=now)
    return word


def _open(donor: Donor, word: str, *, link: DonorLink | None, now: datetime) -> None:
    DonorVisit.objects.create(
        donor=donor,
        link=link,
        digest=digest(word),
        started_at=now,
        expires_at=now + VISIT_LIVES,
    )
    logger.info("donor.visit", extra={"donor": donor.pk})


def visit_of(word: str, *, now: datetime) -> DonorVisit | None:
    """Return the open visit of a browser's word, with its donor; None for none."""
    if not word:
        return None
    visits = DonorVisit.objects.select_related("donor")
    return visits.filter(digest=digest(word), ended_at=None, expires_at__gt=now).first()


def leave(visit: DonorVisit, *, now: datetime) -> None:
    """End a visit; the browser's word is worth nothing after it."""
    DonorVisit.objects.filter(pk=visit.pk, ended_at=None).update(ended_at=now)


@transaction.atomic
def close(donor: Donor, *, now: datetime) -> None:
    """Revoke all links and end all visits of a donor, such as after a mailbox was lost."""
    DonorLink.objects.filter(donor=donor, used_at=None, revoked_at=None).update(revoked_at=now)
    DonorVisit.objects.filter(donor=donor, ended_at=None).update(ended_at=now)
    logger.info("donor.page_closed", extra={"donor": donor.pk})


@transaction.atomic
def forget(*, now: datetime) -> int:
    """Delete links and visits whose time was over a month ago; return how many rows."""
    visits, _kinds = DonorVisit.objects.filter(expires_at__lt=now - KEEP).delete()
    links, _kinds = DonorLink.objects.filter(expires_at__lt=now - KEEP).delete()
    return visits + links
