"""Acts of who sells over the counter and by telephone, and of who records the money of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from weintl.accounts.freshness import fresh_sign_in
from weintl.money import Money
from weintl.money.formatting import format_money
from weintl.organisation.models import Organisation
from weintl.payments import offline, sessions
from weintl.payments.models import OFFLINE, Payment, Refund, Way
from weintl.rows import minor

from .. import checkout, counters, entering, links, orders
from ..entering_forms import GivenForm, MoneyForm, SaleForm
from ..models import Channel, Order
from ..offers import Offer, read_shown, write_shown
from .acts import sent

REFUSED = (checkout.Refused, counters.SoldOut, counters.Busy, offline.NotPossible)
ENTER, RECORD, GIVE = "marketplace.add_order", "payments.change_payment", "payments.change_refund"


def offered(request: HttpRequest, order: Order) -> list[tuple[Any, str]]:
    """Return the acts for what staff entered: words, and the address of each."""
    payment = order.payment
    if payment is None:
        return []
    found: list[tuple[Any, str]] = []
    has = request.user.has_perm
    waits = order.state in {Order.State.AWAITING_PAYMENT, Order.State.EXPIRED}
    if waits and payment.way in OFFLINE and has(RECORD):
        found.append((_("Money came in"), _address("money", order.pk)))
        if payment.state == Payment.State.CREATED:
            found.append((_("Expect it no more"), _address("call_off", order.pk)))
    is_linked = order.channel != Channel.WEB and payment.way == Way.PROVIDER
    if is_linked and order.state == Order.State.AWAITING_PAYMENT and has(ENTER):
        found.append((_("Payment link"), _address("link", order.pk)))
    if links.is_lapsed(order) and has(ENTER):
        found.append((_("New payment link"), _address("link", order.pk)))
    if payment.way in OFFLINE and has(GIVE):
        for refund in payment.refunds.filter(state=Refund.State.REQUESTED).order_by("pk"):
            words = _("Record that %s was given back") % minor(refund.amount, refund.currency)
            found.append((words, _address("give_back", order.pk, refund.pk)))
    return found


def _address(act: str, *keys: int) -> str:
    return reverse(f"admin:marketplace_order_{act}", args=keys)


class Entering:
    """Part of the orders' admin."""

    admin_site: Any
    opts: Any
    message_user: Any
    log_addition: Any
    log_change: Any

    def recording(self) -> dict[str, Callable[..., HttpResponse]]:
        """Return the pages of one order by their names."""
        return {"money": self.money_view, "call_off": self.call_off_view, "link": self.link_view}

    def enter_view(self, request: HttpRequest) -> HttpResponse:
        """Take down what was sold, show what it comes to, and enter it once that is confirmed."""
        if not request.user.has_perm(ENTER):
            raise PermissionDenied
        form = SaleForm(sent(request), initial=_first())
        is_asked = request.method == "POST" and not {"edit", "more"} & set(request.POST)
        found: Offer | None = None
        word = ""
        if is_asked and form.is_valid():
            sale, now = form.sale(), timezone.now()
            order, found, word = self._try(request, form, sale, now=now)
            if order is not None:
                return self._entered(request, order)
        elif request.method == "POST" and not is_asked:
            # Nothing is judged: what was typed is only shown again.
            form = SaleForm(initial=_typed(request), rows=form.rows)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Enter an order"),
            "opts": self.opts,
            "form": form,
            "found": found if word else None,
            "shown": word,
            "sums": _sums(found) if found else [],
        }
        return TemplateResponse(request, "marketplace/admin/enter.html", context)

    def _try(
        self, request: HttpRequest, form: SaleForm, sale: entering.Sale, *, now: datetime
    ) -> tuple[Order | None, Offer | None, str]:
        """Enter the sale if it was confirmed, else return what it comes to and a word for it.

        What cannot be sold so is said beside the form.
        """
        found = entering.foresee(sale, now=now)
        is_confirmed = "confirmed" in request.POST
        shown = read_shown(request.POST.get("shown", "")) if is_confirmed else None
        try:
            if shown is not None:
                order = entering.place(sale, shown=shown, actor=request.user, now=now)
                return order, None, ""
            return None, found, write_shown(entering.check(sale, found, now=now))
        except checkout.Changed as error:
            form.add_error(None, [str(error.message), *map(str, error.details)])
        except checkout.Unavailable:
            form.add_error(None, _short(found))
        except REFUSED as error:
            form.add_error(None, str(error.message))
        return None, None, ""

    def _entered(self, request: HttpRequest, order: Order) -> HttpResponse:
        self.log_addition(request, order, [{"added": {}}])
        total = {"number": order.number, "total": format_money(order.total)}
        self.message_user(request, _("%(number)s, %(total)s: entered.") % total, messages.SUCCESS)
        if order.payment is not None and order.payment.way == Way.PROVIDER:
            self._send_link(request, order)
        return HttpResponseRedirect(reverse("admin:marketplace_order_change", args=[order.pk]))

    def _send_link(self, request: HttpRequest, order: Order) -> None:
        try:
            url = links.send(order=order, now=timezone.now())
        except (orders.NotPossible, sessions.NotPayable, sessions.ProviderUnavailable) as error:
            self.message_user(request, str(error.message), messages.ERROR)
            return
        words = _("The link was mailed to %(email)s. It is: %(url)s")
        self.message_user(request, words % {"email": order.email, "url": url}, messages.SUCCESS)

    def link_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Open the payment page again, if need be, and say its address.

        An order whose page has closed is entered anew, with a page of its own.
        """
        order = self._entered_order(request, pk, ENTER)
        form = Form(sent(request))
        if links.is_lapsed(order):
            return self._renew(request, order, form)
        title = _("Payment link")
        if request.method == "POST":
            self._send_link(request, order)
            return HttpResponseRedirect(_change(order))
        return self._ask(request, order, form, title=title)

    def _renew(self, request: HttpRequest, order: Order, form: Form) -> HttpResponse:
        title = _("New payment link: the order is entered anew, at the same total")
        if request.method == "POST" and form.is_valid():
            try:
                new = links.renew(order=order, actor=request.user, now=timezone.now())
            except checkout.Changed:
                words = _("It would not cost the same today. Enter it as a new order.")
                form.add_error(None, words)
            except checkout.Unavailable:
                form.add_error(None, _("A piece of it is not free any more. Enter a new order."))
            except (*REFUSED, orders.NotPossible) as error:
                form.add_error(None, str(error.message))
            else:
                note = str(_("entered anew as %s") % new.number)
                self.log_change(request, order, note)
                return self._entered(request, new)
        return self._ask(request, order, form, title=title)

    def money_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Record that the money of a transfer came in."""
        order = self._entered_order(request, pk, RECORD)
        first = {"amount": order.total_amount, "day": localdate(timezone.now())}
        form = MoneyForm(sent(request), initial=first)

        def act() -> None:
            data = form.cleaned_data
            assert order.payment is not None
            offline.receive(
                payment_id=order.payment.pk,
                amount=Money(data["amount"], order.currency),
                reference=data["reference"].strip(),
                day=data["day"],
                actor=request.user,
                now=timezone.now(),
            )

        return self._record(request, order, form, act, title=_("Money came in"))

    def call_off_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Expect a transfer no more, and let its pieces go."""
        order = self._entered_order(request, pk, RECORD)

        def act() -> None:
            assert order.payment is not None
            offline.call_off(payment_id=order.payment.pk, now=timezone.now())

        title = _("Expect the money no more; the pieces are free again")
        return self._record(request, order, Form(sent(request)), act, title=title)

    @fresh_sign_in
    def give_back_view(self, request: HttpRequest, pk: int, refund_pk: int) -> HttpResponse:
        """Record that a refund was given back by hand."""
        order = self._entered_order(request, pk, GIVE)
        refund = get_object_or_404(Refund, pk=refund_pk, payment_id=order.payment_id)
        first = {"way": refund.way, "day": localdate(timezone.now())}
        form = GivenForm(sent(request), initial=first)

        def act() -> None:
            data = form.cleaned_data
            offline.give_back(
                refund_id=refund.pk,
                way=data["way"],
                reference=data["reference"].strip(),
                day=data["day"],
                actor=request.user,
                now=timezone.now(),
            )

        amount = minor(refund.amount, refund.currency)
        title = _("Record that %s was given back") % amount
        return self._record(request, order, form, act, title=title)

    def _entered_order(self, request: HttpRequest, pk: int, right: str) -> Order:
        if not request.user.has_perm(right):
            raise PermissionDenied
        return get_object_or_404(Order.objects.select_related("payment"), pk=pk)

    def _record(
        self,
        request: HttpRequest,
        order: Order,
        form: Form,
        act: Callable[[], None],
        *,
        title: Any,
    ) -> HttpResponse:
        """Ask, then act; an act that is refused says why beside its form."""
        if request.method == "POST" and form.is_valid():
            try:
                act()
            except offline.NotPossible as error:
                form.add_error(None, str(error.message))
            else:
                self.log_change(request, order, str(title))
                self.message_user(request, _("Done: %s.") % title, messages.SUCCESS)
                return HttpResponseRedirect(_change(order))
        return self._ask(request, order, form, title=title)

    def _ask(self, request: HttpRequest, order: Order, form: Form, *, title: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "row": order,
            "back": _change(order),
            "form": form,
            "words": f"{order.number}, {order.name or '–'}, {format_money(order.total)}",
        }
        return TemplateResponse(request, "marketplace/admin/act.html", context)


def _change(order: Order) -> str:
    return reverse("admin:marketplace_order_change", args=[order.pk])


def _first() -> dict[str, Any]:
    return {"country": Organisation.current().country, "language": get_language()}


def _typed(request: HttpRequest) -> dict[str, Any]:
    """Return what was typed as the first values of a new form."""
    return {name: request.POST.get(name, "") for name in request.POST}


def _short(found: Offer) -> list[str]:
    """Say which pieces are not there, and how many are."""
    words = _("%(piece)s: %(free)d free, %(wanted)d wanted.")
    short = [
        words % {"piece": item.variant.title, "free": item.free, "wanted": item.quantity}
        for item in found.items
        if not item.is_available
    ]
    return short or [str(_("No split rule is in force for one of these pieces."))]


def _sums(found: Offer) -> list[tuple[Any, str]]:
    """Return the rows of the total, above it."""
    quote = found.quote
    if quote is None:
        return []
    rows = [(_("Pieces"), minor(quote.goods, quote.currency))]
    if quote.discount:
        rows.append((_("Discount"), "−" + minor(quote.discount, quote.currency)))
    if found.parcel is not None:
        rows.append((_("Delivery"), minor(quote.shipping, quote.currency)))
    if quote.tax:
        rows.append((_("Tax"), minor(quote.tax, quote.currency)))
    return [*rows, (_("Total"), minor(quote.total, quote.currency))]
