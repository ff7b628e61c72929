"""Invoices: which payment pays one, and what is left of one that is given up."""

import pytest
import stripe

from tests.weintl.stripe_standin.test_portal import sub

__all__ = ["sub"]


def test_an_open_invoice_can_be_given_up(client, standin, sub):
    standin.next_card(sub.id, "4000000000000002")
    end = sub["items"].data[0].current_period_end
    standin.clock(advance=end - standin.clock()["now"] + 3700)
    invoice = client.v1.invoices.list({"subscription": sub.id, "status": "open"}).data[0]
    assert client.v1.invoices.void_invoice(invoice.id).status == "void"
    link = client.v1.invoice_payments.list({"invoice": invoice.id}).data[0]
    assert link.status == "canceled"
    assert client.v1.payment_intents.retrieve(link.payment.payment_intent).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.invoices.pay(invoice.id)


def test_a_fee_comes_for_renewals_as_for_all(client, standin, sub):
    invoice = client.v1.invoices.retrieve(sub.latest_invoice)
    standin.settle()
    link = client.v1.invoice_payments.list({"invoice": invoice.id}).data[0]
    intent = client.v1.payment_intents.retrieve(
        link.payment.payment_intent, {"expand": ["latest_charge.balance_transaction"]}
    )
    assert intent.latest_charge.balance_transaction.fee > 0
