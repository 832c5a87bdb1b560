"""Mails are signed (DKIM, RFC 6376) as the bytes that leave; a verifier that is not ours says so, and nothing leaves unsigned."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from functools import cache
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.messages import channel, outbox
from app.messages.setting import signer_of
from app.messages.transports import CannotSign, Signer, SmtpTransport, Timeouts, transport_from_url
from app.messages.transports.smtp_letter import with_crlf
from config import Config, ConfigError, from_environment
from tests import builders as b
from tests.mail_server import MailServer, say
from tests.messages.letters import MESSAGE, PATIENT, FenceWatch, an_envelope
from tests.messages.stories import GRACE, NOW, book, claim, ist, rows

DOMAIN, SELECTOR = "clinic.test", "seans"


def _pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return key.private_bytes(*form)


@cache
def _a_key() -> bytes:
    return _pem(rsa.generate_private_key(65537, 2048))


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return a_signer(tmp_path)


def a_signer(folder: Path) -> Signer:
    (folder / "key.pem").write_bytes(_a_key())
    return Signer(DOMAIN, SELECTOR, folder / "key.pem")


def holds(signed: bytes, signer: Signer) -> bool:
    """What a receiving server would say, with the record that the clinic's DNS would answer."""
    name, record = signer.record

    def dns(asked: bytes, timeout: int = 5) -> bytes | None:
        return record.encode() if asked.decode().rstrip(".") == name else None

    return bool(dkim.verify(signed, dnsfunc=dns))


def test_a_signed_mail_is_the_same_mail_with_a_signature_that_holds(signer: Signer) -> None:
    letter = with_crlf(MESSAGE)
    signed = signer.signed(letter)
    assert signed.endswith(letter)
    assert holds(signed, signer)
    assert max(map(len, signed.split(b"\r\n"))) <= 78


@pytest.mark.parametrize(
    "change",
    [
        (b"Monday at ten", b"Monday at two"),
        (b"Subject: Your", b"Subject: Our"),
        (b"From: Clinic", b"From: Somebody"),
        (b"To: Ada", b"To: Eve"),
        (b"13 Apr", b"14 Apr"),
        (b"<m1@", b"<m2@"),
        (b"\r\n\r\n", b"\r\nFrom: other@clinic.test\r\n\r\n"),
        (b"\r\n\r\n", b"\r\nReply-To: other@clinic.test\r\n\r\n"),
        (b"\r\n\r\n", b"\r\nContent-Type: text/html\r\n\r\n"),
        (b"\r\n\r\n", b"\r\nList-Unsubscribe: <https://elsewhere.test>\r\n\r\n"),
        (b"The end.", b"The end.\r\nAnd more."),
    ],
)
def test_whatever_is_changed_or_added_on_the_way_is_noticed(signer: Signer, change: tuple[bytes, bytes]) -> None:
    signed = signer.signed(with_crlf(MESSAGE))
    assert not holds(signed.replace(*change, 1), signer)


def test_what_servers_do_to_spaces_folds_and_headers_of_their_own_does_not_matter(signer: Signer) -> None:
    signed = signer.signed(with_crlf(MESSAGE))
    for change in ((b"Subject: Your ", b"subject:  Your\r\n\t"), (b"at ten.\r\n", b"at ten. \r\n"), (b"The end.\r\n", b"The end.\r\n\r\n")):
        assert holds(b"Received: from here by there\r\n" + signed.replace(*change, 1), signer)


_LINES = st.text(st.sampled_from("ab .=\t\r\n"), max_size=80)


@given(_LINES, _LINES)
def test_every_letter_of_ours_can_be_verified_whatever_its_spaces_and_lines(
    tmp_path_factory: pytest.TempPathFactory, subject: str, body: str
) -> None:
    signer = a_signer(tmp_path_factory.mktemp("key"))
    told = " ".join(subject.split())
    letter = with_crlf(f"From: desk@clinic.test\nTo: ada@example.test\nSubject: {told}\n\n{body}".encode())
    assert holds(signer.signed(letter), signer)


def test_another_domains_key_does_not_speak_for_ours(signer: Signer, tmp_path: Path) -> None:
    (tmp_path / "other.pem").write_bytes(_pem(rsa.generate_private_key(65537, 2048)))
    signed = Signer(DOMAIN, SELECTOR, tmp_path / "other.pem").signed(with_crlf(MESSAGE))
    assert not holds(signed, signer)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "No such file"),
        (b"", "no private key"),
        (b"-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n", "no private key"),
        (_pem(rsa.generate_private_key(65537, 1024)).replace(b"PRIVATE", b"PUBLIC"), "no private key"),
        (_pem(ec.generate_private_key(ec.SECP256R1())), "not an RSA key"),
    ],
)
def test_a_key_that_cannot_be_used_is_said_in_words_without_its_path(tmp_path: Path, content: bytes | None, words: str) -> None:
    file = tmp_path / "key.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CannotSign, match=words) as error:
        Signer(DOMAIN, SELECTOR, file).signed(with_crlf(MESSAGE))
    assert str(tmp_path) not in str(error.value)


def test_the_very_bytes_that_arrive_are_signed_and_dots_do_not_matter(tmp_path: Path, signer: Signer) -> None:
    with MailServer(tmp_path, {}) as server:
        way = transport_from_url(server.url, tmp_path, PATIENT, signer)
        assert way.check() is None
        assert way.deliver(an_envelope(), FenceWatch()).kind == "accepted"
        way.close()
        (letter,) = server.accepted()
    assert holds(letter.data, signer)
    assert message_from_bytes(letter.data)["Subject"] == "Your appointment"


def test_an_old_server_that_cuts_the_eighth_bit_gets_a_mail_whose_signature_holds(tmp_path: Path, signer: Signer) -> None:
    letter = "From: desk@clinic.test\nTo: ada@example.test\nContent-Type: text/plain; charset=utf-8\n\nİyi günler\n".encode()
    with MailServer(tmp_path, {"ehlo": say("250 mail.test")}) as server:
        way = transport_from_url(server.url, tmp_path, PATIENT, signer)
        assert way.deliver(an_envelope(data=letter), FenceWatch()).kind == "accepted"
        way.close()
        (arrived,) = server.accepted()
    assert arrived.data.isascii()
    assert holds(arrived.data, signer)


def test_without_its_key_mail_waits_and_goes_once_the_key_is_there(app: Flask, noon: datetime, tmp_path: Path) -> None:
    b.a_clinic()
    book(b.a_visit(b.a_patient(email_verified_at=b.EARLY), ist(12, 17, 14).astimezone(UTC), kind="review"))
    signer = Signer(DOMAIN, SELECTOR, tmp_path / "key.pem")
    with MailServer(tmp_path, {}) as server:
        way = transport_from_url(server.url, tmp_path, Timeouts(), signer)
        at, later = NOW + GRACE, NOW + GRACE + timedelta(minutes=11)
        outbox.deliver(claim(at), way, tell_time=lambda: at)
        assert (rows("booked")[0].state, rows("booked")[0].reason) == ("waiting", "channel_stopped")
        assert not channel.may_send(way, later)
        a_signer(tmp_path)
        later += timedelta(minutes=11)
        assert channel.may_send(way, later)
        outbox.deliver(claim(later), way, tell_time=lambda: later)
        way.close()
        (letter,) = server.accepted()
    assert rows("booked")[0].state == "sent"
    assert holds(letter.data, signer)
    named = re.sub(r"\s", "", message_from_bytes(letter.data)["DKIM-Signature"])
    for field in ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Auto-Submitted"):
        assert f"{field}:{field}" in named


@pytest.mark.parametrize(
    "given_",
    [
        {"DKIM_DOMAIN": "clinic.test"},
        {"DKIM_KEY": "/k", "DKIM_SELECTOR": "seans"},
        {"DKIM_DOMAIN": "clinic", "DKIM_KEY": "/k", "DKIM_SELECTOR": "seans"},
        {"DKIM_DOMAIN": "clinic.test", "DKIM_KEY": "/k", "DKIM_SELECTOR": "s; d=x"},
    ],
)
def test_half_a_signature_does_not_start(tmp_path: Path, given_: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="give all three"):
        from_environment({"SEANS_INSTANCE": str(tmp_path), **given_})


def test_the_settings_put_the_signer_into_the_way_out(tmp_path: Path) -> None:
    env = {"SEANS_INSTANCE": str(tmp_path), "DKIM_DOMAIN": "Clinic.test", "DKIM_SELECTOR": "seans", "DKIM_KEY": str(tmp_path / "key.pem")}
    settings: Config = from_environment(env)
    assert signer_of(settings) == Signer(DOMAIN, SELECTOR, tmp_path / "key.pem")
    way = transport_from_url("smtp://localhost", tmp_path, signer=signer_of(settings))
    assert isinstance(way, SmtpTransport)
    assert way.signer == signer_of(settings)
