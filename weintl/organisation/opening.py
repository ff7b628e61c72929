"""Open shop and gifts again on the days that people were told."""

import logging
from datetime import date

from .models import Organisation

logger = logging.getLogger(__name__)

# What can be closed for a time: its switch and the field of its day.
SWITCHES = {
    "shop": ("is_shop_open", "shop_opens_on"),
    "gifts": ("are_gifts_open", "gifts_open_on"),
}


def open_again(*, today: date) -> list[str]:
    """Open what was closed until a day that has come; return what was: "shop", "gifts".

    The words for people stay for the next time, the day goes.
    """
    return [what for what, fields in SWITCHES.items() if _open(what, *fields, today=today)]


def _open(what: str, switch: str, day: str, *, today: date) -> bool:
    due = Organisation.objects.filter(**{switch: False, f"{day}__lte": today})
    is_opened = bool(due.update(**{switch: True, day: None}))
    if is_opened:
        logger.info("%s.opened", what)
    return is_opened
