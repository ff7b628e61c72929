"""Catalogue, carts, stock and orders."""

from .alerts import StockAlert
from .attributes import Material, Option, OptionValue, Technique
from .cart import Cart, CartLine
from .catalogue import Product, ProductPicture, Variant
from .categories import Category
from .deliveries import Delivery, DeliveryLine
from .listing import Listing, ListingText, Relisting
from .orders import Hold, Order, OrderLine, OrderRefund, Unit
from .prices import SalePrice
from .stock import Stock, StockMove

__all__ = [
    "Cart",
    "CartLine",
    "Category",
    "Delivery",
    "DeliveryLine",
    "Hold",
    "Listing",
    "ListingText",
    "Material",
    "Option",
    "OptionValue",
    "Order",
    "OrderLine",
    "OrderRefund",
    "Product",
    "ProductPicture",
    "Relisting",
    "SalePrice",
    "Stock",
    "StockAlert",
    "StockMove",
    "Technique",
    "Unit",
    "Variant",
]
