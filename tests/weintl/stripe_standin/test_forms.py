import pytest

from weintl.stripe_standin import forms
from weintl.stripe_standin.errors import ApiError


def test_brackets_become_nested_groups():
    tree = forms.parse(
        "a=1&line_items[0][price][currency]=usd&line_items[1][quantity]=2&t[]=x&t[]=y"
    )
    assert tree == {
        "a": "1",
        "line_items": {"0": {"price": {"currency": "usd"}}, "1": {"quantity": "2"}},
        "t": {"0": "x", "1": "y"},
    }


@pytest.mark.parametrize("text", ["a=1&a[b]=2", "a[b]=2&a=1", "a[b=1", "a" + "[b]" * 20 + "=1"])
def test_a_name_that_is_value_and_group_is_refused(text):
    with pytest.raises(ApiError):
        forms.parse(text)


def test_empty_values_are_kept():
    assert forms.parse("a=&b[c]=") == {"a": "", "b": {"c": ""}}
