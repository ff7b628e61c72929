"""App configuration."""

from django.apps import AppConfig


class MoneyConfig(AppConfig):
    """Money: template filters only, no tables."""

    name = "weintl.money"
    label = "money"
