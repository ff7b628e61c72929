"""How payments tells whoever sold something. See docs/architecture.md."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from .models import Dispute, Payment, ProviderPayout, Refund, Subscription


class PaymentHandler(ABC):
    """Answers for one purpose. Each method runs inside the transaction that books the state.

    A raised error leaves the event unprocessed, to be tried again; every effect must be
    safe to repeat. `now` is when the provider says that it happened.
    """

    @abstractmethod
    def paid(self, payment: Payment, *, now: datetime) -> None:
        """Take in that the payment succeeded (also late: after expiry or failure)."""

    @abstractmethod
    def settled(self, payment: Payment, *, now: datetime) -> None:
        """Take in the provider's fee: `payment.fee_amount` and `net_amount` are known now."""

    @abstractmethod
    def failed(self, payment: Payment, *, now: datetime) -> None:
        """Take in that the payment failed for good (a delayed method bounced)."""

    @abstractmethod
    def expired(self, payment: Payment, *, now: datetime) -> None:
        """Take in that the payment page closed unpaid."""

    @abstractmethod
    def refunded(self, payment: Payment, refund: Refund, *, now: datetime) -> None:
        """Take in a refund's state: money left (pending, succeeded) or came back (failed).

        Failed never comes first: a refund that is heard of late is told as pending before.
        """

    @abstractmethod
    def disputed(self, payment: Payment, dispute: Dispute, *, now: datetime) -> None:
        """Take in a dispute's state or further money moved by it.

        Heard of late, a dispute that is won or lost is told twice: as open first. Nothing has
        left while `dispute.withdrawn_amount` is 0 (a mere inquiry).
        """

    def issue_papers(  # noqa: B027, nothing is the right answer for who issues none
        self, payment: Payment, *, now: datetime
    ) -> None:
        """Issue what a payment that succeeded is due on paper by now; called after all else.

        Papers take numbers, and those are locked last of all: docs/decisions/0009.
        """

    def refund_settled(  # noqa: B027, nothing is the right answer for who keeps one currency
        self, payment: Payment, refund: Refund
    ) -> None:
        """Take in what the provider took for a refund, or gave back; after `refunded`."""

    def declined(  # noqa: B027, nothing is the right answer for who watches no cards
        self, payment: Payment, *, now: datetime
    ) -> None:
        """Take in that a card was declined; the page is open still, another may be tried."""

    def refused(  # noqa: B027, nothing is the right answer for who claims nothing
        self, payment: Payment, refund: Refund, *, now: datetime
    ) -> None:
        """Take in that the provider will not make a refund that was asked for: nothing moved."""

    def admin_urls(self, payments: Sequence[Payment]) -> dict[int, str]:
        """Return the admin page of what each payment paid for, by its id; none by default.

        Takes the same number of statements for one as for a page of them.
        """
        return {}

    @classmethod
    def title(cls, reference: str) -> str:
        """Return what staff call the thing of this reference; the bare words by default."""
        return reference


class SubscriptionHandler(ABC):
    """Answers for one purpose's repeated payments.

    Each method runs inside the transaction that books the news and must be safe to repeat.
    """

    @abstractmethod
    def renewed(
        self, subscription: Subscription, *, invoice_id: str, amount: int, now: datetime
    ) -> str:
        """Make ready what a further payment of `amount` pays for; return its reference."""

    @abstractmethod
    def joined(self, payment: Payment) -> None:
        """Join what `renewed` made ready with the payment that was written for it."""

    @abstractmethod
    def changed(self, subscription: Subscription, *, was: str, now: datetime) -> None:
        """Take in another state, amount or period; `was` is the state before."""

    @abstractmethod
    def declined(
        self,
        subscription: Subscription,
        *,
        attempt: int,
        tried_again_at: datetime | None,
        now: datetime,
    ) -> None:
        """Take in that a payment did not come; `attempt` counts from 1 for each invoice.

        `tried_again_at`: when the provider tries the same card again, None where it does not.
        """


def subscription_handler_for(purpose: str) -> SubscriptionHandler:
    """Return the handler that settings name for `purpose`. Raises KeyError if none does."""
    return import_string(settings.SUBSCRIPTION_HANDLERS[purpose])()


def handler_for(purpose: str) -> PaymentHandler:
    """Return the handler that settings name for `purpose`. Raises KeyError if none does."""
    return import_string(settings.PAYMENT_HANDLERS[purpose])()


class PayoutHandler(ABC):
    """Keeps books of the provider's payouts to our bank.

    Each method runs inside the transaction that books the news and must be safe to repeat.
    """

    @abstractmethod
    def left(self, payout: ProviderPayout, *, now: datetime) -> None:
        """Take in that the amount left our balance at the provider."""

    @abstractmethod
    def came_back(self, payout: ProviderPayout, *, now: datetime) -> None:
        """Take in that the bank sent it back, or that it was cancelled."""


def payout_handler() -> PayoutHandler | None:
    """Return the handler that settings name; None where nobody keeps books."""
    path = settings.PAYOUT_HANDLER
    return import_string(path)() if path else None
