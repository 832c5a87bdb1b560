"""The frame of every page: within its budget, without inline code, and sayable to a screen reader."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, HiddenField, IntegerField, RadioField
from wtforms.validators import NumberRange

from config import ROOT

STATIC = ROOT / "app" / "static"
TEMPLATES = ROOT / "templates"
PAGES = [file for file in sorted(TEMPLATES.glob("**/*.html")) if "emails" not in file.parts]  # mail programs need looks inline
BUDGET = {"seans.css": 12_000, "seans.js": 9_000, "keys.js": 6_000, "vendor/htmx.min.js": 14_000, "icons.svg": 4_000}
VISIT_STATES = ("proposed", "booked", "confirmed", "arrived", "in_treatment", "done", "not_treated", "no_show", "cancelled", "paused")


class Gap(Form):
    gap = IntegerField("Gap", [NumberRange(7, 365, "Enter a gap of 7 to 365 days")], description="In days")
    asked_by = RadioField("Asked by", choices=[("p", "Patient"), ("g", "Guardian")], default="p")
    discreet = BooleanField("Discreet mails")
    seen = HiddenField(default="4")


@pytest.fixture
def page(app: Flask) -> Iterator[Flask]:
    with app.test_request_context():
        yield app


def drawn(macros: str, call: str, **values: object) -> str:
    return render_template_string(f'{{% import "macros/{macros}.html" as m %}}{{{{ m.{call} }}}}', **values)


def a_wrong_gap() -> Gap:
    form = Gap(MultiDict({"gap": "4", "asked_by": "p"}))
    form.validate()
    return form


@pytest.mark.parametrize("name", BUDGET)
def test_a_file_of_the_first_view_keeps_its_budget(name: str) -> None:
    assert len(gzip.compress((STATIC / name).read_bytes(), 9)) <= BUDGET[name]


def test_a_patient_page_fits_a_bad_connection_even_unpacked(page: Flask) -> None:
    html = render_template_string('{% extends "base_public.html" %}{% block content %}<h1>Thursday 3 December</h1>{% endblock %}')
    assert "<script" not in html
    assert len(html.encode()) + (STATIC / "letter.css").stat().st_size <= 15_000 * 0.7, "leave the words a third"


@pytest.mark.parametrize("template", PAGES, ids=lambda file: file.relative_to(TEMPLATES).as_posix())
def test_no_page_carries_inline_code_or_looks(template: Path) -> None:
    text = template.read_text()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|hx-on|<script(?![^>]*\bsrc=)", text)


def test_every_icon_that_is_named_is_drawn() -> None:
    drawn_ids = set(re.findall(r'id="([a-z_]+)"', (STATIC / "icons.svg").read_text()))
    named = {name for file in TEMPLATES.glob("**/*.html") for name in re.findall(r"\bicon\('([a-z_]+)'", file.read_text())}
    assert named | set(VISIT_STATES) <= drawn_ids


@pytest.mark.parametrize("state", VISIT_STATES)
def test_a_status_is_told_by_icon_word_and_letter(page: Flask, state: str) -> None:
    tag = drawn("status", "status_tag(state)", state=state)
    assert re.search(rf'icons\.svg[^#"]*#{state}"', tag)
    assert re.search(r'tag-letter" aria-hidden="true">[A-Z]<', tag)
    assert re.search(r"</svg>[A-Z][a-z -]+<", tag)
    assert f".tag-{state} " in (STATIC / "seans.css").read_text()


def test_a_field_ties_hint_and_error_to_its_input(page: Flask) -> None:
    html = drawn("forms", "field(form.gap, width='w-5', inputmode='numeric')", form=a_wrong_gap())
    assert 'aria-describedby="gap-hint gap-error"' in html
    assert 'aria-invalid="true"' in html
    assert html.index("gap-hint") < html.index('id="gap-error"') < html.index("<input")


def test_the_summary_of_errors_leads_to_the_field(page: Flask) -> None:
    assert '<a href="#gap">Gap: Enter a gap of 7 to 365 days</a>' in drawn("forms", "error_summary(form)", form=a_wrong_gap())


def test_a_form_without_errors_has_no_summary(page: Flask) -> None:
    assert drawn("forms", "error_summary(form)", form=Gap()).strip() == ""


def test_radios_are_a_group_with_a_name(page: Flask) -> None:
    html = drawn("forms", "field(form.asked_by)", form=Gap())
    assert "<fieldset" in html
    assert "<legend>Asked by</legend>" in html
    assert html.count('type="radio"') == 2
    assert html.count(" checked") == 1


def test_the_hidden_values_travel_with_the_form(page: Flask) -> None:
    html = drawn("forms", "tokens(form)", form=Gap())
    assert 'name="csrf_token"' in html
    assert 'name="seen"' in html


def test_what_was_typed_is_shown_as_text_not_as_markup(page: Flask) -> None:
    assert "<b>" not in drawn("layout", "toast({'text': text, 'undo': '/undo'})", text="<b>Ayşe</b>")


def test_a_toast_with_undo_posts(page: Flask) -> None:
    html = drawn("layout", "toast({'text': 'Moved', 'undo': '/undo', 'fields': {'seen': 3}})")
    assert '<form method="post" action="/undo">' in html
    assert '<input type="hidden" name="seen" value="3">' in html


def test_the_shell_offers_only_rooms_that_exist(page: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(page.jinja_env.globals, "has_endpoint", lambda name: False)
    monkeypatch.setattr(page.jinja_env, "cache", {})  # a macro keeps what the name meant when its file was first read
    html = render_template_string('{% extends "base.html" %}{% block content %}here{% endblock %}', current_user=None)
    assert 'href="#main"' in html
    assert "<nav" not in html
