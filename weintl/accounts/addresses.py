"""The e-mail addresses that a person has confirmed to be theirs."""

from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import QuerySet


def is_confirmed(email: str) -> bool:
    """Say whether somebody with an account has confirmed this address by mail."""
    return all_confirmed().filter(email__iexact=email).exists()


def all_confirmed() -> QuerySet[EmailAddress]:
    """Return the rows of all addresses that were confirmed by mail, for a query to look into."""
    return EmailAddress.objects.filter(verified=True)


def confirmed(user: Any) -> list[str]:
    """Return the addresses of `user` that were confirmed by mail, in lower case."""
    rows = EmailAddress.objects.filter(user=user, verified=True).order_by("pk")
    return [email.lower() for email in rows.values_list("email", flat=True)]
