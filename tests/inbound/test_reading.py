"""Mails as they come back: every case is a file, what must be read in it stands in expected.json."""

from __future__ import annotations

import json
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.inbound.reading import Post, What, read
from app.inbound.reading.mime import MOST_BYTES

CASES = Path(__file__).parent / "cases"
EXPECTED: dict[str, dict[str, Any]] = json.loads((CASES / "expected.json").read_text())
PIECES = [path.read_bytes() for path in sorted(CASES.glob("*.eml"))]


def test_every_case_is_expected_to_be_something() -> None:
    assert {path.stem for path in CASES.glob("*.eml")} == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_what_is_read_in_a_mail(name: str) -> None:
    post, wanted = read((CASES / f"{name}.eml").read_bytes()), dict(EXPECTED[name])
    assert post.what == wanted.pop("what")
    for field, value in wanted.items():
        assert _holds(post, field, value), (field, value, post)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_line_ends_make_no_difference(name: str) -> None:
    data = (CASES / f"{name}.eml").read_bytes()
    assert read(data.replace(b"\n", b"\r\n")) == read(data)


def _holds(post: Post, field: str, value: Any) -> bool:
    if field == "recipient":
        return post.report is not None and value in post.report.recipients
    if field in {"fate", "status"}:
        return post.report is not None and getattr(post.report, field) == value
    if field in {"answer", "uid", "sequence"}:
        return post.calendar is not None and getattr(post.calendar, field) == value
    if field == "about":
        return post.about[:1] == (value,) or value in post.about[:3]
    return value in getattr(post, field)


@given(st.binary(max_size=2_000))
def test_any_bytes_give_an_answer(data: bytes) -> None:
    assert isinstance(read(data).what, What)


@given(st.sampled_from(PIECES), st.data())
def test_a_mail_damaged_anywhere_gives_an_answer(mail: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(mail)))
    end = data.draw(st.integers(start, min(len(mail), start + 400)))
    put = data.draw(st.one_of(st.binary(max_size=60), st.sampled_from(PIECES)))
    post = read(mail[:start] + put + mail[end:])
    assert isinstance(post.what, What)
    assert len(post.text) <= 20_000
    assert "\n" not in post.subject + post.sender
    assert "\0" not in post.text + post.subject


@pytest.mark.parametrize(
    "bomb",
    [
        b"Content-Type: multipart/mixed; boundary=a" + b";" * MOST_BYTES + b"\n\n--a--",
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(4_000)),
        b"From: a@b.example\nContent-Type: text/plain; charset=punycode\n\n" + b"a-" * 120_000,
        b"From: a@b.example\nContent-Type: text/html\n\n" + b"<style><!--" * 20_000,
        b"From: " + b"a@" * 120_000 + b"\nSubject: " + b"=?punycode?q?a-b?=" * 10_000 + b"\n\nx",
        b"From: mailer-daemon@b.example\nSubject: failure notice\n\n" + b"user " * 40_000,
        b"From: mailer-daemon@b.example\nSubject: failure notice\n\n" + b"delivery delivery address domain exceeds " * 6_000,
        b"From: a@b.example\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\n" + b"BEGIN:VEVENT\n" * 15_000,
    ],
    ids=["parameters", "nested", "slow charset", "marks", "headers", "user", "words", "calendar"],
)
def test_what_is_made_to_break_a_reader_is_read_all_the_same(bomb: bytes) -> None:
    assert isinstance(read(bomb).what, What)


def _nested(depth: int) -> bytes:
    return b"From: a@b.example\n" + b"".join(b"Content-Type: multipart/mixed; Boundary*0=b%d\n\n--b%d\n" % (n, n) for n in range(depth))


@pytest.mark.parametrize(
    "slow",
    [b"From: mailer-daemon@b.example\nSubject: failure notice\n\n" + b">\n" * 10_000, _nested(300) + b"\n" * 240_000],
    ids=["quoted nothing", "parts in parts"],
)
def test_nobody_can_make_a_mail_that_takes_long_to_read(slow: bytes) -> None:
    began = process_time()
    read(slow)
    assert process_time() - began < 2


def test_a_mail_that_speaks_of_a_boundary_is_read() -> None:
    assert read(_nested(3) + b"\n" + b"The boundary. " * 200).text.startswith("The boundary.")
