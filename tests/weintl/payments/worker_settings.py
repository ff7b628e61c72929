"""The project's settings with the recording handler, for worker processes of tests."""

from weintl.settings import *  # noqa: F403

PAYMENT_HANDLERS = {"test": "tests.weintl.payments.recording_handler.Recording"}
LEDGER_PROVIDER_BALANCE = ""
