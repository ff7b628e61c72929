"""The e-mail addresses that a person has confirmed to be theirs."""

from typing import Any

from allauth.account.models import EmailAddress


def confirmed(user: Any) -> list[str]:
    """Return the addresses of `user` that were confirmed by mail, in lower case."""
    rows = EmailAddress.objects.filter(user=user, verified=True).order_by("pk")
    return [email.lower() for email in rows.values_list("email", flat=True)]
