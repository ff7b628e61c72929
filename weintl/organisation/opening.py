"""Open the shop again on the day that shoppers were told."""

import logging
from datetime import date

from .models import Organisation

logger = logging.getLogger(__name__)


def open_again(*, today: date) -> bool:
    """Open a shop that was closed until a day that has come; say whether it was opened.

    The words for shoppers stay for the next time, the day goes.
    """
    due = Organisation.objects.filter(is_shop_open=False, shop_opens_on__lte=today)
    is_opened = bool(due.update(is_shop_open=True, shop_opens_on=None))
    if is_opened:
        logger.info("shop.opened")
    return is_opened
