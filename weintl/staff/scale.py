"""Make a demonstration so many times as large, for tests under load."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import donations.seed.copies
import marketplace.seed.copies
import partners.seed.copies
import weintl.mail.seed
import weintl.payments.seed
from marketplace.models import Hold
from partners import ledger
from weintl.copies import Copied, Copier, analyze
from weintl.payments import states
from weintl.payments.models import Payment, Refund, WebhookEvent


class NotReady(RuntimeError):
    """The site cannot be copied as it stands; the message says why."""


@dataclass(frozen=True)
class Progress:
    """How far it is: the size reached, of how many, and the rows written so far."""

    scale: int
    of: int
    rows: int


def tables() -> list[Copied]:
    """Return all that is copied, what is pointed to before what points there."""
    keys = {**weintl.payments.seed.KEYS, **marketplace.seed.copies.KEYS}
    references = {**marketplace.seed.copies.REFERENCES, **donations.seed.copies.REFERENCES}
    mails = {**marketplace.seed.copies.MAILS, **donations.seed.copies.MAILS}
    causes = {**marketplace.seed.copies.CAUSES, **donations.seed.copies.CAUSES}
    return [
        *partners.seed.copies.rules(),
        *weintl.payments.seed.copied(references=references),
        *donations.seed.copies.copied(),
        *marketplace.seed.copies.catalogue(),
        *marketplace.seed.copies.orders(),
        *partners.seed.copies.ledger(keys=keys, lists=marketplace.seed.copies.LISTS),
        *weintl.mail.seed.copied(causes=causes, keys=mails),
    ]


def fill(*, scale: int, now: datetime) -> Iterator[Progress]:
    """Copy the shop and all that happened until there is `scale` times as much; yield progress.

    The ledger's chain is sealed as it grows, at `now`. Does nothing where the site has that
    size. Raises NotReady for a site of another size, or on which something is under way.
    """
    reached = 1 + marketplace.seed.copies.count()
    if scale == reached:
        return
    if reached > 1:
        raise NotReady(f"This site has scale {reached} already; begin with an empty data folder.")
    _refuse_what_is_under_way()
    wanted = tables()
    copier = Copier(wanted, copies=scale - 1)
    with (
        marketplace.seed.copies.listed_afterwards(),
        marketplace.seed.copies.numbered_afterwards(),
        donations.seed.copies.numbered_afterwards(),
    ):
        for done in copier.run():
            ledger.seal(now)
            yield Progress(scale=done + 1, of=scale, rows=done * copier.rows)
    analyze(wanted)


def _refuse_what_is_under_way() -> None:
    """Copies of what waits would be asked for at the provider, which does not know them."""
    waiting = {
        "open payments": Payment.objects.filter(state__in=states.UNDECIDED),
        "refunds to be sent": Refund.objects.filter(state=Refund.State.REQUESTED),
        "held pieces": Hold.objects.filter(state=Hold.State.ACTIVE),
        "events to be processed": WebhookEvent.objects.filter(
            state__in=[WebhookEvent.State.RECEIVED, WebhookEvent.State.FAILED]
        ),
    }
    found = [name for name, rows in waiting.items() if rows.exists()]
    if found:
        raise NotReady(f"There are {', '.join(found)}: begin with an empty data folder.")
    if not Payment.objects.exists():
        raise NotReady("There is nothing to copy: the history of orders and gifts is missing.")
