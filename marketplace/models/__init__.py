"""Catalogue, carts, stock and orders."""

from .cart import Cart, CartLine
from .catalogue import Category, Product, ProductPicture, Variant
from .orders import Hold, Order, OrderLine, OrderRefund, Unit
from .stock import Stock, StockMove

__all__ = [
    "Cart",
    "CartLine",
    "Category",
    "Hold",
    "Order",
    "OrderLine",
    "OrderRefund",
    "Product",
    "ProductPicture",
    "Stock",
    "StockMove",
    "Unit",
    "Variant",
]
