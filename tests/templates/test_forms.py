"""A form field says what it is, what is wrong with it, and links its words to its control."""

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils.html import escape


class Letter(forms.Form):
    """One field of each kind."""

    email = forms.EmailField(label="E-mail", help_text="For the receipt.")
    note = forms.CharField(
        label="Note", required=False, widget=forms.Textarea(attrs={"placeholder": "Type"})
    )
    rate = forms.ChoiceField(label="Rate", choices=[("a", "One"), ("b", "Two")],
                             widget=forms.RadioSelect)  # fmt: skip
    agree = forms.BooleanField(label="I agree")
    token = forms.CharField(widget=forms.HiddenInput)


@pytest.fixture
def wrong() -> Letter:
    """Return the form, sent empty."""
    form = Letter({"email": "no address"})
    form.is_valid()
    return form


def _field(form: Letter, name: str, **context: str) -> str:
    return render_to_string("_field.html", {"field": form[name], **context})


def test_a_line_ties_hint_and_error_to_its_control(wrong):
    html = _field(wrong, "email", css="mid")
    assert 'for="id_email"' in html
    assert 'aria-describedby="id_email_helptext id_email_error"' in html
    assert 'id="id_email_helptext"' in html
    assert 'id="id_email_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'class="in mid"' in html


def test_what_may_stay_empty_says_so_and_has_no_placeholder():
    html = _field(Letter(), "note")
    assert "(optional)" in html
    assert "placeholder" not in html


def test_choices_are_a_group_with_a_legend(wrong):
    html = _field(wrong, "rate")
    assert "<legend>Rate</legend>" in html
    assert html.count('type="radio"') == 2
    assert 'class="err"' in html


def test_one_box_stands_inside_its_label():
    html = _field(Letter(), "agree")
    assert html.index("<label") < html.index("checkbox") < html.index("</label>")


def test_the_summary_leads_to_each_field_that_is_wrong(wrong):
    html = render_to_string("_error_summary.html", {"form": wrong})
    for target in ("#id_email", "#id_rate_0", "#id_agree"):
        assert f'href="{target}"' in html
    assert "#id_token" not in html
    assert 'role="alert"' in html


def test_a_form_without_faults_has_no_summary():
    assert render_to_string("_error_summary.html", {"form": Letter()}).strip() == ""


def test_words_of_people_are_escaped():
    form = Letter({"email": "<b>"})
    form.is_valid()
    assert escape("<b>") in _field(form, "email")
    assert "<b>" not in _field(form, "email")
