"""Who gives: how a donor stands on papers."""

from .models import Donor


def lines_of(donor: Donor) -> list[str]:
    """Return the donor as on a paper, a line each: the name, else the e-mail address."""
    return [donor.name or donor.email]
