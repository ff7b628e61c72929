"""The shop in the admin."""

from . import (
    alerts,
    attributes,
    catalogue,
    deliveries,
    orders,
    parcels,
    selling,
    shipping,
    stock,
    variants,
)

__all__ = [
    "alerts",
    "attributes",
    "catalogue",
    "deliveries",
    "orders",
    "parcels",
    "selling",
    "shipping",
    "stock",
    "variants",
]
