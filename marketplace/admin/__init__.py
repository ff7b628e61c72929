"""The shop in the admin."""

from . import catalogue, deliveries, orders, stock

__all__ = ["catalogue", "deliveries", "orders", "stock"]
