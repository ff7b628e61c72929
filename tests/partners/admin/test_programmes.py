"""Staff add partners, programmes and rules; one person writes a rule, another approves it."""

import time
from datetime import timedelta

import pytest
from allauth.account.internal.flows import login
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partners.models import Partner, Programme, SplitRule
from tests.factories.marketplace import on_shelf, order_of, pay
from tests.factories.partners import (
    PartnerFactory,
    ProgrammeFactory,
    SplitRuleFactory,
    StaffFactory,
    pass_checks,
    take_step,
)

pytestmark = pytest.mark.django_db

EMPTY_INLINES = {
    f"{name}-{field}": 0
    for name in ("programmes", "rules")
    for field in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
}


def signed_in(user, *, fresh: bool = True) -> Client:
    """Return a browser of `user`, who has just given the password if `fresh`."""
    client = Client()
    client.force_login(user)
    session = client.session
    if fresh:
        record = {"method": "password", "at": time.time(), "reauthenticated": True}
        session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [record]
        session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.save()
    return client


@pytest.fixture
def author():
    return StaffFactory(is_superuser=True)


@pytest.fixture
def approver():
    return StaffFactory(is_superuser=True)


def rule_data(programme: Programme, **changes: str) -> dict[str, object]:
    return {
        "programme": programme.pk,
        "product_code": "",
        "currency": "usd",
        "reason": "Agreed in May",
        "maker_pay": "9.00",
        "programme_share": "25",
        "long_term_care": "40",
        "education": "30",
        "medical_psychological": "20",
        "legal_aid": "10",
        "starts_at_0": "2024-01-01",
        "starts_at_1": "00:00:00",
        "ends_at_0": "",
        "ends_at_1": "",
        **changes,
    }


def test_a_partner_and_a_programme_added_here_appear_on_the_site(author):
    browser = signed_in(author)
    answer = browser.post(
        reverse("admin:partners_partner_add"),
        {
            "name": "Quay House",
            "slug": "quay-house",
            "country": "NP",
            "summary_en": "Looms.",
            "summary_es": "Telares.",
            "story_en": "Long.",
            "story_es": "Largo.",
            **EMPTY_INLINES,
        },
    )
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    partner = Partner.objects.get()
    answer = browser.post(
        reverse("admin:partners_programme_add"),
        {
            "partner": partner.pk,
            "code": "quay",
            "name_en": "Quay looms",
            "name_es": "Telares del muelle",
            "slug_en": "quay-looms",
            "slug_es": "telares-del-muelle",
            "pillar": "aftercare",
            "country": "NP",
            "summary_en": "Work.",
            "summary_es": "Trabajo.",
            "is_active": "on",
            **EMPTY_INLINES,
        },
    )
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert Client().get("/en/partners/quay-house/").status_code == 404
    pass_checks(partner)
    for to in ("vetted", "active"):
        partner = take_step(partner, to)
    shown = Client().get("/es/partners/quay-house/telares-del-muelle/")
    assert b"Telares del muelle" in shown.content


def approve_as_seen(browser: Client, approve: str):
    """Open the page that asks, then say yes."""
    seen = browser.get(approve).context["seen"]
    return browser.post(approve, {"seen": seen}, follow=True)


def test_a_rule_is_written_by_one_and_approved_by_another(author, approver):
    programme = ProgrammeFactory()
    answer = signed_in(author).post(reverse("admin:partners_splitrule_add"), rule_data(programme))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    rule = SplitRule.objects.get()
    assert (rule.created_by, rule.approved_at) == (author, None)
    approve = reverse("admin:partners_splitrule_approve", args=[rule.pk])

    refused = approve_as_seen(signed_in(author), approve)
    assert b"another person approves it" in refused.content
    assert not SplitRule.objects.in_force(at=timezone.now()).exists()

    browser = signed_in(approver)
    assert b"$9.00" in browser.get(approve).content
    assert not SplitRule.objects.in_force(at=timezone.now()).exists()
    approve_as_seen(browser, approve)
    assert SplitRule.objects.in_force(at=timezone.now()).get().approved_by == approver


def test_nobody_approves_what_was_changed_behind_the_page(author, approver):
    rule = SplitRuleFactory(created_by=author, approved_by=None, approved_at=None)
    approve = reverse("admin:partners_splitrule_approve", args=[rule.pk])
    browser = signed_in(approver)
    seen = browser.get(approve).context["seen"]
    change = reverse("admin:partners_splitrule_change", args=[rule.pk])
    signed_in(author).post(change, rule_data(rule.programme, maker_pay="0.01"))
    for sent in ({"seen": seen}, {}):
        answer = browser.post(approve, sent, follow=True)
        assert b"was changed since you opened it" in answer.content
        assert SplitRule.objects.get().approved_at is None
    approve_as_seen(browser, approve)
    assert SplitRule.objects.get().maker_pay_amount == 1
    assert SplitRule.objects.get().approved_by == approver


def test_approving_asks_for_a_fresh_sign_in(approver):
    rule = SplitRuleFactory(approved_by=None, approved_at=None)
    approve = reverse("admin:partners_splitrule_approve", args=[rule.pk])
    answer = signed_in(approver, fresh=False).post(approve)
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]
    assert not SplitRule.objects.in_force(at=timezone.now()).exists()


def test_one_person_alone_approves_where_four_eyes_are_off(author, settings):
    settings.FOUR_EYES = False
    rule = SplitRuleFactory(created_by=author, approved_by=None, approved_at=None)
    approve = reverse("admin:partners_splitrule_approve", args=[rule.pk])
    approve_as_seen(signed_in(author), approve)
    assert SplitRule.objects.get().is_single_handed


def test_an_approved_rule_is_read_only_and_may_be_ended(author):
    rule = SplitRuleFactory()
    browser = signed_in(author)
    page = reverse("admin:partners_splitrule_change", args=[rule.pk])
    shown = browser.get(page).content.decode()
    assert "End this rule" in shown
    assert "$9.00" in shown
    assert browser.post(page, rule_data(rule.programme)).status_code == 403
    delete = reverse("admin:partners_splitrule_delete", args=[rule.pk])
    assert browser.post(delete, {"post": "yes"}).status_code == 403

    end = reverse("admin:partners_splitrule_end", args=[rule.pk])
    assert browser.post(end, {"ends_at_0": "2020-01-01", "ends_at_1": "00:00"}).status_code == 200
    later = (timezone.now() + timedelta(days=2)).date().isoformat()
    answer = browser.post(end, {"ends_at_0": later, "ends_at_1": "00:00"})
    assert answer.status_code == 302
    rule.refresh_from_db()
    assert rule.effective.upper.date().isoformat() == later


def test_who_may_only_look_approves_nothing():
    rule = SplitRuleFactory(approved_by=None, approved_at=None)
    browser = signed_in(StaffFactory())
    for name in ("approve", "end"):
        address = reverse(f"admin:partners_splitrule_{name}", args=[rule.pk])
        assert browser.post(address).status_code == 403


def test_a_price_below_maker_pay_is_flagged(author):
    rule = SplitRuleFactory(approved_by=None, approved_at=None, programme_ppm=600_000)
    page = reverse("admin:partners_splitrule_change", args=[rule.pk])
    shown = signed_in(author).get(page).content.decode()
    assert "Operations tops up." in shown


def test_a_programmes_page_shows_its_rules_and_keeps_its_code(author):
    rule = SplitRuleFactory(product_code="scarf")
    browser = signed_in(author)
    shown = browser.get(reverse("admin:partners_programme_change", args=[rule.programme_id]))
    assert b"scarf" in shown.content
    assert b'name="code"' not in shown.content


@pytest.mark.parametrize("model", ["partner", "programme", "splitrule"])
def test_lists_and_history_can_be_read(author, model, django_assert_max_num_queries):
    rows = [SplitRuleFactory() for _ in range(5)]
    PartnerFactory()
    browser = signed_in(author)
    browser.get(reverse(f"admin:partners_{model}_changelist"))
    with django_assert_max_num_queries(12):
        answer = browser.get(reverse(f"admin:partners_{model}_changelist"), {"q": "P"})
    assert answer.status_code == 200
    pk = {
        "partner": rows[0].programme.partner_id,
        "programme": rows[0].programme_id,
        "splitrule": rows[0].pk,
    }[model]
    history = browser.get(reverse(f"admin:partners_{model}_history", args=[pk]))
    assert history.status_code == 200


def test_who_approves_sees_what_the_rule_would_have_meant(author, approver):
    now = timezone.now()
    variant = on_shelf(consigned=5, now=now)
    pay(order_of({variant: 2}, now=now), now=now)
    rule = SplitRuleFactory(
        programme=variant.product.programme,
        product_code=variant.product.code,
        maker_pay_amount=99_900,
        created_by=author,
        approved_by=None,
        approved_at=None,
    )
    for name in ("approve", "change"):
        page = reverse(f"admin:partners_splitrule_{name}", args=[rule.pk])
        shown = signed_in(approver).get(page).content.decode()
        assert "2 pieces were sold" in shown
        assert "$1,998.00" in shown
        assert "do not carry this rule" in shown
