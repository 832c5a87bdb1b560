"""Mail is read from an IMAP folder and from a Maildir: each once, in order, and nothing that goes wrong there stops anything."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.inbound.mailboxes import ImapMailbox, Letter, MailboxConfigError, MailboxError, MaildirMailbox, Place, mailbox_from_url
from app.inbound.mailboxes.imap import Account, Patience
from tests.certificates import a_certificate
from tests.imap_server import ImapServer, drip, hang, say

DAY = date(2026, 11, 24)
Reading = Callable[..., ImapMailbox]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def reading(certificate: Path) -> Iterator[Reading]:
    """A mailbox of a server that is there for the time of the test."""
    started: list[ImapServer] = []

    def start(server: ImapServer, **changes: Any) -> ImapMailbox:
        started.append(server.__enter__())
        patience = changes.pop("patience", Patience(5, 10))
        trust = ssl.create_default_context(cafile=certificate) if changes.pop("trust", True) else None
        account = {"host": "127.0.0.1", "port": server.port, "user": server.login[0], "password": server.login[1]} | changes
        return ImapMailbox(Account(**account), 1_000, patience=patience, tls=trust)

    yield start
    for server in started:
        server.__exit__(None, None, None)


def texts(letters: list[Letter]) -> list[bytes]:
    return [letter.data for letter in letters]


def test_a_folder_is_read_in_order_and_goes_on_where_it_was_left(certificate: Path, reading: Reading) -> None:
    server = ImapServer(certificate, {3: b"three", 5: b"five", 9: b"nine"})
    box = reading(server)
    first = list(box.letters(Place(), DAY))
    assert texts(first) == [b"three", b"five", b"nine"]
    assert first[-1].place == Place(7, 9)
    assert list(box.letters(first[-1].place, DAY)) == []
    server.mails[12] = b"twelve"
    assert texts(list(box.letters(first[1].place, DAY))) == [b"nine", b"twelve"]


def test_nothing_in_the_folder_is_changed(certificate: Path, reading: Reading) -> None:
    server = ImapServer(certificate, {1: b"one"})
    list(reading(server).letters(Place(), DAY))
    assert not [said for said in server.asked if said.split()[0] not in {"CAPABILITY", "AUTHENTICATE", "EXAMINE", "UID", "LOGOUT"}]
    assert all("PEEK" in said for said in server.asked if "FETCH" in said)


def test_a_folder_never_seen_before_is_read_from_a_few_days_ago(certificate: Path, reading: Reading) -> None:
    server = ImapServer(certificate, {n: b"mail %d" % n for n in range(1, 40)})
    server.recent = 38
    assert texts(list(reading(server).letters(Place(), DAY))) == [b"mail 38", b"mail 39"]
    assert 'UID SEARCH SINCE 24-Nov-2026' in server.asked  # fmt: skip


def test_a_folder_that_was_made_anew_is_not_trusted_to_count_on(certificate: Path, reading: Reading) -> None:
    server = ImapServer(certificate, {1: b"one", 2: b"two"})
    assert texts(list(reading(server).letters(Place(validity=6, last=900), DAY))) == [b"one", b"two"]


def test_a_hundred_thousand_mails_are_asked_for_bit_by_bit(certificate: Path, reading: Reading) -> None:
    server = ImapServer(certificate, dict.fromkeys(range(1, 100001), b"mail"))
    letters = reading(server, patience=Patience(5, 60)).letters(Place(7, 10), DAY)
    assert [next(letters).place.last for _ in range(3)] == [11, 12, 13]
    letters.close()  # type: ignore[attr-defined]  # it is a generator
    assert [said for said in server.asked if "SEARCH" in said] == ["UID SEARCH UID 11:1010"]


def test_far_numbers_are_found_in_a_few_questions(certificate: Path, reading: Reading) -> None:
    server = ImapServer(certificate, {4: b"four", 900_000_000: b"far"})
    assert texts(list(reading(server).letters(Place(7, 3), DAY))) == [b"four", b"far"]
    assert len([said for said in server.asked if "SEARCH" in said]) < 12


def test_only_the_beginning_of_a_large_mail_is_fetched(certificate: Path, reading: Reading) -> None:
    assert texts(list(reading(ImapServer(certificate, {1: b"x" * 5_000})).letters(Place(), DAY))) == [b"x" * 1_000]


def test_a_mail_that_went_meanwhile_is_passed_over(certificate: Path, reading: Reading) -> None:
    server = ImapServer(certificate, {1: b"one", 2: b"two"})
    letters = reading(server).letters(Place(), DAY)
    next(letters)
    del server.mails[2]
    assert list(letters) == []


@pytest.mark.parametrize("where", ["BANNER", "AUTHENTICATE", "EXAMINE", "SEARCH", "FETCH"])
@pytest.mark.parametrize("how", [hang, drip])
def test_a_server_that_hangs_or_drips_is_left(certificate: Path, reading: Reading, where: str, how: Any) -> None:
    box = reading(ImapServer(certificate, {1: b"one"}, {where: how}), patience=Patience(0.5, 1))
    with pytest.raises(MailboxError):
        list(box.letters(Place(), DAY))


@pytest.mark.parametrize(
    ("where", "answer"),
    [
        ("EXAMINE", "{tag} NO no such folder\r\n"), ("SEARCH", "{tag} BAD what\r\n"), ("SEARCH", "garbage\r\n"),
        ("FETCH", "* 1 FETCH (UID 1 BODY[]<0> {99999999999}\r\n"), ("CAPABILITY", "* CAPABILITY OTHER\r\n{tag} OK\r\n"),
        ("BANNER", "* BYE no\r\n"),
    ],
)  # fmt: skip
def test_a_server_that_answers_nonsense_is_an_error_in_words(certificate: Path, reading: Reading, where: str, answer: str) -> None:
    with pytest.raises(MailboxError, match="cannot be read"):
        list(reading(ImapServer(certificate, {1: b"one"}, {where: say(answer)})).letters(Place(), DAY))


def test_a_wrong_password_is_named_and_never_shown(certificate: Path, reading: Reading) -> None:
    with pytest.raises(MailboxError) as trouble:
        list(reading(ImapServer(certificate), password="not-the-one").letters(Place(), DAY))
    assert "AUTHENTICATIONFAILED" in str(trouble.value)
    assert "not-the-one" not in str(trouble.value)


def test_a_server_we_cannot_recognise_gets_no_password(certificate: Path, reading: Reading) -> None:
    server = ImapServer(certificate)
    with pytest.raises(MailboxError, match="certificate"):
        list(reading(server, trust=False).letters(Place(), DAY))
    assert server.asked == []


def test_nobody_there_is_an_error_in_words() -> None:
    with pytest.raises(MailboxError, match="cannot be read"):
        list(ImapMailbox(Account("127.0.0.1", 9, "a", "b"), 100).letters(Place(), DAY))


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / "mail" / name).mkdir(parents=True)
    return tmp_path / "mail"


def test_a_maildir_is_read_oldest_first_and_marks_what_is_done(maildir: Path) -> None:
    (maildir / "new" / "1700000002.a").write_bytes(b"two")
    (maildir / "cur" / "1700000001.b:2,R").write_bytes(b"one")
    (maildir / "cur" / "1700000000.c:2,S").write_bytes(b"seen")
    (maildir / "tmp" / "1700000003.d").write_bytes(b"not there yet")
    box = MaildirMailbox(maildir, 1_000)
    letters = list(box.letters(Place(), DAY))
    assert texts(letters) == [b"one", b"two"]
    for letter in letters:
        letter.done()
    assert {path.name for path in (maildir / "cur").iterdir()} == {"1700000000.c:2,S", "1700000001.b:2,RS", "1700000002.a:2,S"}
    assert list(box.letters(Place(), DAY)) == []


def test_what_another_program_moved_comes_again(maildir: Path) -> None:
    for n in (1, 2):
        (maildir / "new" / f"170000000{n}.a").write_bytes(b"%d" % n)
    letters = MaildirMailbox(maildir, 1_000).letters(Place(), DAY)
    next(letters)
    (maildir / "new" / "1700000002.a").rename(maildir / "cur" / "1700000002.a:2,")
    assert list(letters) == []
    assert texts(list(MaildirMailbox(maildir, 1_000).letters(Place(), DAY))) == [b"1", b"2"]


def test_a_maildir_that_is_not_there_is_an_error_in_words(tmp_path: Path) -> None:
    with pytest.raises(MailboxError, match="No such file"):
        list(MaildirMailbox(tmp_path / "none", 1_000).letters(Place(), DAY))


def test_the_setting_names_a_mailbox() -> None:
    assert mailbox_from_url("") is None
    box = mailbox_from_url("imaps://desk%40ege.example:p%40ss@mail.ege.example/Bounces/Seans")
    assert box is not None
    assert box.name == "Bounces/Seans of desk@ege.example at mail.ege.example"
    box = mailbox_from_url("maildir:/var/mail/seans")
    assert box is not None
    assert box.name == "Maildir /var/mail/seans"


@pytest.mark.parametrize(
    "url",
    ["imap://a:b@host/INBOX", "imaps://host/INBOX", "imaps://a@host", "imaps://a:b@", "maildir:mail", "imaps://a:secret@host/IN BOX",
     "imaps://a:secret@host:x/INBOX", "imaps://a:secret%0a@host/INBOX", "imaps://a:secret@host/Gelen%20kutusu%C4%B1", "imaps://a:secret@[::1"],
)  # fmt: skip
def test_a_setting_that_makes_no_sense_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(MailboxConfigError) as trouble:
        mailbox_from_url(url)
    assert "secret" not in str(trouble.value)
