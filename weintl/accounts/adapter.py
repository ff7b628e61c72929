"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Staff are made in the admin; giving and buying need no account."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse public sign-up: it would offer an account that opens nothing."""
        return False
