"""The shop in the admin."""

from . import alerts, attributes, catalogue, deliveries, orders, stock, variants

__all__ = ["alerts", "attributes", "catalogue", "deliveries", "orders", "stock", "variants"]
