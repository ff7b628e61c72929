"""Catalogue, carts, stock and orders."""

from .alerts import StockAlert
from .attributes import Material, Option, OptionValue, Technique
from .cart import Cart, CartLine
from .catalogue import Product, ProductPicture, Variant
from .catalogue_files import CatalogueFile
from .categories import Category
from .counts import StockCount, StockCountLine
from .customers import Customer, SavedAddress
from .deliveries import Delivery, DeliveryLine
from .discounts import Voucher, VoucherUse
from .entering import Channel
from .holds import Hold
from .invoices import Invoice, InvoiceBuyer
from .listing import Listing, Look, Relisting
from .low_stock import LowVariant
from .new_pictures import NewPicture
from .notes import OrderNote
from .orders import Order, OrderLine, OrderTax, Unit
from .parcels import Carrier, Delay, Shipment, ShipmentUnit, WaitingOrder
from .prices import SalePrice
from .refunds import OrderRefund, WriteOff
from .return_requests import ReturnPiece, ReturnRequest
from .shipping import ShippingRate, ShippingZone, UnservedCountry, ZoneCountry
from .stock import Stock, StockMove
from .taxes import TaxRule

__all__ = [
    "Carrier",
    "Cart",
    "CartLine",
    "CatalogueFile",
    "Category",
    "Channel",
    "Customer",
    "Delay",
    "Delivery",
    "DeliveryLine",
    "Hold",
    "Invoice",
    "InvoiceBuyer",
    "Listing",
    "Look",
    "LowVariant",
    "Material",
    "NewPicture",
    "Option",
    "OptionValue",
    "Order",
    "OrderLine",
    "OrderNote",
    "OrderRefund",
    "OrderTax",
    "Product",
    "ProductPicture",
    "Relisting",
    "ReturnPiece",
    "ReturnRequest",
    "SalePrice",
    "SavedAddress",
    "Shipment",
    "ShipmentUnit",
    "ShippingRate",
    "ShippingZone",
    "Stock",
    "StockAlert",
    "StockCount",
    "StockCountLine",
    "StockMove",
    "TaxRule",
    "Technique",
    "Unit",
    "UnservedCountry",
    "Variant",
    "Voucher",
    "VoucherUse",
    "WaitingOrder",
    "WriteOff",
    "ZoneCountry",
]
