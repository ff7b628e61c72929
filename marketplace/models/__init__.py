"""Catalogue, carts, stock and orders."""

from .cart import Cart, CartLine
from .catalogue import Category, Product, ProductPicture, Variant
from .deliveries import Delivery, DeliveryLine
from .orders import Hold, Order, OrderLine, OrderRefund, Unit
from .stock import Stock, StockMove

__all__ = [
    "Cart",
    "CartLine",
    "Category",
    "Delivery",
    "DeliveryLine",
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
