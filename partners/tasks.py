"""Work in the background."""

from celery import shared_task
from django.utils import timezone

from . import ledger, papers, payouts


@shared_task(name="partners.tasks.seal_ledger")
def seal_ledger() -> None:
    """Seal what is complete. Safe to repeat; beat runs it."""
    ledger.seal(timezone.now())


@shared_task(name="partners.tasks.propose_payouts")
def propose_payouts() -> None:
    """Draft last month's payouts. Safe to repeat; beat runs it."""
    payouts.propose_all(now=timezone.now())


@shared_task(name="partners.tasks.keep_papers")
def keep_papers() -> None:
    """Keep the papers of statements that were issued. Safe to repeat; beat runs it."""
    papers.keep_all()
