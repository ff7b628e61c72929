"""The shop in the admin."""

from . import attributes, catalogue, deliveries, orders, stock, variants

__all__ = ["attributes", "catalogue", "deliveries", "orders", "stock", "variants"]
