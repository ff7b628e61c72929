"""The mark that a transaction leaves when it changes what pages show."""

from django.db import models
from django.db.models.functions import Now


class ContentChange(models.Model):
    """One transaction that changed rows of a watched table; written by triggers alone.

    A row each instead of one counter: a counter would make writers wait for each other.
    """

    transaction = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["at"], name="contentchange_at")]

    def __str__(self) -> str:
        return str(self.transaction)
