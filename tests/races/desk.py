"""A desk of the clinic: a browser with a connection and a sign-in of its own, over real HTTP."""

from __future__ import annotations

import http.client
from collections.abc import Iterable
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from tests.plans.pages import form_in
from tests.schedule.pages import words

PASSWORD = "sixteen desks, one slot"
FOUND = 303


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status_code: int
    text: str
    location: str

    @property
    def words(self) -> str:
        return words(self)


class Desk:
    """Sixteen of them race."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._cookies: SimpleCookie = SimpleCookie()
        self._csrf = ""

    def sign_in(self, email: str) -> None:
        """Through the page, as anybody does."""
        form = form_in(self.get("/sign-in"), "csrf_token")
        self._csrf = form["csrf_token"]
        answer = self.post("/sign-in", {**form, "email": email, "password": PASSWORD})
        assert answer.status_code == FOUND, answer.words
        self._csrf = form_in(self.get("/account"), "csrf_token")["csrf_token"]

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, fields: dict[str, Any] | MultiDict[str, str], row: bool = False) -> Answer:
        """Send a form. `row`: as the script does, which swaps the row of a visit."""
        pairs: Iterable[tuple[str, Any]] = fields.items(multi=True) if isinstance(fields, MultiDict) else fields.items()
        body = urlencode([("csrf_token", self._csrf), *((name, value) for name, value in pairs if name != "csrf_token")])
        heads = {"Content-Type": "application/x-www-form-urlencoded", **({"HX-Request": "true"} if row else {})}
        return self._ask("POST", path, body, heads)

    def _ask(self, method: str, path: str, body: str | None = None, heads: dict[str, str] | None = None) -> Answer:
        cookies = "; ".join(f"{name}={cookie.value}" for name, cookie in self._cookies.items())
        self._connection.request(method, path, body, {"Cookie": cookies, "Accept-Language": "en", **(heads or {})})
        answer = self._connection.getresponse()
        for value in answer.headers.get_all("Set-Cookie", []):
            self._cookies.load(value)
        return Answer(answer.status, answer.read().decode(errors="replace"), answer.headers.get("Location", ""))

    def close(self) -> None:
        self._connection.close()
