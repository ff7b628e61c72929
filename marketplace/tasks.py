"""The shop's work in the background: one call each."""

from celery import shared_task
from django.utils import timezone

from . import alerts, erasing, holds, invoice_papers, listing, low_stock, new_pictures


@shared_task
def sweep_holds() -> int:
    """Settle holds whose time is over. Returns how many orders were looked at."""
    return holds.sweep(now=timezone.now())


@shared_task
def list_again() -> int:
    """Bring lists up to date with the time. Returns how many products were looked at."""
    return listing.catch_up(now=timezone.now())


@shared_task
def tell_of_pieces() -> int:
    """Write to whoever waits for a piece that can be had again. Returns to how many."""
    return alerts.tell(now=timezone.now())


@shared_task
def forget_alerts() -> int:
    """Delete addresses that nobody confirmed, or that were written to. Returns how many."""
    return alerts.forget(now=timezone.now())


@shared_task
def forget_new_pictures() -> int:
    """Delete pictures that nobody described in time. Returns how many."""
    return new_pictures.forget(now=timezone.now())


@shared_task
def remind_of_low_stock() -> int:
    """Mail the shop's staff what runs out. Returns how many were written to."""
    return low_stock.remind(now=timezone.now())


@shared_task
def keep_invoices() -> int:
    """Make the papers of what was issued. Safe to repeat; beat runs it. Returns how many."""
    return invoice_papers.keep_waiting()


@shared_task
def erase_orders() -> int:
    """Take the names off orders of deleted accounts once nothing is open. Returns how many."""
    return erasing.erase_due(now=timezone.now())
