"""What an installation needs to run well, each with how to mend it."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from kombu.exceptions import OperationalError

from weintl.accounts.models import User
from weintl.celery import app
from weintl.encryption import NoKey, seal
from weintl.organisation.models import Organisation
from weintl.payments.models import Payment


@dataclass(frozen=True)
class Finding:
    """One line: what was looked at, whether it is well, and what to do if not."""

    subject: str
    is_well: bool
    remark: str


def database() -> Finding:
    """Look for PostgreSQL 15 or newer."""
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        first = str(error).strip().splitlines()[0]
        return Finding("Database", False, f"{first}. Set DATABASE_URL and start the server.")
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0]) // 10000
    return Finding("Database", version >= 15, f"PostgreSQL {version}; 15 or newer is needed.")


def migrations() -> Finding:
    """Look for migrations that have not run."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return Finding("Migrations", False, "Cannot tell without the database.")
    if missing:
        remark = f"{len(missing)} have not run. Run: python manage.py migrate"
        return Finding("Migrations", False, remark)
    return Finding("Migrations", True, "All have run.")


def broker() -> Finding:
    """Look for Valkey or Redis."""
    try:
        with app.connection_for_write(connect_timeout=1) as link:
            link.ensure_connection(max_retries=1, timeout=1)
    except (OperationalError, OSError):
        return Finding("Broker", False, "Not reachable. Set REDIS_URL and start the server.")
    return Finding("Broker", True, "Reachable.")


def data_folder() -> Finding:
    """Look for a data folder that can be written."""
    folder = settings.DATA_DIR
    is_well = folder.is_dir() and os.access(folder, os.W_OK)
    return Finding("Data folder", is_well, f"{folder} must exist and be writable (DATA_DIR).")


def payments() -> Finding:
    """Look for keys that fit together."""
    if settings.STRIPE_API_BASE:
        return Finding("Payments", settings.DEMO, "The stand-in answers; no real money flows.")
    if not settings.STRIPE_SECRET_KEY:
        return Finding("Payments", False, "Set STRIPE_SECRET_KEY.")
    if not settings.STRIPE_WEBHOOK_SECRETS:
        return Finding("Payments", False, "Set STRIPE_WEBHOOK_SECRET.")
    mode = "live" if settings.STRIPE_LIVE else "test"
    return Finding("Payments", True, f"Stripe in {mode} mode.")


def settlement() -> Finding:
    """Look for orders that the provider settled in another currency than the shop sells in."""
    base = settings.BASE_CURRENCY
    paid = Payment.objects.filter(purpose="order").exclude(settled_currency__in=["", base])
    try:
        foreign = sorted(set(paid.order_by().values_list("settled_currency", flat=True)))
    except DatabaseError:
        return Finding("Settlement", False, "Cannot tell without the database.")
    if foreign:
        names = ", ".join(foreign).upper()
        remark = f"Orders were settled in {names}. Add a bank account in {base.upper()} at Stripe."
        return Finding("Settlement", False, remark)
    return Finding("Settlement", True, f"Orders are sold and settled in {base.upper()}.")


def mail() -> Finding:
    """Look for a way out for mails."""
    if settings.EMAIL_URL:
        return Finding("Mail", True, f"Sent from {settings.DEFAULT_FROM_EMAIL}.")
    remark = f"Written to {settings.MAIL_FOLDER}. Set EMAIL_URL to send them."
    return Finding("Mail", settings.DEMO, remark)


def encryption() -> Finding:
    """Look for keys that keep bank details unreadable in backups."""
    try:
        seal("")
    except NoKey as error:
        return Finding("Encryption", settings.DEMO, f"{error} .env.example says how to make one.")
    return Finding("Encryption", True, "ENCRYPTION_KEYS: newest first, kept apart from backups.")


def organisation() -> Finding:
    """Look for the record that footer, mails and papers are made from."""
    try:
        is_well = Organisation.objects.exists()
    except DatabaseError:
        return Finding("Organisation", False, "Cannot tell without the database.")
    return Finding("Organisation", is_well, "Fill it in at /admin/organisation/.")


def people() -> Finding:
    """Look for two people, since money acts need a second one."""
    try:
        count = User.objects.filter(is_staff=True, is_active=True).count()
    except DatabaseError:
        return Finding("Staff", False, "Cannot tell without the database.")
    wanted = 2 if settings.FOUR_EYES else 1
    remark = f"{count} may sign in; {wanted} needed. Run: python manage.py createsuperuser"
    return Finding("Staff", count >= wanted, remark)


CHECKS: tuple[Callable[[], Finding], ...] = (
    database,
    migrations,
    broker,
    data_folder,
    payments,
    settlement,
    mail,
    encryption,
    organisation,
    people,
)


def examine() -> Iterator[Finding]:
    """Yield a finding for each subject, in the order in which they are mended best."""
    for check in CHECKS:
        yield check()
