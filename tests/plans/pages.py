"""A page's form as a browser would send it: everything that stands in it, changed where a test says so."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[MultiDict[str, str]] = []
        self.select = self.area = ""
        self.depth = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.forms.append(MultiDict())
        if not self.forms:
            return
        fields, name = self.forms[-1], found.get("name", "")
        if tag == "input" and name and (found.get("type") not in ("checkbox", "radio") or "checked" in found):
            fields.add(name, found.get("value", ""))
        if tag == "select":
            self.select = name
        if tag == "option" and self.select and ("selected" in found or self.select not in fields):
            fields[self.select] = found.get("value", "")
        if tag == "textarea":
            self.area, fields[name] = name, ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = ""
        if tag == "textarea":
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.area and self.forms:
            self.forms[-1][self.area] += data.lstrip("\r\n")


def form_in(page: TestResponse, containing: str = "form_token") -> MultiDict[str, str]:
    """The fields of the form that has a field of this name (`seen` for changes, `form_token` for what is new)."""
    reader = _Reader()
    reader.feed(page.text)
    return next(form for form in reader.forms if containing in form)


def send(client: FlaskClient, url: str, containing: str = "form_token", without: tuple[str, ...] = (), **typed: Any) -> TestResponse:
    """Open a page, fill in its form and send it. Names with dashes are written with two underscores."""
    fields = form_in(client.get(url), containing)
    return post(client, url, fields, without=without, **typed)


def post(client: FlaskClient, url: str, fields: MultiDict[str, str], without: tuple[str, ...] = (), **typed: Any) -> TestResponse:
    """Send a form with some fields changed."""
    sent = MultiDict(fields)
    for name in without:
        sent.poplist(name)
    for name, value in typed.items():
        sent.setlist(name.replace("__", "-"), value if isinstance(value, list) else [str(value)])
    return client.post(url, data=sent)
