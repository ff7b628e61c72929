"""How allauth behaves here: who may sign up, where people land, and by which mails it speaks."""

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import get_language

from weintl.mail import outbox
from weintl.web import absolute

# What of allauth's context goes into our mails: addresses alone, and who it is for.
KEPT = ("activate_url", "password_reset_url", "signup_url", "email")
# allauth's name -> templates/mail/accounts/<ours>.*
TEMPLATES = {
    "account/email/email_confirmation_signup": "confirm",
    "account/email/email_confirmation": "confirm",
    "account/email/password_reset_key": "reset",
    "account/email/account_already_exists": "exists",
}


class AccountAdapter(DefaultAccountAdapter):
    """Customers sign up if they wish; giving and buying need no account. Staff are made in admin.

    No page and no timing of an answer says whether an address has an account: a mail does.
    """

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Let everybody."""
        return True

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Keep the language that the person reads, for mails."""
        user.language = get_language() or ""
        return super().save_user(request, user, form, commit=commit)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Lead staff to their pages, customers to theirs; an address that was asked for wins."""
        return reverse("admin:index") if request.user.is_staff else _account()  # type: ignore[union-attr]

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """Lead to the account."""
        return _account()

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Lead to the home page in the reader's language."""
        return reverse("awareness:home")

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        """Lead to the sign-in, and from there to the account."""
        return f"{reverse('account_login')}?{urlencode({'next': _account()})}"

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """Return the link of the mail; it says the language in which it was asked for."""
        path = reverse("account_confirm_email", args=[emailconfirmation.key])
        return absolute(f"{path}?{urlencode({'next': _account()})}")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the link of the mail; it says the language in which it was asked for."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        path = path.replace("UID-KEY", key)
        return absolute(f"{path}?{urlencode({'next': _account()})}")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the mail like any other: sent after the commit, in the reader's language."""
        ours = TEMPLATES.get(template_prefix)
        if ours is None:
            super().send_mail(template_prefix, email, context)
            return
        given = {name: str(context[name]) for name in KEPT if context.get(name)}
        given["account_url"] = absolute(_account())
        given["reset_url"] = absolute(reverse("account_reset_password"))
        outbox.queue(
            key=f"account/{ours}/{uuid4().hex}",
            template=f"accounts/{ours}",
            to=email,
            language=get_language() or settings.LANGUAGE_CODE,
            context=given,
            cause=_cause(email),
            now=timezone.now(),
        )

    def post_login(self, request: HttpRequest, user: Any, **options: Any) -> HttpResponse:
        """Tell whoever wants to know that somebody signed in, such as the cart."""
        for path in settings.AFTER_SIGN_IN:
            import_string(path)(request, user=user)
        return super().post_login(request, user, **options)


def _cause(email: str) -> str:
    """Return the account that a mail speaks of; 0 where the address has none."""
    owner = EmailAddress.objects.filter(email__iexact=email).values_list("user", flat=True).first()
    return f"account:{owner or 0}"


def _account() -> str:
    return reverse("marketplace:account")
