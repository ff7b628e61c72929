"""Addresses. The first words are the same in both languages; the words after them are not."""

from django.urls import path

from .views import alerts, browsing, cancelling, cart, catalogue, checkout, orders, papers

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
    path(
        "orders/<str:token>/papers/<slug:number>/<slug:language>/", papers.invoice, name="invoice"
    ),
    path("orders/<str:token>/thanks/", orders.thanks, name="thanks"),
]
