"""Mail is encrypted to a server we can recognise and signed in, or it does not leave."""

from __future__ import annotations

import ssl
from base64 import b64encode

import pytest

from app.messages.transports import OutcomeKind, Phase, SmtpTransport
from app.messages.transports.smtp_greeting import MailServer as Account
from app.messages.transports.smtp_greeting import Security
from tests.mail_server import MailServer, Step, drop, say
from tests.messages.letters import PATIENT, FenceWatch, an_envelope

EVERYTHING = ("STARTTLS", "AUTH PLAIN LOGIN", "8BITMIME")


@pytest.fixture
def delivering(tmp_path, certificate):
    """Send one message to a server with a certificate; returns the outcome and the server."""

    def deliver(
        script=None, *, security=Security.STARTTLS, trust=True, login=(None, ""), host="127.0.0.1", offers=EVERYTHING, speaks_tls=True
    ):
        own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        own.load_cert_chain(certificate)
        tls = ssl.create_default_context(cafile=certificate) if trust else None
        started = MailServer(tmp_path, script, offers=offers, tls=own, tls_from_the_start=speaks_tls and security is Security.TLS)
        with started as server:
            transport = SmtpTransport(Account(host, server.port, security, *login), timeouts=PATIENT, tls=tls)
            outcome = transport.deliver(an_envelope(), FenceWatch())
            transport.close()
        return outcome, server

    return deliver


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_trusted_certificate_carries_the_mail(delivering, security):
    outcome, server = delivering(security=security)
    assert outcome.kind is OutcomeKind.ACCEPTED
    assert len(server.accepted()) == 1


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_an_unknown_certificate_is_a_configuration_fault(delivering, security):
    outcome, server = delivering(security=security, trust=False)
    assert (outcome.kind, outcome.phase) == (OutcomeKind.MISCONFIGURED, Phase.TLS)
    assert outcome.text.startswith("untrusted: self-signed")
    assert server.accepted() == []


def test_a_certificate_for_another_name_is_a_configuration_fault(delivering):
    outcome, _ = delivering(host="localhost")
    assert (outcome.kind, outcome.phase) == (OutcomeKind.MISCONFIGURED, Phase.TLS)
    assert "Hostname mismatch" in outcome.text


def test_a_private_authority_can_be_named_by_the_environment(delivering, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    outcome, _ = delivering(trust=False)
    assert outcome.kind is OutcomeKind.ACCEPTED


@pytest.mark.parametrize(
    ("script", "offers", "phase"),
    [
        pytest.param({}, ("AUTH PLAIN",), Phase.STARTTLS, id="STARTTLS missing"),
        pytest.param({"ehlo": say("500 What?")}, EVERYTHING, Phase.STARTTLS, id="EHLO refused, so no STARTTLS"),
        pytest.param({"starttls": say("502 5.5.1 No")}, EVERYTHING, Phase.STARTTLS, id="STARTTLS 502"),
        pytest.param({"starttls": Step(reply=b"\x15\x03\x01 hm\r\n")}, EVERYTHING, Phase.STARTTLS, id="STARTTLS garbage"),
        pytest.param({"starttls": say("250 Fine, talk on")}, EVERYTHING, Phase.STARTTLS, id="STARTTLS answered 250"),
        pytest.param({"starttls": say("220 Go", "250 talking on")}, EVERYTHING, Phase.TLS, id="STARTTLS then clear text"),
    ],
)
def test_starttls_never_falls_back_to_plain(delivering, script, offers, phase):
    outcome, server = delivering(script, offers=offers)
    assert (outcome.kind, outcome.phase) == (OutcomeKind.MISCONFIGURED, phase)
    assert server.accepted() == []
    assert not any(command.startswith(("MAIL", "AUTH")) for command in server.commands)


@pytest.mark.parametrize(
    ("script", "phase"),
    [
        pytest.param({"starttls": say("454 4.7.0 No TLS now")}, Phase.STARTTLS, id="STARTTLS 454"),
        pytest.param({"starttls": drop()}, Phase.STARTTLS, id="reset at STARTTLS"),
        pytest.param({"starttls": say("220 Go").then_drop()}, Phase.TLS, id="reset in the handshake"),
    ],
)
def test_a_passing_fault_of_tls_is_safe_to_retry(delivering, script, phase):
    outcome, server = delivering(script)
    assert (outcome.kind, outcome.phase) == (OutcomeKind.RETRY, phase)
    assert server.accepted() == []


def test_a_server_that_speaks_no_tls_is_a_configuration_fault(delivering):
    outcome, server = delivering(security=Security.TLS, speaks_tls=False)
    assert (outcome.kind, outcome.phase) == (OutcomeKind.MISCONFIGURED, Phase.TLS)
    assert server.accepted() == []


def test_what_was_offered_before_encryption_is_forgotten(delivering):
    before, after = say("250-mail.test", "250-STARTTLS", "250 AUTH PLAIN"), say("250 mail.test")
    outcome, _ = delivering({"ehlo": [before, after]}, login=("desk", "secret"))
    assert (outcome.kind, outcome.phase) == (OutcomeKind.MISCONFIGURED, Phase.AUTH)


def test_a_user_signs_in_with_letters_of_any_language(delivering):
    outcome, server = delivering(login=("desk", "gizli:şifre"))
    assert outcome.kind is OutcomeKind.ACCEPTED
    assert "AUTH PLAIN " + b64encode("\0desk\0gizli:şifre".encode()).decode() in server.commands


def test_a_server_that_knows_only_login_is_spoken_to_in_steps(delivering):
    script = {"auth": say("334 VXNlcm5hbWU6"), "unknown": [say("334 UGFzc3dvcmQ6"), say("235 2.7.0 Welcome")]}
    outcome, server = delivering(script, login=("desk", "secret"), offers=("STARTTLS", "AUTH LOGIN"))
    assert outcome.kind is OutcomeKind.ACCEPTED
    told = [b64encode(word).decode() for word in (b"desk", b"secret")]
    assert server.commands[server.commands.index("AUTH LOGIN") + 1 :][:2] == told


@pytest.mark.parametrize("reply", ["535 5.7.8 Wrong password", "503 5.5.1 Sign-in not enabled", "534 5.7.9 Too weak"])
def test_a_refused_sign_in_is_a_configuration_fault(delivering, reply):
    outcome, server = delivering({"auth": say(reply)}, login=("desk", "wrong"))
    assert (outcome.kind, outcome.phase, outcome.code) == (OutcomeKind.MISCONFIGURED, Phase.AUTH, int(reply[:3]))
    assert sum(command.startswith("AUTH") for command in server.commands) == 1


def test_a_sign_in_that_cannot_be_checked_now_is_safe_to_retry(delivering):
    outcome, _ = delivering({"auth": say("454 4.7.0 Directory is down")}, login=("desk", "secret"))
    assert (outcome.kind, outcome.phase, outcome.code) == (OutcomeKind.RETRY, Phase.AUTH, 454)


def test_a_server_without_sign_in_is_a_configuration_fault(delivering):
    outcome, _ = delivering(login=("desk", "secret"), offers=("STARTTLS", "AUTH GSSAPI"))
    assert (outcome.kind, outcome.phase) == (OutcomeKind.MISCONFIGURED, Phase.AUTH)
