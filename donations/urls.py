"""Addresses."""

from django.urls import path

from .views import campaigns, details, giving, own_data, plans, portal, receipts, years

app_name = "donations"
urlpatterns = [
    path("give/", giving.give, name="give"),
    path("give/mail/", giving.mail_first, name="mail_first"),
    path("give/on/<str:word>/", giving.go_on, name="go_on"),
    # After what has a page of its own: no campaign may be called so (admin/campaigns.py).
    path("give/<slug:slug>/", campaigns.campaign, name="campaign"),
    # Before the gifts: their tokens are longer than any word here.
    path("giving/", portal.way_in, name="way_in"),
    path("giving/sent/", portal.link_sent, name="link_sent"),
    path("giving/link/<str:word>/", portal.link, name="link"),
    path("giving/account/", portal.by_account, name="by_account"),
    path("giving/mine/", portal.mine, name="mine"),
    path("giving/mine/details/", details.details, name="details"),
    path("giving/mine/mails/", details.mails, name="mails"),
    path("giving/mine/data/", own_data.data, name="data"),
    path("giving/mine/data/download/", own_data.download, name="download"),
    path("giving/mine/data/erase/", own_data.erase, name="erase"),
    path("giving/erased/", own_data.erased, name="erased"),
    path("giving/erased/later/", own_data.erased_later, name="erased_later"),
    path("giving/mine/years/", years.list_years, name="years"),
    path("giving/mine/years/<int:year>/<slug:language>/", years.paper, name="year"),
    path("giving/leave/", portal.leave, name="leave"),
    path("giving/mine/plans/<uuid:public_id>/", plans.plan, name="plan"),
    path("giving/mine/plans/<uuid:public_id>/card/", plans.card_typed, name="plan_card_typed"),
    path("giving/card/<str:word>/", plans.card, name="plan_card"),
    path("giving/card/<str:word>/typed/", plans.card_mended, name="plan_card_mended"),
    path("giving/<str:token>/", giving.gift, name="gift"),
    path("giving/<str:token>/thanks/", giving.thanks, name="thanks"),
    path(
        "giving/<str:token>/receipts/<slug:number>/<slug:language>/",
        receipts.receipt,
        name="receipt",
    ),
    path("giving/<str:token>/mail/", giving.mail_again, name="mail_again"),
]
