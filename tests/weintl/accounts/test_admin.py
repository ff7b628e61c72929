"""Who may change whom, and which rights nobody can take."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse

from tests.factories.partners import StaffFactory
from weintl.accounts.models import SecondFactor, User
from weintl.staff import groups

pytestmark = pytest.mark.django_db
CHANGE = "admin:accounts_user_change"
PASSWORD = "admin:auth_user_password_change"
NEW = "one-more-long-word-7"


@pytest.fixture
def administrator(client):
    groups.ensure()
    user = User.objects.create_user("a@example.org", "long-enough-word-1", is_staff=True)
    user.groups.add(Group.objects.get(name="administrator"))
    client.force_login(user)
    return user


@pytest.fixture
def superuser():
    return User.objects.create_superuser("root@example.org", "long-enough-word-2")


def change(client, user, **fields):
    joined = f"{user.date_joined:%Y-%m-%d}"
    data = {"email": user.email, "is_active": "on", "is_staff": "on"}
    data |= {"date_joined_0": joined, "date_joined_1": "00:00:00", **fields}
    return client.post(reverse(CHANGE, args=[user.pk]), data)


def set_password(client, user):
    url = reverse(PASSWORD, args=[user.pk])
    return client.post(url, {"password1": NEW, "password2": NEW, "usable_password": "true"})


def test_only_a_superuser_changes_a_superuser(client, administrator, superuser):
    assert set_password(client, superuser).status_code == 403
    assert change(client, superuser, first_name="X").status_code == 403
    superuser.refresh_from_db()
    assert superuser.check_password("long-enough-word-2")


def test_an_administrator_gives_rights_to_others_but_not_all_of_them(client, administrator):
    other = User.objects.create_user("o@example.org", "long-enough-word-3", is_staff=True)
    shop = Group.objects.get(name="shop")
    assert change(client, other, groups=[shop.pk], is_superuser="on").status_code == 302
    other.refresh_from_db()
    assert (list(other.groups.all()), other.is_superuser) == ([shop], False)
    assert set_password(client, other).status_code == 302


def test_an_administrator_takes_no_rights(client, administrator):
    finance = Group.objects.get(name="finance")
    change(client, administrator, groups=[finance.pk], is_superuser="on")
    administrator.refresh_from_db()
    assert [group.name for group in administrator.groups.all()] == ["administrator"]
    assert not administrator.is_superuser


def test_a_superuser_makes_another(client, superuser):
    client.force_login(superuser)
    other = User.objects.create_user("o@example.org", "long-enough-word-3", is_staff=True)
    change(client, other, is_superuser="on")
    assert User.objects.get(pk=other.pk).is_superuser


def test_the_secret_of_a_second_factor_is_never_shown(client):
    person = StaffFactory(is_superuser=True)
    client.force_login(person)
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    factor = SecondFactor.objects.get()
    page = client.get(reverse("admin:accounts_secondfactor_change", args=[factor.pk]))
    assert secret not in page.content.decode()
    assert factor.data["secret"] not in page.content.decode()
    assert client.get(reverse("admin:accounts_secondfactor_add")).status_code == 403
    assert not admin.site.is_registered(Authenticator)


def test_a_lost_second_factor_is_taken_away_by_who_has_every_right(client, administrator):
    TOTP.activate(StaffFactory(), generate_totp_secret())
    address = reverse("admin:accounts_secondfactor_delete", args=[SecondFactor.objects.get().pk])
    assert client.post(address, {"post": "yes"}).status_code == 403
    client.force_login(StaffFactory(is_superuser=True))
    assert client.post(address, {"post": "yes"}).status_code == 302
    assert not SecondFactor.objects.exists()
