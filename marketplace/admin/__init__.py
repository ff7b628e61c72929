"""The shop in the admin."""

from . import catalogue, orders, stock

__all__ = ["catalogue", "orders", "stock"]
