"""Addresses. The first words are the same in both languages; the words after them are not."""

from django.urls import path

from .views import (
    account,
    address_book,
    alerts,
    browsing,
    cancelling,
    cart,
    catalogue,
    checkout,
    orders,
    own_data,
    papers,
    returning,
)

app_name = "marketplace"
urlpatterns = [
    path("shop/", browsing.shop, name="shop"),
    path("shop/c/<slug:slug>/", browsing.category, name="category"),
    path("shop/back/sent/", alerts.sent, name="alert_sent"),
    path("shop/back/<int:pk>/", alerts.ask, name="alert"),
    path("shop/back/yes/<str:word>/", alerts.yes, name="alert_yes"),
    path("shop/back/leave/<str:word>/", alerts.leave, name="alert_leave"),
    path("shop/p/<slug:slug>/", catalogue.product, name="product"),
    path("cart/", cart.show, name="cart"),
    path("cart/add/", cart.add, name="cart_add"),
    path("cart/add/confirmed/", cart.add_confirmed, name="cart_add_confirmed"),
    path("cart/update/", cart.update, name="cart_update"),
    path("cart/country/", cart.country, name="cart_country"),
    path("checkout/", checkout.details, name="checkout"),
    path("checkout/review/", checkout.review, name="review"),
    path("orders/<str:token>/", orders.order, name="order"),
    path("orders/<str:token>/cancel/", cancelling.cancel, name="cancel"),
    path("orders/<str:token>/return/", returning.ask, name="return"),
    path("orders/<str:token>/return/<int:pk>/", returning.withdraw, name="return_withdraw"),
    path(
        "orders/<str:token>/papers/<slug:number>/<slug:language>/", papers.invoice, name="invoice"
    ),
    path("orders/<str:token>/thanks/", orders.thanks, name="thanks"),
    path("account/", account.orders, name="account"),
    path("account/orders/<str:number>/", account.order, name="account_order"),
    path("account/addresses/", address_book.addresses, name="account_addresses"),
    path("account/addresses/add/", address_book.add, name="account_address_add"),
    path("account/addresses/<int:pk>/", address_book.change, name="account_address"),
    path("account/addresses/<int:pk>/remove/", address_book.remove, name="account_address_remove"),
    path("account/addresses/<int:pk>/first/", address_book.use_first, name="account_address_first"),
    path("account/details/", account.details, name="account_details"),
    path("account/wishes/<int:pk>/remove/", account.alert_remove, name="account_alert_remove"),
    path("account/data/", own_data.data, name="account_data"),
    path("account/data/download/", own_data.download, name="account_download"),
    path("account/delete/", own_data.delete, name="account_delete"),
    path("account/deleted/", own_data.deleted, name="account_deleted"),
]
