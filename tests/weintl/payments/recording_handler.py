"""A handler for tests: writes each call down in its transaction, as a row of the outbox."""

import os
import time
import uuid
from pathlib import Path

from weintl.mail.models import Mail
from weintl.payments.handlers import PaymentHandler


def write(what: str, payment, *, now, **more) -> None:
    Mail.objects.create(
        key=f"test/{uuid.uuid4()}",
        cause=f"payment:{payment.pk}",
        template=what,
        language="en",
        recipient="nobody@example.org",
        context={**more, "now": now.isoformat(), "state": payment.state},
        message_id=str(uuid.uuid4()),
        next_attempt_at=now,
        created_at=now,
    )


class Recording(PaymentHandler):
    """Every call is one row; `calls` reads them back."""

    def paid(self, payment, *, now):
        write("paid", payment, now=now)
        _pause()

    def settled(self, payment, *, now):
        write("settled", payment, now=now, fee=payment.fee_amount, net=payment.net_amount)

    def failed(self, payment, *, now):
        write("failed", payment, now=now)

    def expired(self, payment, *, now):
        write("expired", payment, now=now)

    def refunded(self, payment, refund, *, now):
        write(
            f"refunded {refund.state}",
            payment,
            now=now,
            refund=refund.pk,
            amount=refund.amount,
            refunded=payment.refunded_amount,
            external=refund.is_external,
        )

    def disputed(self, payment, dispute, *, now):
        write(
            f"disputed {dispute.state}",
            payment,
            now=now,
            withdrawn=dispute.withdrawn_amount,
            reinstated=dispute.reinstated_amount,
            fee=dispute.fee_amount,
        )

    def refused(self, payment, refund, *, now):
        write("refused", payment, now=now, reason=refund.failure_reason)

    def admin_urls(self, payments):
        return {payment.pk: f"/test/{payment.reference}/" for payment in payments}


class Failing(Recording):
    """Fails as a handler with a fault would, after it has written."""

    def paid(self, payment, *, now):
        super().paid(payment, now=now)
        raise RuntimeError("The handler has a fault.")


def _pause() -> None:
    """Stop in the middle while the file named in the environment exists: time for a kill."""
    name = os.environ.get("RECORDING_PAUSE")
    if name and Path(name).exists():
        Path(f"{name}.reached").touch()
        time.sleep(60)
