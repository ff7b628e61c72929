"""A source key leads to the rows that it names."""

import pytest
from django.urls import reverse

from partners.sources import source_address


@pytest.mark.parametrize(
    ("key", "model", "query"),
    [
        ("refund/7/sent", "payments_refund", "id__exact=7"),
        ("to_bank/po_1/sent", "payments_providerpayout", "payout_id__exact=po_1"),
    ],
)
def test_to_the_admins_list(key, model, query):
    assert source_address(key) == f"{reverse(f'admin:{model}_changelist')}?{query}"


@pytest.mark.parametrize("key", ["goods/7/in", "odd"])
def test_nowhere_where_there_is_no_list(key):
    assert source_address(key) == ""
