"""Work in the background: on which queue each task waits, and which tasks come by themselves.

The settings take both tables over as they stand.
"""

from datetime import timedelta
from typing import Any

from celery.schedules import crontab

ROUTES = {
    # What makes papers is slow, and no payment waits behind it.
    "marketplace.tasks.keep_invoices": {"queue": "reports"},
    "donations.tasks.keep_receipts": {"queue": "reports"},
    "weintl.payments.*": {"queue": "payments"},
    "marketplace.*": {"queue": "payments"},
    "donations.*": {"queue": "payments"},
    "awareness.*": {"queue": "reports"},
    "partners.*": {"queue": "reports"},
    "weintl.mail.*": {"queue": "mail"},
    "weintl.media.*": {"queue": "media"},
    "weintl.verify.*": {"queue": "reports"},
    "weintl.kept.*": {"queue": "reports"},
    "weintl.organisation.*": {"queue": "reports"},
}

BEAT: dict[str, dict[str, Any]] = {
    "sweep-payments": {"task": "weintl.payments.tasks.sweep", "schedule": 60},
    "sweep-holds": {"task": "marketplace.tasks.sweep_holds", "schedule": 60},
    "list-again": {"task": "marketplace.tasks.list_again", "schedule": 60},
    "tell-of-pieces": {"task": "marketplace.tasks.tell_of_pieces", "schedule": 60},
    "forget-new-pictures": {
        "task": "marketplace.tasks.forget_new_pictures",
        "schedule": timedelta(hours=12),
    },
    "forget-alerts": {"task": "marketplace.tasks.forget_alerts", "schedule": timedelta(hours=12)},
    "erase-orders": {"task": "marketplace.tasks.erase_orders", "schedule": timedelta(hours=6)},
    "erase-donors": {"task": "donations.tasks.erase_donors", "schedule": timedelta(hours=6)},
    "remind-of-low-stock": {
        "task": "marketplace.tasks.remind_of_low_stock",
        "schedule": crontab(minute=30, hour=6, day_of_week="mon"),
    },
    "sweep-mail": {"task": "weintl.mail.tasks.sweep", "schedule": 60},
    "sweep-media": {"task": "weintl.media.tasks.sweep", "schedule": 60},
    "remind-consents": {"task": "weintl.media.tasks.remind", "schedule": timedelta(hours=12)},
    "open-again": {"task": "weintl.organisation.tasks.open_again", "schedule": 300},
    "keep-invoices": {"task": "marketplace.tasks.keep_invoices", "schedule": 300},
    "keep-receipts": {"task": "donations.tasks.keep_receipts", "schedule": 300},
    "judge-declines": {"task": "donations.tasks.judge_declines", "schedule": 60},
    "close-pages": {"task": "donations.tasks.close_pages", "schedule": 60},
    "forget-links": {"task": "donations.tasks.forget_links", "schedule": timedelta(hours=12)},
    "keep-papers": {"task": "partners.tasks.keep_papers", "schedule": 300},
    "seal-ledger": {"task": "partners.tasks.seal_ledger", "schedule": 300},
    # The second: by then the first is over in every time zone.
    "propose-payouts": {
        "task": "partners.tasks.propose_payouts",
        "schedule": crontab(minute=0, hour=5, day_of_month="2"),
    },
    "verify": {"task": "weintl.verify.tasks.verify", "schedule": crontab(minute=10, hour=2)},
    "reconcile": {"task": "weintl.payments.tasks.reconcile", "schedule": timedelta(days=1)},
    "forget-changes": {
        "task": "weintl.kept.tasks.forget_changes",
        "schedule": crontab(minute=40, hour=3),
    },
    "forget-messages": {
        "task": "awareness.tasks.forget_messages",
        "schedule": crontab(minute=20, hour=3),
    },
    "remind-of-reviews": {
        "task": "awareness.tasks.remind_of_reviews",
        "schedule": crontab(minute=0, hour=6, day_of_week="mon"),
    },
}
