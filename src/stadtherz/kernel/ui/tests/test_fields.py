# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A form field as HTML: label, hint, error and input are tied together."""

from __future__ import annotations

import re

import pytest
from django import forms
from django.template import Context, Template

from stadtherz.kernel.ui import fields


class Sample(forms.Form):
    title = forms.CharField(label="Title", help_text="A sentence.", max_length=20)
    text = forms.CharField(label="Text", widget=forms.Textarea, max_length=10)
    email = forms.EmailField(label="Mail", required=False)
    day = forms.DateField(label="Day", required=False)
    way = forms.ChoiceField(label="Way", widget=forms.RadioSelect, choices=[("a", "A"), ("b", "B <i>")])
    agreed = forms.BooleanField(label="Agreed")
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def rendered(form: forms.Form, name: str) -> str:
    return Template("{% load ui %}{% field bound %}").render(Context({"bound": form[name]}))


def test_a_field_with_an_error_says_so_to_everybody() -> None:
    html = rendered(Sample({}), "title")
    error, hint = "id_title-error", "id_title-hint"
    assert f'aria-describedby="{error} {hint}"' in html
    assert f'id="{error}"' in html
    assert f'id="{hint}"' in html
    assert 'aria-invalid="true"' in html
    assert '<label class="kern-label" for="id_title">Title</label>' in html


def test_a_field_that_is_right_has_no_error() -> None:
    html = rendered(Sample({"title": "Bank"}), "title")
    assert "aria-invalid" not in html
    assert "kern-error" not in html
    assert 'value="Bank"' in html


def test_a_long_text_is_counted_and_never_cut() -> None:
    html = rendered(Sample({"text": "x" * 50}), "text")
    assert 'data-maxlength="10"' in html
    assert " maxlength=" not in html
    assert "x" * 50 in html


def test_optional_fields_say_so() -> None:
    assert "sh-optional" in rendered(Sample(), "email")
    assert "sh-optional" not in rendered(Sample(), "title")


def test_known_names_complete_themselves() -> None:
    assert 'autocomplete="email"' in rendered(Sample(), "email")


def test_a_date_is_the_browsers_own_field() -> None:
    assert re.search(r'<input type="date"[^>]*value="2026-10-04"', rendered(Sample({"day": "2026-10-04"}), "day"))


def test_a_group_has_a_legend_and_escapes_its_choices() -> None:
    html = rendered(Sample({"way": "b"}), "way")
    assert '<legend class="kern-label">Way</legend>' in html
    assert "B &lt;i&gt;" in html
    assert len(re.findall(r"<input[^>]*checked", html)) == 1


def test_hidden_fields_have_no_words() -> None:
    assert "label" not in rendered(Sample(), "secret")


def test_the_summary_leads_to_each_error() -> None:
    lines = fields.error_lines(Sample({"title": "", "text": "x"}))
    assert [line["id"] for line in lines] == ["id_title", "id_way_0", "id_agreed"]


@pytest.mark.parametrize("form", [Sample(), Sample({"title": "a", "text": "b", "way": "a", "agreed": "on"})])
def test_no_summary_without_errors(form: Sample) -> None:
    assert Template("{% load ui %}{% error_summary form %}").render(Context({"form": form})) == ""
