"""The demonstration's people: two, so that one can approve what the other did."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.conf import settings

from weintl.accounts.models import User
from weintl.organisation.models import Organisation


@dataclass(frozen=True)
class DemoLogin:
    """Who signs in with what, in the demonstration only."""

    email: str
    password: str
    first_name: str
    last_name: str


DEMO_LOGINS = (
    DemoLogin("ines@weintl.example", "weave-indigo-and-weld", "Inés", "Demonstration"),
    DemoLogin("amara@weintl.example", "weld-over-indigo-is-green", "Amara", "Demonstration"),
)


class NotADemonstration(RuntimeError):
    """Demonstration logins were asked for on a production site."""


def load_people() -> tuple[User, User]:
    """Create the two demonstration users unless they are there, and return them.

    Raises NotADemonstration where SITE_URL is https: their passwords are public.
    """
    if settings.PRODUCTION:
        raise NotADemonstration("Demonstration logins are never made on a production site.")
    return _user(DEMO_LOGINS[0]), _user(DEMO_LOGINS[1])


def _user(login: DemoLogin) -> User:
    kept = User.objects.filter(email=login.email).first()
    user = kept or User.objects.create_superuser(
        login.email,
        login.password,
        first_name=login.first_name,
        last_name=login.last_name,
    )
    # Else the first sign-in would wait for a mail that nobody receives.
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    return user


def load_organisation() -> Organisation:
    """Create the demonstration's organisation unless there is one, and return it."""
    organisation, _created = Organisation.objects.get_or_create(
        pk=1,
        defaults={
            "name": "WE International",
            "legal_name": "WE International (demonstration)",
            "contact_email": "hello@weintl.example",
            "reply_name": "Inés",
            "gift_currencies": ["eur", "mxn"],
            "address": "12 Selvedge Lane\nMadison, WI 53703",
            "country": "US",
            "mission_en": (
                "A network of partner organisations and makers working against human "
                "trafficking, for people who want to live and work in freedom."
            ),
            "mission_es": (
                "Una red de organizaciones aliadas y de artesanas que trabaja contra la trata "
                "de personas, por quienes quieren vivir y trabajar en libertad."
            ),
        },
    )
    return organisation
