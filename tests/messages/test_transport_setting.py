"""MAIL_URL says how mail leaves, and a wrong one is explained without giving secrets away."""

from __future__ import annotations

import pytest

from app.messages.transports import FolderTransport, SmtpTransport, TransportConfigError, transport_from_url
from app.messages.transports.setting import mail_server_from


@pytest.mark.parametrize("empty", [None, "", "  "])
def test_without_a_setting_mail_goes_to_the_folder(tmp_path, empty):
    transport = transport_from_url(empty, tmp_path)
    assert isinstance(transport, FolderTransport)
    assert transport.keeps_mail_here


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("smtp://relay", "smtp://relay:25"),
        ("smtp+starttls://mail.example.org", "smtp+starttls://mail.example.org:587"),
        ("smtps://Mail.Example.org/", "smtps://mail.example.org:465"),
        ("smtps://u:p@mail.example.org:4650", "smtps://mail.example.org:4650"),
        ("smtp://[::1]:2525", "smtp://::1:2525"),
        ("smtps://örnek.example", "smtps://xn--rnek-4qa.example:465"),
    ],
)
def test_a_setting_names_the_server_and_no_secret(tmp_path, url, where):
    transport = transport_from_url(url, tmp_path)
    assert isinstance(transport, SmtpTransport)
    assert (transport.name, transport.keeps_mail_here) == (where, False)


def test_user_and_password_are_percent_decoded_and_kept_out_of_sight():
    server = mail_server_from("smtps://desk%40clinic.test:p%3A%2F%C5%9F%25@mail.test")
    assert (server.user, server.password) == ("desk@clinic.test", "p:/ş%")
    assert "p:/" not in repr(server) + str(server)


def test_a_password_in_the_clear_stays_on_this_machine():
    assert mail_server_from("smtp://desk:secret@localhost").user == "desk"
    assert mail_server_from("smtp://desk:secret@127.0.0.1").user == "desk"
    with pytest.raises(TransportConfigError, match="in the clear"):
        mail_server_from("smtp://desk:secret@mail.example.org")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mail.example.org", "must begin with"),
        ("http://mail.example.org", "must begin with"),
        ("smtp+tls://mail.example.org", "must begin with"),
        ("smtps://", "names no mail server"),
        ("smtps://desk:secret@", "names no mail server"),
        ("smtps://mail.example.org:mail", "cannot be read"),
        ("smtps://mail.example.org:99999", "cannot be read"),
        ("smtps://[::1", "cannot be read"),
        ("smtps://mail..example.org", "cannot be read"),
        ("smtps://desk:se#cret@mail.example.org", "%23"),
        ("smtps://desk:se/cret@mail.example.org", "%2F"),
        ("smtps://mail.example.org:0", "follows the host"),
        ("smtps://mail.example.org/inbox", "follows the host"),
        ("smtps://mail.example.org?tls=no", "follows the host"),
        ("smtps://desk@mail.example.org", "both a user and a password"),
        ("smtps://:secret@mail.example.org", "both a user and a password"),
        ("smtps://desk:%FF@mail.example.org", "not UTF-8"),
        ("smtps://mail.example.org\r\nRCPT", "space or line break"),
        ("smtps://desk:sec ret@mail.example.org", "space or line break"),
    ],
)
def test_a_setting_that_makes_no_sense_is_explained(tmp_path, url, words):
    with pytest.raises(TransportConfigError, match=words) as error:
        transport_from_url(url, tmp_path)
    assert "cret" not in str(error.value)
