"""Gifts, and the funds they are for."""

import secrets
import uuid
from urllib.parse import urlencode

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partners import accounts
from partners.accounts import AccountRef
from partners.models import Programme, Use
from weintl.money import Money
from weintl.money.fields import CurrencyField, MinorUnitsField, MoneyProperty
from weintl.money.formatting import format_money
from weintl.payments.models import Payment, Refund

from .donors import Donor


def new_token() -> str:
    """Return an unguessable word for an address."""
    return secrets.token_urlsafe(24)


class FundQuerySet(models.QuerySet["Fund"]):
    """Reads of funds."""

    def open_now(self) -> "FundQuerySet":
        """Return the funds that gifts may be for, as the give page lists them."""
        return self.filter(is_open=True).order_by("position", "pk")


class Fund(models.Model):
    """What a gift may be for: where most needed, a use, a programme, or both."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    hint = models.CharField(_("hint"), max_length=200, blank=True)
    programme = models.ForeignKey(
        Programme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("programme"),
    )
    use = models.CharField(_("use"), max_length=25, choices=Use, blank=True, default="")
    position = models.PositiveIntegerField(_("position"), default=0)
    is_open = models.BooleanField(_("open for gifts"), default=True)

    objects = FundQuerySet.as_manager()

    class Meta:
        verbose_name = _("fund")
        verbose_name_plural = _("funds")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "use"], name="fund_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def account(self, currency: str) -> AccountRef:
        """Return the account that gifts to this fund stand in."""
        code = self.programme.code if self.programme else ""
        return accounts.fund(currency, code, self.use)


class GiftQuerySet(models.QuerySet["Gift"]):
    """Reads of gifts."""

    def for_page(self) -> "GiftQuerySet":
        """Return gifts with all that a gift's page shows in the same row."""
        return self.select_related("payment", "fund__programme__partner", "tribute", "campaign")

    def of_donor(self, donor: Donor) -> "GiftQuerySet":
        """Return what a donor gave, newest first; payment pages left unpaid are none."""
        unpaid = [Gift.State.FAILED, Gift.State.EXPIRED]
        return self.filter(donor=donor).exclude(state__in=unpaid).order_by("-created_at", "-pk")


def number_of(public_id: str) -> str:
    """Return the short number of a gift, from its public id."""
    return f"G-{public_id.replace('-', '')[:8].upper()}"


class Gift(models.Model):
    """One gift of one donor to one fund. Its page is behind an unguessable link."""

    class State(models.TextChoices):
        AWAITING_PAYMENT = "awaiting_payment", _("awaiting payment")
        RECEIVED = "received", _("received")
        PARTLY_REFUNDED = "partly_refunded", _("refunded in part")
        REFUNDED = "refunded", _("refunded in full")
        FAILED = "failed", _("payment failed")
        EXPIRED = "expired", _("not paid")

    class Giver(models.TextChoices):
        PERSON = "person", _("person")
        ORGANISATION = "organisation", _("organisation")

    class Way(models.TextChoices):
        ONLINE = "online", _("online")
        CHEQUE = "cheque", _("cheque")
        BANK = "bank", _("bank transfer")
        CASH = "cash", _("cash")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    donor = models.ForeignKey(Donor, models.PROTECT, related_name="gifts", verbose_name=_("donor"))
    # As typed with this gift: nobody else's gift changes how a donor is addressed.
    donor_name = models.CharField(_("name given"), max_length=120, blank=True)
    # Of a body that gives; then `donor_name` is who filled in the form.
    giver = models.CharField(_("kind of giver"), max_length=12, choices=Giver, default=Giver.PERSON)
    organisation_name = models.CharField(_("organisation's name"), max_length=120, blank=True)
    is_anonymous = models.BooleanField(_("anonymous"), default=False)
    note = models.TextField(_("note from the donor"), max_length=500, blank=True)
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="gifts", verbose_name=_("fund"))
    campaign = models.ForeignKey(
        "donations.Campaign",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="gifts",
        verbose_name=_("campaign"),
    )
    # What its campaign may count of it now; the database adds them up.
    counted_amount = MinorUnitsField(_("counts for its campaign"), default=0, editable=False)
    state = models.CharField(
        _("state"), max_length=20, choices=State, default=State.AWAITING_PAYMENT
    )
    # The plan that it is one of.
    plan = models.ForeignKey(
        "donations.Plan",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="gifts",
        verbose_name=_("plan"),
    )
    # What was meant for the fund; a covered fee comes on top.
    amount = MinorUnitsField(_("gift"))
    fee_cover_amount = MinorUnitsField(_("fee covered"), default=0)
    currency = CurrencyField(_("currency"))
    refunded_amount = MinorUnitsField(_("refunded"), default=0)
    # Of the gift, the fair value of what the donor got for it, such as a dinner; and what it was.
    advantage_amount = MinorUnitsField(_("worth of what was given in return"), default=0)
    advantage_note = models.CharField(_("what was given in return"), max_length=200, blank=True)
    way = models.CharField(_("paid by"), max_length=10, choices=Way, default=Way.ONLINE)
    language = models.CharField(_("language"), max_length=5, default="en")
    payment = models.OneToOneField(
        Payment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("payment")
    )
    submission_key = models.CharField(max_length=64, unique=True, editable=False)
    # The form that it was sent with: one showing of the form is good for one gift.
    form_digest = models.CharField(max_length=64, unique=True, null=True, editable=False)
    created_at = models.DateTimeField(_("created"))
    received_at = models.DateTimeField(_("received"), null=True, blank=True)

    money = MoneyProperty("amount")
    fee_cover = MoneyProperty("fee_cover_amount")
    refunded = MoneyProperty("refunded_amount")

    objects = GiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("gift")
        verbose_name_plural = _("gifts")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=["received", "partly_refunded", "refunded"],
                    received_at__isnull=False,
                )
                | Q(state__in=["awaiting_payment", "failed", "expired"], received_at__isnull=True),
                name="gift_received_has_time",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, fee_cover_amount__gte=0), name="gift_amounts"
            ),
            models.CheckConstraint(
                condition=Q(
                    refunded_amount__gte=0,
                    refunded_amount__lte=F("amount") + F("fee_cover_amount"),
                ),
                name="gift_refunds_within_amount",
            ),
            models.CheckConstraint(
                condition=Q(advantage_amount=0, advantage_note="")
                | (
                    Q(advantage_amount__gt=0, advantage_amount__lt=F("amount"))
                    & ~Q(advantage_note="")
                ),
                name="gift_advantage_has_words",
            ),
            models.CheckConstraint(
                condition=Q(giver="person", organisation_name="")
                | (Q(giver="organisation") & ~Q(organisation_name="")),
                name="gift_of_organisation_has_name",
            ),
            models.CheckConstraint(
                condition=Q(counted_amount=0)
                | Q(
                    campaign__isnull=False,
                    received_at__isnull=False,
                    counted_amount__gt=0,
                    counted_amount__lte=F("amount"),
                ),
                name="gift_counts_at_most_itself",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="gift_newest"),
            models.Index(fields=["donor", "-created_at", "-id"], name="gift_of_donor"),
            # What staff type into the search, anywhere in the words.
            GinIndex(OpClass(Upper("donor_name"), "gin_trgm_ops"), name="gift_like_name"),
            GinIndex(OpClass(Upper("organisation_name"), "gin_trgm_ops"), name="gift_like_body"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """Return the number that stands in mails and on pages."""
        return number_of(str(self.public_id))

    @property
    def total(self) -> Money:
        """Return what is paid: the gift and the fee that its donor covers."""
        return self.money + self.fee_cover

    def get_absolute_url(self) -> str:
        """Return the donor's page of this gift in the active language."""
        return reverse("donations:gift", args=[self.token])

    def get_again_url(self) -> str:
        """Return the page where an unpaid gift is given again, with what was chosen filled in."""
        page = reverse("donations:give")
        if self.campaign is not None and self.campaign.is_published:
            page = self.campaign.get_absolute_url()
        # All that was typed comes back for a time; after it still what for and how much.
        kept = {"unpaid": self.token, "fund": self.fund.key}
        kept |= {"cents": str(self.amount), "show": self.currency}
        return f"{page}?{urlencode(kept)}"


class GiftRefund(models.Model):
    """What a refund took from a gift, frozen: its fund's part and that of the covered fee."""

    gift = models.ForeignKey(Gift, models.PROTECT, related_name="refunds", verbose_name=_("gift"))
    refund = models.OneToOneField(
        Refund, models.PROTECT, related_name="+", verbose_name=_("refund")
    )
    amount = MinorUnitsField(_("from the fund"))
    fee_cover_amount = MinorUnitsField(_("from the fee covered"))
    currency = CurrencyField(_("currency"))
    # Both parts in the currency that the provider settled, at the rate of the gift, where that
    # is another one; null until it has settled the refund.
    settled_amount = MinorUnitsField(_("settled, from the fund"), null=True, blank=True)
    settled_fee_cover_amount = MinorUnitsField(
        _("settled, from the fee covered"), null=True, blank=True
    )
    # The bank sent it back to us: the gift has it again.
    is_returned = models.BooleanField(_("came back"), default=False)
    refunded_at = models.DateTimeField(_("refunded"))

    money = MoneyProperty("amount")
    fee_cover = MoneyProperty("fee_cover_amount")

    class Meta:
        verbose_name = _("refund of a gift")
        verbose_name_plural = _("refunds of gifts")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0, fee_cover_amount__gte=0), name="gift_refund_parts"
            ),
            models.CheckConstraint(
                condition=Q(settled_amount=None, settled_fee_cover_amount=None)
                | Q(settled_amount__gte=0, settled_fee_cover_amount__gte=0),
                name="gift_refund_settled_parts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gift} −{format_money(self.money + self.fee_cover)}"

    @property
    def total(self) -> Money:
        """Return what the donor got back."""
        return self.money + self.fee_cover
