"""Whoever may only look at former states brings none of them back."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.urls import reverse
from simple_history.admin import SimpleHistoryAdmin as Unguarded

from awareness.models import Helpline
from marketplace import publishing
from marketplace.models import Product
from partners.models import SplitRule
from tests.factories.awareness import HelplineFactory
from tests.factories.marketplace import on_shelf
from tests.factories.partners import SplitRuleFactory, StaffFactory
from weintl.accounts.models import User
from weintl.history import HistoryAdmin

pytestmark = pytest.mark.django_db


def somebody(*rights: str) -> User:
    user = StaffFactory(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    return user


def address(row, version) -> str:
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_simple_history"
    return reverse(name, args=[row.pk, version.history_id])


def test_who_may_only_read_returns_to_nothing(client):
    line = HelplineFactory(is_public=True)
    line.is_public = False
    line.save()
    former = Helpline.history.filter(is_public=True).first()
    client.force_login(somebody("view_helpline"))
    assert client.get(address(line, former)).status_code == 200
    assert client.post(address(line, former), {"x": "1"}).status_code == 403
    assert not Helpline.objects.get().is_public


def test_an_approved_rule_returns_to_no_draft(client):
    rule = SplitRuleFactory(approved_by=None, approved_at=None)
    draft = SplitRule.history.first()
    rule.approved_by, rule.approved_at = StaffFactory(), rule.created_at
    rule.save()
    client.force_login(somebody("change_splitrule", "view_splitrule"))
    assert client.post(address(rule, draft), {"x": "1"}).status_code == 403


def test_what_was_deleted_does_not_come_back_this_way(client):
    line = HelplineFactory()
    former, pk = Helpline.history.first(), line.pk
    url = address(line, former)
    line.delete()
    client.force_login(somebody("change_helpline", "view_helpline"))
    assert client.post(url, {"x": "1"}).status_code == 404
    assert not Helpline.objects.filter(pk=pk).exists()


def test_a_return_to_former_texts_puts_nothing_into_the_shop(client):
    product = on_shelf(consigned=1).product
    product.save()
    former = Product.history.filter(is_published=True).first()
    publishing.withdraw(product=product)
    client.force_login(somebody("change_product", "view_product"))
    url = address(product, former)
    form = client.get(url).context["adminform"].form
    held = {name: form[name].value() for name in form.fields}
    data = {name: value or "" for name, value in held.items() if value not in (False, [])}
    answer = client.post(url, data)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert not Product.objects.get().is_published


def test_every_history_in_the_admin_is_guarded():
    keeping = [each for each in admin.site._registry.values() if isinstance(each, Unguarded)]
    assert keeping
    assert all(isinstance(each, HistoryAdmin) for each in keeping)
