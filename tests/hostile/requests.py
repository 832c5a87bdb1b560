"""Hostile requests, made from the address table and from the forms that pages really show; the same seed gives the same ones."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote_plus

from werkzeug.routing import Map, Rule

MARK = "xss7"
"""Where this comes back as a tag, an attribute or a head line, something was not escaped."""
NASTY = (
    "", " ", "   \t ", "0", "-1", "1", "2", "999", "2147483647", "2147483648", "9" * 25, "9" * 5000, "1e9", "nan", "1.5", "²", "١", "1_0", "999999999", "999999999y", "999999999d", "-5d", "P9999Y", "0d", "1e400",
    "true", "None", "[]", "{}", "null", "\x00", "a\x00b", "a\r\nX-Xss7: 1", "a\nBcc: x@evil.example", "\u2028", "\u202eabc", "\ud7ff", "\U0001f600",
    "İIıŞşĞğ", "A\u0301\u0302\u0303", f"<{MARK}>", f"\"'><{MARK} on{MARK}=1>", f"javascript:{MARK}", "{{7*7}}", "{% raise %}", "{0.__class__}",
    "%(name)s %s %d %n", "' OR 1=1 --", "\" OR \"\"=\"", "1; DROP TABLE patient", "=cmd|' /C calc'!A0", "@SUM(1)", "../../../../etc/passwd",
    "//xss7.example/x", "https://xss7.example/", "/\\xss7.example", "/day?x=1", "x" * 10_000, "ş" * 5_000, "2026-12-03", "2026-02-30",
    "0000-00-00", "9999-12-31", "1900-01-01", "2199-12-31", "31.12.2199", "+999d", "+4w", "29.2", "3.12", "00:00", "23:59", "24:00", "9",
    "2026-12-03.600.1.1", "2026-12-03.600.0.0", "2026-12-03.9999.1.1", "2199-12-31.1439.2147483647.1", "2026-12-03.600..", "...",
    "a@b.example", "a@", "@", "\"a b\"@b.example", "a@b.example\r\nBcc: c@d.example", "+90 532 111 44 12", "+0", "00", "(((((",
    "Europe/Istanbul", "Mars/Phobos", "../zone", "physician", "manager", "prp_scalp", "exosome", "treatment", "consultation", "evaluation",
)  # fmt: skip
RAW = (b"%00", b"%ff%fe", b"%ed%a0%80", b"%c0%af", b"%", b"%zz", b"%0d%0aX-Xss7:%201", b"+", b"&&&", b"%F0%9F%98%80")
NUMBERS = (
    "0",
    "00001",
    "2147483647",
    "2147483648",
    "99999999999",
    "-1",
    "1.0",
    "1e1",
    "%31",
    "١",
    "1%00",
    "1;2",
    "1/../2",
    "' OR 1=1",
    "x",
)
WORDS = (
    "x", "new", "arrived", "in_treatment", "done", "no_show", "not_treated", "room", "chair", "device", "recall", "mail_details", "default",
    "-", "2026-12-01--", "2026-12-01_2027-12-01", "always", "../x", "%2e%2e", "%00", "%ff", "a" * 3000, "<xss7>", "{{7*7}}", "9" * 5000,
)  # fmt: skip
DAYS = (
    "2026-12-01",
    "2026-12-03",
    "2027-02-29",
    "0001-01-01",
    "9999-12-31",
    "1900-01-01",
    "2199-12-31",
    "20261203",
    "2026-W49-4",
    "x",
    "%00",
)
ADDED = (
    "id", "version", "roles", "active", "password_hash", "patient_id", "plan_id", "created_at", "deceased_on", "erased_at", "state", "seen",
    "sure", "do", "next", "back", "why", "day", "time", "kind", "course", "performer", "room", "with", "row", "by", "q", "s", "page", "tab",
    "after", "patient", "list", "result", "until", "language", "kept", "kept_sent", "form_token", "csrf_token", "exact_day", "exact_time",
    "slot", "slot-1", "slot-99999999999", "slot-x", "courses-0-sessions", "courses-x-y", "courses-0-spans-x-least", "sessions-²-done",
    "courses-" + "9" * 5000 + "-course_id", "sessions-0-uses-1-lot", "add", "remove-0", "remove-x", "rows", "why-1", "go", "show", "ended",
    "informed_by", "same", "another", "code", "first", "last", "reason", "a" * 9000, "\x00", "<xss7>", "uses-0-lot", "together", "List-Unsubscribe",
)  # fmt: skip
TYPES = ("application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=x", "application/xml", "", "a" * 500,
         "application/x-www-form-urlencoded; charset=utf-7")  # fmt: skip
HEADS = (
    {"HX-Request": "true", "HX-Current-URL": "http://["}, {"HX-Request": "true", "HX-Current-URL": "https://xss7.example/day"},
    {"HX-Request": "true"}, {"Accept-Language": "tr" + ",x;q=0.9" * 500}, {"Accept-Language": "\xff;q=z"}, {"Cookie": "language=<xss7>"},
    {"Cookie": "seans=x.y.z; remember_token=1|x"}, {"Sec-Fetch-Site": "cross-site"}, {"Range": "bytes=0-1,5-"}, {"If-None-Match": '"'},
    {"X-Forwarded-For": "a, b", "X-Forwarded-Host": "xss7.example", "X-Forwarded-Proto": "https"}, {"Origin": "https://xss7.example"},
    {"Referer": "http://["}, {"Expect": "200-ok"}, {"Authorization": "Basic \xff"}, {"X-CSRFToken": "x" * 5000}, {"Host": "xss7.example"},
    {"X-HTTP-Method-Override": "DELETE"}, {"Content-Encoding": "gzip"},
)  # fmt: skip
Fields = list[tuple[str, str]]


@dataclass(frozen=True)
class Request:
    """One request as it goes over the wire. `address` is percent-encoded."""

    method: str
    address: str
    body: bytes = b""
    content_type: str | None = "application/x-www-form-urlencoded"
    heads: dict[str, str] = field(default_factory=dict)


class FormsOf(HTMLParser):
    """The post forms of a page: where each goes, and what a browser would send untouched."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, Fields]] = []
        self._here: tuple[str, Fields] | None = None
        self._select = self._area = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._here = (said.get("action", ""), []) if said.get("method", "").lower() == "post" else None
            self.forms += [self._here] if self._here else []
        elif self._here is not None:
            self._field(tag, said)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._here = None
        self._select = "" if tag == "select" else self._select
        self._area = "" if tag == "textarea" else self._area

    def handle_data(self, data: str) -> None:
        if self._area and self._here is not None:
            self._here[1].append((self._area, data.strip()))

    def _field(self, tag: str, said: dict[str, str]) -> None:
        assert self._here is not None
        name, fields = said.get("name", ""), self._here[1]
        if tag == "select":
            self._select = name
        elif tag == "textarea":
            self._area = name
        elif tag == "option" and self._select and ("selected" in said or self._select not in dict(fields)):
            fields[:] = [pair for pair in fields if pair[0] != self._select] + [(self._select, said.get("value", ""))]
        elif (tag == "button" and name) or (tag == "input" and name and said.get("type") not in {"radio", "checkbox"}):
            fields.append((name, said.get("value", "")))
        elif tag == "input" and name and ("checked" in said or name not in dict(fields)):
            fields[:] = [pair for pair in fields if pair[0] != name] + [(name, said.get("value", "y"))]


class Attacker:
    """Makes requests; learns the forms of every page it is shown."""

    def __init__(self, addresses: Map, seed: int, handles: Sequence[str], staff_handles: Sequence[str], kept: Sequence[str]) -> None:
        self.dice = random.Random(seed)
        self.rules = sorted(
            ((rule, method) for rule in addresses.iter_rules() for method in rule.methods or () if method in {"GET", "POST"}),
            key=lambda one: (one[0].rule, one[1]),
        )
        self.known = {"handle": handles, "token": staff_handles, "key": kept}
        self.forms: dict[str, list[tuple[str, Fields]]] = {}

    def learn(self, endpoint: str, here: str, page: str) -> None:
        """Forms of a page, by the address they are posted to; the newest are kept."""
        for action, fields in FormsOf(page).forms:
            address = action or here
            if address.startswith("/"):
                seen = self.forms.setdefault(re.sub(r"\d+", "<n>", address.partition("?")[0]), [])
                seen.append((address, fields))
                del seen[:-4]

    def rounds(self, number: int) -> Iterator[tuple[Rule, Request]]:
        """So many requests, going round over all routes."""
        more_posts = [one for one in self.rules for _n in range(2 if one[1] == "POST" else 1)]
        for n in range(number):
            rule, method = self.rules[n] if n < len(self.rules) else self.dice.choice(more_posts)
            yield rule, self.request(rule, method)

    def request(self, rule: Rule, method: str) -> Request:
        """One request to a route."""
        dice, address = self.dice, self.address(rule)
        heads = dict(dice.choice(HEADS)) if dice.random() < 0.12 else {}
        if method == "GET":
            return Request(self._odd_method("GET", 0.06), address + self._query(0.5), heads=heads)
        fields: Fields = []
        forms = self.forms.get(re.sub(r"\d+", "<n>", address))
        if forms and dice.random() < 0.85:
            address, fields = dice.choice(forms)
        fields = self.spoilt(fields)
        if dice.random() < 0.04:
            return Request("POST", address, dice.randbytes(dice.choice((0, 1, 300))), dice.choice(TYPES), heads)
        body = b"&".join(quote_plus(name).encode() + b"=" + quote_plus(value).encode() for name, value in fields)
        if dice.random() < 0.05:
            body += b"&" + dice.choice((b"x=", b"day=", b"q=", b"")) + dice.choice(RAW)
        return Request(self._odd_method("POST", 0.02), address + self._query(0.1), body, heads=heads)

    def address(self, rule: Rule) -> str:
        """The address of a route with something in every place."""
        made = ""
        for is_dynamic, data in rule._trace:
            made += self._part(rule, data) if is_dynamic else data.removeprefix("|")
        return made

    def spoilt(self, fields: Fields) -> Fields:
        """What a form would send, with some of it replaced, left out, doubled, or added."""
        dice, made = self.dice, list(fields)
        for _n in range(dice.choice((0, 1, 1, 1, 2, 3))):
            what = dice.random()
            if made and what < 0.65:
                place = dice.randrange(len(made))
                made[place] = (made[place][0], dice.choice(NASTY))
            elif made and what < 0.75:
                made.pop(dice.randrange(len(made)))
            elif made and what < 0.85:
                made.append((dice.choice(made)[0], dice.choice(NASTY)))
            else:
                made.append((dice.choice(ADDED), dice.choice(NASTY)))
        return made

    def _part(self, rule: Rule, name: str) -> str:
        dice, kind = self.dice, type(rule._converters[name]).__name__
        if kind == "RowIdConverter":
            return str(dice.choice((1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 8))) if dice.random() < 0.93 else dice.choice(NUMBERS)
        if self.known.get(name) and dice.random() < 0.8:
            return dice.choice(self.known[name])
        if name == "day":
            return dice.choice(DAYS)
        return dice.choice(("seans.css", "../config.py", "icons.svg")) if name == "filename" else dice.choice(WORDS)

    def _query(self, share: float) -> str:
        dice = self.dice
        if dice.random() > share:
            return ""
        pairs = [(dice.choice(ADDED), dice.choice(NASTY)) for _n in range(dice.randint(1, 3))]
        made = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs)
        return "?" + made + (dice.choice(RAW).decode() if dice.random() < 0.1 else "")

    def _odd_method(self, method: str, share: float) -> str:
        return self.dice.choice(("HEAD", "OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "FOO")) if self.dice.random() < share else method
