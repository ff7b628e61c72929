"""What an account of the shop has besides its orders: a book of addresses."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from weintl.accounts.models import User


class SavedAddress(models.Model):
    """One address of a customer's book; orders keep their own copy."""

    customer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="addresses",
        verbose_name=_("customer"),
    )
    label = models.CharField(_("name of the address"), max_length=40)
    name = models.CharField(_("name"), max_length=200)
    street = models.CharField(_("street and number"), max_length=200, blank=True)
    street_extra = models.CharField(_("flat, floor"), max_length=200, blank=True)
    district = models.CharField(_("district"), max_length=120, blank=True)
    city = models.CharField(_("town or city"), max_length=120, blank=True)
    region = models.CharField(_("state or province"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    country = CountryField(_("country"))
    is_default = models.BooleanField(_("used first"), default=False)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("address of a customer")
        verbose_name_plural = _("addresses of customers")
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(is_default=True), name="address_default_once"
            ),
            models.UniqueConstraint(fields=["customer", "label"], name="address_label_once"),
        ]

    def __str__(self) -> str:
        return self.label


class Customer(User):
    """A person with an account who is not staff, as the shop's people see them."""

    class Meta:
        proxy = True
        default_permissions = ("view", "change")
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
