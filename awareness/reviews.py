"""Reviews that are overdue: figures and helplines are checked again, or doubted."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import override

from weintl.accounts.models import User
from weintl.mail import outbox
from weintl.web import absolute

from .models import Helpline, Statistic

EDITORS = "editor"


def overdue_figures(*, today: date) -> QuerySet[Statistic]:
    """Return the public figures past their review, the longest waiting first."""
    return Statistic.objects.filter(is_public=True, review_due__lt=today).order_by(
        "review_due", "pk"
    )


def overdue_helplines(*, today: date) -> QuerySet[Helpline]:
    """Return the public helplines past their review, the longest waiting first."""
    return Helpline.objects.filter(is_public=True, review_due__lt=today).order_by(
        "review_due", "pk"
    )


def remind(*, now: datetime) -> int:
    """Write each editor of staff one mail a week with what is overdue; return how many.

    Nothing overdue: no mail. Safe to repeat: the key names the week.
    """
    today = localdate(now)
    # A person's language is stored nowhere: staff choose it for the browser only.
    language = settings.LANGUAGE_CODE
    with override(language):
        context = _context(today=today)
    if not (context["figures"] or context["helplines"]):
        return 0
    year, week, _day = today.isocalendar()
    editors = _editors()
    with transaction.atomic():
        for editor in editors:
            outbox.queue(
                key=f"reviews-due/{year}-W{week:02}/{editor.pk}",
                template="awareness/reviews_due",
                to=editor.email,
                language=language,
                context={"name": str(editor), **context},
                cause=f"user:{editor.pk}",
                now=now,
            )
    return len(editors)


def _editors() -> list[User]:
    editors = User.objects.filter(is_active=True, is_staff=True, groups__name=EDITORS)
    return list(editors.exclude(email="").distinct().order_by("pk"))


def _context(*, today: date) -> dict[str, Any]:
    return {
        "figures": [
            _row(figure, words=f"{figure.value_text}: {figure.counts_what}")
            for figure in overdue_figures(today=today)
        ],
        "helplines": [
            _row(line, words=f"{line.name} ({line.country_name})")
            for line in overdue_helplines(today=today)
        ],
    }


def _row(row: Statistic | Helpline, *, words: str) -> dict[str, str]:
    address = reverse(f"admin:awareness_{row._meta.model_name}_change", args=[row.pk])
    return {"words": words, "due": date_format(row.review_due), "url": absolute(address)}
