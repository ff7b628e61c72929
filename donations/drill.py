"""Play a card-testing attack against our own installation, and count what got through.

Only against a demonstration on this machine with the provider's stand-in: the thief comes from
many addresses of 127.0.0.0/8, begins small gifts and types stolen cards, most of them declined.
Then somebody who has given before gives again, by the mail that the guard demands.
"""

import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.utils import timezone

from weintl.mail.models import Mail

from . import guard
from .models import Fund, Gift

# Seconds in which an attack must be locked out.
IN_TIME = 60
PAGE, MAIL_FIRST = "led to the payment page", "told to go on from a mail"
DECLINED_CARD, GOOD_CARD = "4000000000000002", "4242424242424242"
PATIENCE = 60
FORM = re.compile(r'name="(csrfmiddlewaretoken|submission_key)"[^>]*value="([^"]*)"')


class NotHere(Exception):
    """The drill runs on loopback with the stand-in alone."""


@dataclass
class Outcome:
    """What the thief reached. Times are seconds since the first gift; None: never."""

    answers: Counter[str] = field(default_factory=Counter)
    tried: int = 0
    charged: int = 0
    raised_after: float | None = None
    locked_after: float | None = None
    seconds: float = 0
    does_donor_give: bool = False

    @property
    def is_lock_due(self) -> bool:
        """Say whether the attack was large enough for a lock."""
        declined = self.tried - self.charged
        is_tried = declined >= guard.LOCK_AT and declined >= guard.LOCK_RATIO * self.charged
        return is_tried or self.answers[MAIL_FIRST] >= guard.LOCK_WAITING

    @property
    def is_held(self) -> bool:
        """Say whether the guard did what it is for: locked in time, and let the donor on."""
        is_locked = self.locked_after is not None and self.locked_after <= IN_TIME
        return self.does_donor_give and (is_locked or not self.is_lock_due)


class Browser:
    """A browser without a screen, at an address of its own."""

    def __init__(self, address: str) -> None:
        """Begin with no cookie."""
        self.address = address
        self.cookies: dict[str, str] = {}

    def send(self, url: str, given: dict[str, Any] | None = None) -> tuple[int, str, str]:
        """Return status, Location and text of the answer; no redirect is followed."""
        parts = urlsplit(url)
        assert parts.hostname is not None
        # Loopback alone, whatever name stands in the address.
        line = HTTPConnection(
            "127.0.0.1", parts.port or 80, timeout=PATIENCE, source_address=(self.address, 0)
        )
        headers = {"Host": parts.netloc, "Origin": f"{parts.scheme}://{parts.netloc}"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        body = None
        if given is not None:
            body = urlencode(given)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        line.request("GET" if body is None else "POST", path, body=body, headers=headers)
        answer = line.getresponse()
        text = answer.read().decode(errors="replace")
        for value in answer.headers.get_all("Set-Cookie") or []:
            self.cookies.update({k: v.value for k, v in SimpleCookie(value).items()})
        line.close()
        return answer.status, answer.headers.get("Location", ""), text

    def form(self, url: str) -> dict[str, str]:
        """Return what a page's form hides."""
        return dict(FORM.findall(self.send(url)[2]))


def check_place() -> None:
    """Demand a demonstration on this machine. Raises NotHere."""
    names = {"localhost", "127.0.0.1"}
    provider = urlsplit(settings.STRIPE_API_BASE).hostname if settings.STRIPE_API_BASE else ""
    if urlsplit(settings.SITE_URL).hostname not in names or provider not in names:
        raise NotHere("The drill runs only on this machine, with the provider's stand-in.")


def addresses() -> Iterator[str]:
    """Yield one address after another, each in a neighbourhood of its own."""
    for number in range(1, 65_000):
        yield f"127.{1 + number // 250}.{1 + number % 250}.9"


def play(*, gifts: int, declined_in_ten: int, cards_a_page: int = 3) -> Outcome:
    """Let the thief begin `gifts` gifts; of ten cards, `declined_in_ten` are declined.

    Raises NotHere.
    """
    check_place()
    outcome, started = Outcome(), time.monotonic()
    fund = Fund.objects.open_now().values_list("key", flat=True)[0]
    turn = 0
    for number, address in zip(range(gifts), addresses(), strict=False):
        thief = Browser(address)
        status, page = _begin(thief, f"thief-{number}@example.net", fund=fund)
        is_sent_off = status in {302, 303}
        outcome.answers[PAGE if page else MAIL_FIRST if is_sent_off else f"refused, {status}"] += 1
        for _ in range(cards_a_page if page else 0):
            turn += 1
            card = DECLINED_CARD if turn % 10 < declined_in_ten else GOOD_CARD
            status, _where, _text = thief.send(page, {"action": "pay", "card": card})
            outcome.tried += 1
            if card == GOOD_CARD:
                outcome.charged += status in {302, 303}
                break
        _note_level(outcome, since=started)
    # What came last is judged by the worker, a moment later.
    while (
        outcome.is_lock_due
        and outcome.locked_after is None
        and time.monotonic() - started < IN_TIME
    ):
        time.sleep(0.2)
        _note_level(outcome, since=started)
    outcome.seconds = time.monotonic() - started
    outcome.does_donor_give = _donor_gives(fund)
    return outcome


def _begin(browser: Browser, email: str, *, fund: str) -> tuple[int, str]:
    """Send the form; return the status, and the payment page's address or nothing."""
    url = f"{settings.SITE_URL}/en/give/"
    hidden = browser.form(url)
    given = {**hidden, "own_amount": "2", "fund": fund, "email": email, "name": "Drill"}
    status, where, _text = browser.send(url, given)
    return status, where if where.startswith(settings.STRIPE_API_BASE) else ""


def _note_level(outcome: Outcome, *, since: float) -> None:
    level = guard.state()
    passed = time.monotonic() - since
    if level != guard.S.CALM and outcome.raised_after is None:
        outcome.raised_after = passed
    if level == guard.S.LOCKDOWN and outcome.locked_after is None:
        outcome.locked_after = passed


def _donor_gives(fund: str) -> bool:
    """Say whether a donor of before reaches the payment page: by the mail if one is demanded."""
    before = Gift.objects.filter(received_at__isnull=False).select_related("donor")
    known = before.order_by("pk").first()
    if known is None:
        return False
    began, donor = timezone.now(), Browser("127.0.0.1")
    status, page = _begin(donor, known.donor.email, fund=fund)
    if page:
        return True
    mail = Mail.objects.filter(
        template="donations/go_on", recipient=known.donor.email, created_at__gte=began
    ).first()
    if mail is None:
        return False
    url = str(mail.context["url"])
    status, where, _text = donor.send(url, donor.form(url))
    return status == 303 and where.startswith(settings.STRIPE_API_BASE)
