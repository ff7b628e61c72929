"""Which rights the table of groups has given, so that each is given once."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class GivenRight(models.Model):
    """A right that a group of the table got. If the group lacks it now, staff took it away."""

    group = models.CharField(_("group"), max_length=150)
    right = models.CharField(_("right"), max_length=200)

    class Meta:
        verbose_name = _("right given to a group")
        verbose_name_plural = _("rights given to groups")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["group", "right"], name="given_right_once"),
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.right}"
