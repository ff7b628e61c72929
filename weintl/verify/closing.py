"""A month is not closed over books that do not hold. Asked for by setting CLOSING_CHECKS."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from partners.closing import Obstacle

from .models import BrokenRule


def obstacles(*, end: datetime) -> list[Obstacle]:
    """Return the broken rules that stand, whichever month they are about; one statement."""
    count = BrokenRule.objects.filter(gone_at=None).count()
    return [Obstacle(_("Broken rules"), count, "verify_brokenrule", {"gone_at__isempty": "1"})]
