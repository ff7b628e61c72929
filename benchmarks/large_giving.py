"""Write very many donors, gifts and receipts past the triggers, as nothing else may."""

from datetime import timedelta
from typing import Any

from django.db import connection, models, transaction
from django.test import Client
from django.utils import timezone

from donations.models import Donor, Gift, Receipt, ReceiptDonor
from tests.factories.donations import CampaignFactory, DonorFactory, come_in, gift_received
from weintl.accounts.models import User
from weintl.mail.models import Mail
from weintl.payments.models import Payment

AT_ONCE = 100_000
# Gifts of the donor whose page is asked for, and of the others on average.
OWN, EACH = 30, 4


class Giving:
    """One donor with some gifts, as the code makes them, and ever more copies of one of them."""

    def __init__(self) -> None:
        self.now = timezone.now()
        self.donor = DonorFactory(email="ana@example.org", name="Ana Ruiz")
        self.campaign = CampaignFactory()
        given = {"donor": self.donor, "campaign": self.campaign, "fund": self.campaign.fund}
        for day in range(OWN):
            with transaction.atomic():
                self.like = gift_received(now=self.now - timedelta(days=20 * day), **given)
        self.written = 0

    def grow(self, gifts: int) -> None:
        """Have `gifts` of others, each with payment, receipt and mail, EACH of a donor."""
        _run("SET session_replication_role = replica")
        while self.written < gifts:
            high = min(self.written + AT_ONCE, gifts)
            self._write(self.written + 1, high)
            self.written = high
        _run("SET session_replication_role = origin")
        _run(
            "UPDATE donations_campaigntally SET (raised_amount, gift_count) ="
            " (SELECT sum(counted_amount), count(*) FROM donations_gift WHERE campaign_id ="
            f" {self.campaign.pk}) WHERE campaign_id = {self.campaign.pk}"
        )
        for model in (Donor, Gift, Receipt, ReceiptDonor, Payment, Mail):
            _run(f"VACUUM (ANALYZE) {model._meta.db_table}")

    def _write(self, low: int, high: int) -> None:
        gift, receipt = self.like, self.like.receipts.get()
        first = 1_000_000
        at = "t.{} - (k % 1500) * interval '1 day' - k * interval '1 second'".format
        public = "md5('{}' || k)::uuid".format
        _copy(self.donor, low, high, every=EACH, own={
            "id": f"{first} + k", "public_id": public("donor"), "created_at": at("created_at"),
            "email": "'donor' || k || '@example.org'", "name": "'Donor ' || k % 90000",
            "address": "k % 9000 || ' Road' || chr(10) || 'Madison, WI ' || 10000 + k % 80000",
        })  # fmt: skip
        _copy(gift.payment, low, high, own={
            "id": f"{first} + k", "public_id": public("payment"), "reference": public("gift"),
            "session_id": "'cs_bench_' || k", "intent_id": "'pi_bench_' || k",
            "charge_id": "'ch_bench_' || k",
            "balance_transaction_id": "'txn_bench_' || k", "created_at": at("created_at"),
        })  # fmt: skip
        _copy(gift, low, high, own={
            "id": f"{first} + k", "public_id": public("gift"), "token": "md5('token' || k)",
            "donor_id": f"{first} + {EACH} * (1 + (k - 1) / {EACH})",
            "payment_id": f"{first} + k", "submission_key": "md5('key' || k)",
            "form_digest": "NULL", "created_at": at("created_at"), "received_at": at("received_at"),
        })  # fmt: skip
        _copy(receipt, low, high, own={
            "id": f"{first} + k", "gift_id": f"{first} + k", "sequence": f"{first} + k",
            "number": f"'RC-2026-' || {first} + k", "issued_at": at("issued_at"),
            "received_on": "t.received_on - (k % 1500)::integer", "waits_for_paper": "false",
        })  # fmt: skip
        _copy(receipt.donor_row, low, high, own={
            "id": f"{first} + k", "receipt_id": f"{first} + k", "text": "'Donor ' || k",
        })  # fmt: skip
        mail = Mail.objects.filter(cause=f"gift:{gift.pk}").get()
        _copy(mail, low, high, own={
            "id": f"{first} + k", "key": "'bench/' || k", "cause": f"'gift:' || {first} + k",
            "message_id": "'<' || k || '@bench>'", "state": "'sent'", "sent_at": "t.created_at",
        })  # fmt: skip

    def client(self) -> Client:
        """Return a browser of somebody of staff in which the donor's page is open too."""
        client = Client(HTTP_HOST="localhost")
        client.force_login(User.objects.create_superuser("gifts@example.org", "measured once"))
        come_in(client, self.donor, now=timezone.now())
        return client


def _copy(row: models.Model, low: int, high: int, *, own: dict[str, str], every: int = 1) -> None:
    """Write copies of a row for each `every`-th k; `own` gives SQL over `t` and `k`."""
    table = row._meta.db_table
    columns = [
        field.column for field in row._meta.concrete_fields if not getattr(field, "generated", 0)
    ]
    values = ", ".join(own.get(name, f't."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    _run(
        f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} t,"
        f" generate_series({low}, {high}) AS k WHERE t.id = {row.pk} AND k % {every} = 0"
    )


def _run(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall()) if cursor.description else []
