"""A mail as bytes: every mail program reads both parts, and no field carries a line break into the header."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messages.compose import Mail
from app.messages.mime import CannotBeAddressed, mime

DAY = datetime(2026, 12, 1, 9, tzinfo=UTC)
TEXT = "Sayın Şule Öztürk,\n\nFrom here on dots:\n.\nFrom the start\n" + "a very long line " * 40
CALENDAR = b"BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nEND:VCALENDAR\r\n"


def a_mail(**changes: object) -> Mail:
    values = {"subject": "Randevunuz: 3 Aralık Perşembe, geliş saati 13:50", "text": TEXT, "html": "<p>Sayın Şule</p>", "language": "tr"}
    return Mail(**(values | changes))


def as_bytes(mail: Mail | None = None, **changes: object) -> bytes:
    fields = {"sender": "info@ege.example", "sender_name": "Ege Klinik", "recipient": "ayse@post.example", "reply_to": "",
              "message_id": "1@ege.example", "date": DAY}  # fmt: skip
    return mime(mail or a_mail(), **(fields | changes))


def read(data: bytes) -> EmailMessage:
    found = message_from_bytes(data, policy=policy.default)
    assert isinstance(found, EmailMessage)
    assert not found.defects
    return found


def test_both_parts_come_through_as_they_were() -> None:
    found = read(as_bytes())
    assert found.get_content_type() == "multipart/alternative"
    text, html = found.iter_parts()
    assert text.get_content().splitlines() == TEXT.splitlines()
    assert html.get_content().strip() == "<p>Sayın Şule</p>"


def test_every_line_is_short_plain_and_ended_by_crlf() -> None:
    data = as_bytes(a_mail(calendar=CALENDAR))
    assert data.isascii()
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) <= 78


def test_no_line_begins_with_from_or_can_be_taken_for_a_boundary() -> None:
    assert b"\r\nFrom " not in as_bytes()
    assert read(as_bytes(a_mail(text="--=_seans-1egeexample-a--"))).get_body(("plain",)) is not None


def test_a_calendar_file_is_an_attachment_that_names_its_method() -> None:
    found = read(as_bytes(a_mail(calendar=CALENDAR)))
    words, file = found.iter_parts()
    assert words.get_content_type() == "multipart/alternative"
    assert file.get_content_type() == "text/calendar"
    assert file["content-type"].params["method"] == "PUBLISH"
    assert file.get_filename() == "invite.ics"
    assert file.get_payload(decode=True) == CALENDAR


def test_headers_say_who_to_whom_and_when() -> None:
    found = read(as_bytes(reply_to="answers@ege.example"))
    assert found["subject"] == "Randevunuz: 3 Aralık Perşembe, geliş saati 13:50"
    assert found["from"] == "Ege Klinik <info@ege.example>"
    assert (found["to"], found["reply-to"], found["message-id"]) == ("ayse@post.example", "answers@ege.example", "<1@ege.example>")
    assert found["date"].datetime == DAY
    assert found["content-language"] == "tr"


def test_the_kinds_own_headers_travel() -> None:
    own = {"Auto-Submitted": "auto-generated", "List-Unsubscribe": "<https://ege.example/l/x>"}
    found = read(as_bytes(a_mail(headers=own)))
    assert (found["auto-submitted"], found["list-unsubscribe"]) == ("auto-generated", "<https://ege.example/l/x>")


@pytest.mark.parametrize("name", ['Ege "Klinik" GmbH', "Şule & Ömer Kliniği", "Dr. Ak, Klinik", "a\\b", "Çok uzun bir ad " * 8,
                                  "=?utf-8?b?ZXZpbA==?="])  # fmt: skip
def test_any_name_of_a_clinic_can_be_written(name: str) -> None:
    field = message_from_bytes(as_bytes(sender_name=name), policy=policy.compat32)["From"]
    assert parseaddr(str(make_header(decode_header(field)))) == (name.strip(), "info@ege.example")


@given(st.text(max_size=60))
def test_no_text_breaks_out_of_its_header(evil: str) -> None:
    evil += "\r\nBcc: all@evil.example\r\n\r\nbody"
    found = message_from_bytes(as_bytes(a_mail(subject=evil), sender_name=evil, message_id=f"1{evil}@ege.example"), policy=policy.default)
    assert found["bcc"] is None
    assert found.get_content_type() == "multipart/alternative"
    assert set(found.keys()) == {"From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Language", "Content-Type"}


@pytest.mark.parametrize(
    "address", ["", "nobody", "a b@c.example", "a@c.example\r\nBcc: x@y.example", "a@b@", "şule@post.example", "a@ü-.example"]
)
def test_an_address_that_no_header_can_carry_is_refused_without_naming_it(address: str) -> None:
    with pytest.raises(CannotBeAddressed) as refused:
        as_bytes(recipient=address)
    assert "example" not in str(refused.value)


def test_a_domain_outside_ascii_is_written_with_idna() -> None:
    assert read(as_bytes(recipient="ayse@çelen.example"))["to"] == "ayse@xn--elen-zoa.example"
