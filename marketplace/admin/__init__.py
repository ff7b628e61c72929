"""The shop in the admin."""

from . import (
    alerts,
    attributes,
    catalogue,
    counting,
    customers,
    deliveries,
    files,
    invoices,
    low_stock,
    orders,
    parcels,
    returning,
    selling,
    shipping,
    stock,
    variants,
)

__all__ = [
    "alerts",
    "attributes",
    "catalogue",
    "counting",
    "customers",
    "deliveries",
    "files",
    "invoices",
    "low_stock",
    "orders",
    "parcels",
    "returning",
    "selling",
    "shipping",
    "stock",
    "variants",
]
