"""Only an address that was confirmed by mail counts as a person's own."""

import pytest
from allauth.account.models import EmailAddress

from tests.factories.accounts import CustomerFactory
from weintl.accounts.addresses import confirmed

pytestmark = pytest.mark.django_db


def test_confirmed_addresses_of_this_person_come_in_lower_case():
    ana = CustomerFactory(email="ana@example.org")
    CustomerFactory()
    EmailAddress.objects.create(user=ana, email="Ana@Work.example", verified=True)
    EmailAddress.objects.create(user=ana, email="new@example.org", verified=False)
    assert confirmed(ana) == ["ana@example.org", "ana@work.example"]
    assert confirmed(CustomerFactory(is_confirmed=False)) == []
