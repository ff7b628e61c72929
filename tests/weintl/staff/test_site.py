"""Who may enter the admin."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from weintl.accounts.models import User
from weintl.staff import demo

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return demo.load_people()[0]


def test_a_visitor_is_sent_to_the_sign_in(client):
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/")


def test_somebody_who_is_no_staff_is_refused(client):
    client.force_login(User.objects.create_user("shopper@weintl.example", "long-enough-words"))
    assert client.get("/admin/", follow=True).status_code == 403


def test_the_demonstration_lets_staff_in_and_offers_the_second_factor(client, staff):
    client.force_login(staff)
    answer = client.get("/admin/")
    assert answer.status_code == 200
    assert answer.context["offers_second_factor"]


def test_production_demands_the_second_factor(client, staff, settings):
    settings.PRODUCTION = True
    client.force_login(staff)
    answer = client.get("/admin/", follow=True)
    assert "/accounts/2fa/totp/activate/" in answer.redirect_chain[-1][0] or (
        "/accounts/reauthenticate/" in answer.redirect_chain[-1][0]
    )
    TOTP.activate(staff, generate_totp_secret())
    assert client.get("/admin/").status_code == 200


def test_an_inactive_user_is_refused(client, staff):
    client.force_login(staff)
    User.objects.filter(pk=staff.pk).update(is_active=False)
    assert client.get("/admin/").status_code == 302


def test_demonstration_logins_are_never_made_in_production(settings):
    settings.PRODUCTION = True
    with pytest.raises(demo.NotADemonstration):
        demo.load_people()
    assert not User.objects.exists()


def test_two_people_so_that_one_approves_the_others_act():
    first, second = demo.load_people()
    assert first.pk != second.pk
    assert demo.load_people() == (first, second)


@pytest.mark.django_db
def test_a_demonstration_login_opens_the_admin_at_once(client):
    demo.load_people()
    login = demo.DEMO_LOGINS[0]
    client.post("/accounts/login/", {"login": login.email, "password": login.password})
    assert client.get("/admin/").status_code == 200
