"""`verify` finds every app's checks and reports each breach."""

from io import StringIO

import pytest
from django.core.management import call_command

from weintl.verify import collect


def test_every_app_with_invariants_is_asked():
    modules = {check.__module__ for check in collect.checks()}
    assert {
        "partners.invariants",
        "weintl.payments.invariants",
        "marketplace.invariants",
        "donations.invariants",
        "awareness.invariants",
        "weintl.mail.invariants",
    } <= modules


def test_every_check_has_a_title():
    for check in collect.checks():
        assert check.__doc__, check.__name__
        assert collect.title(check).endswith(".")


def test_a_breach_carries_the_checks_title():
    def check_sky():
        """The sky is blue.

        Always.
        """
        yield "It is green."

    assert collect.breaches(check_sky) == [collect.Breach("The sky is blue.", "It is green.")]


@pytest.mark.django_db(transaction=True)
def test_an_empty_site_has_no_breach():
    out = StringIO()
    call_command("verify", stdout=out)
    assert "no breach" in out.getvalue()
