"""The pages of templates: proposing, publishing, looking, trying; what is refused keeps what was typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.messages import actions as message_actions
from app.messages.wording import actions as wording
from app.messages.wording.packed import pack
from app.messages.wording.page import letters
from models.base import db, transaction
from models.event import Event
from models.mail_words import MailWords
from models.message import Message, MessageState
from models.patient import Patient
from models.protocol import VersionState
from models.staff import StaffMember
from tests import builders as b
from tests.conftest import NOON
from tests.mails.stories import Story, a_story
from tests.messages.stories import GRACE, NOW, book, ist, rows, send, states, tasks

HERE = "/templates/reminder/en"


class Someone:
    """A colleague at a browser."""

    def __init__(self, client: FlaskClient, member: StaffMember) -> None:
        self.client, self.member = client, member
        b.sign_in(client, member)

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def page(self, path: str = HERE) -> str:
        answer = self.get(path)
        assert answer.status_code == 200
        return unescape(answer.get_data(as_text=True))

    def post(self, do: str, path: str = HERE, *, seen: str | None = None, **words: str) -> TestResponse:
        page = self.client.get(HERE).get_data(as_text=True)
        there = re.search(r'name="seen" type="hidden" value="(\d+)"', page)
        assert there
        typed = dict(re.findall(r'<input[^>]* name="(words_\w+)"[^>]* value="([^"]*)"', page))
        typed |= dict(re.findall(r'<textarea[^>]* name="(words_\w+)"[^>]*>\s*(.*?)</textarea>', page, re.DOTALL))
        typed = {name: unescape(text) for name, text in typed.items()} | {f"words_{name}": text for name, text in words.items()}
        data = {"do": do, "seen": there[1] if seen is None else seen, **typed}
        return self.client.post(path, data=data)

    def publish(self, **words: str) -> TestResponse:
        return self.post("publish", f"{HERE}/publish", **words)


@pytest.fixture
def story(app: Flask, noon: datetime) -> Story:
    return a_story()


@pytest.fixture
def physician(story: Story, client: FlaskClient) -> Someone:
    return Someone(client, b.a_physician("Dr. Ada Lake"))


def manager_of(client: FlaskClient) -> Someone:
    return Someone(client, b.a_manager())


def text_of(answer: TestResponse) -> str:
    return unescape(answer.get_data(as_text=True))


def versions() -> list[tuple[int, str, dict[str, str]]]:
    db.session.expire_all()
    return [(row.n, row.state.value, row.words) for row in db.session.query(MailWords).order_by(MailWords.n)]


def test_the_list_shows_every_letter_in_every_language(physician: Someone) -> None:
    text = physician.page("/templates")
    assert all(f"/templates/{letter}/{language}" in text for letter in letters() for language in ("en", "tr"))
    assert "As shipped" in text


@pytest.mark.parametrize("letter", letters())
@pytest.mark.parametrize("language", ["en", "tr"])
def test_every_letter_opens_with_its_words_its_look_and_its_variables(physician: Someone, letter: str, language: str) -> None:
    text = physician.page(f"/templates/{letter}/{language}")
    assert '<iframe class="mail-frame"' in text
    assert "{{ name }}" in text
    frame = re.search(r'src="(/templates/[^"]*letter\?[^"]*)"', text)
    assert frame
    answer = physician.get(frame[1])
    assert answer.status_code == 200
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_physician_publishes_in_one_press(physician: Someone) -> None:
    answer = physician.publish(opening="Welcome back to us.")
    assert answer.status_code == 303
    assert versions() == [(1, "approved", {"opening": "Welcome back to us."})]
    text = physician.page()
    assert "Your words are sent, version 1" in text
    assert "Dr. Ada Lake" in text
    assert {event.action for event in db.session.query(Event).filter_by(object_type="mail_words")} == {"added", "approved"}


def test_a_manager_proposes_and_cannot_publish(story: Story, client: FlaskClient) -> None:
    manager = manager_of(client)
    assert "Publish</button>" not in manager.page()
    assert manager.post("save", opening="Dear guest, come in.").status_code == 303
    assert versions() == [(1, "draft", {"opening": "Dear guest, come in."})]
    assert manager.publish(opening="Dear guest, come in.").status_code == 403
    assert client.post(f"{HERE}/shipped").status_code == 403
    assert versions()[0][1] == "draft"
    assert "Draft, version 1" in manager.page("/templates")


@pytest.mark.parametrize("someone", [b.a_nurse, b.a_receptionist])
def test_others_do_not_see_the_templates(story: Story, client: FlaskClient, someone: Callable[[str], StaffMember]) -> None:
    assert Someone(client, someone("Somebody Else")).get("/templates").status_code == 403


def test_a_fault_is_shown_at_its_field_and_what_was_typed_stays(physician: Someone) -> None:
    answer = physician.publish(opening="Line one\nA miracle on {{ dya }}")
    text = text_of(answer)
    assert answer.status_code == 422
    assert "Line 2: “miracle” promises" in text
    assert "Line 2: There is no variable “dya”" in text
    assert "A miracle on {{ dya }}" in text
    assert versions() == []


def test_the_look_follows_what_is_typed_and_nothing_is_saved(physician: Someone) -> None:
    text = text_of(physician.post("preview", opening="Come as you are, {{ name }}."))
    assert "Come as you are, Ada Smith." in text
    assert versions() == []


def test_a_text_that_is_not_complete_is_told_while_typing(physician: Someone) -> None:
    text = text_of(physician.post("preview", opening="{{ na"))
    assert "Mend what is marked" in text


def test_two_who_write_the_same_draft_both_see_it(physician: Someone) -> None:
    assert physician.post("save", opening="First.").status_code == 303
    late = physician.post("save", seen="0", opening="Second.")
    assert late.status_code == 409
    assert "a draft of Dr. Ada Lake" in text_of(late)
    assert "Second." in text_of(late)
    assert versions() == [(1, "draft", {"opening": "First."})]


def test_the_shipped_words_come_back(physician: Someone) -> None:
    physician.publish(opening="Ours.")
    physician.client.post(f"{HERE}/shipped")
    assert versions() == [(1, "retired", {"opening": "Ours."})]
    text = physician.page()
    assert "The shipped words are sent" in text
    old = db.session.query(MailWords).one()
    assert "Ours." in physician.page(f"{HERE}?from={old.id}")
    assert physician.get(f"/templates/booked/en?from={old.id}").status_code == 404


def test_a_draft_is_thrown_away(physician: Someone) -> None:
    physician.post("save", opening="Perhaps.")
    physician.client.post(f"{HERE}/throw-away")
    assert versions() == [(1, "retired", {"opening": "Perhaps."})]
    assert "Draft, version" not in physician.page("/templates")


def test_words_that_are_sent_already_make_no_new_version(physician: Someone) -> None:
    answer = physician.post("save")
    assert answer.status_code == 422
    assert "sent already" in text_of(answer)


def test_a_real_patient_is_looked_at_and_written_down_and_a_manager_sees_none(physician: Someone, story: Story) -> None:
    message, _at = story.told["reminder_1"]
    text = physician.page()
    assert story.patient.name in text
    frame = f"{HERE}/letter?words={pack({})}&of={message.id}"
    assert story.patient.name in physician.page(frame)
    seen = db.session.query(Event).filter_by(action="viewed", object_type="message", object_id=message.id).count()
    assert seen == 1
    manager = manager_of(physician.client)
    assert story.patient.name not in manager.page()
    assert manager.get(frame).status_code == 404


def test_a_message_of_another_letter_or_language_is_not_shown(physician: Someone, story: Story) -> None:
    other, _at = story.told["booked"]
    mine, _at = story.told["reminder_1"]
    assert physician.get(f"{HERE}/letter?words={pack({})}&of={other.id}").status_code == 404
    assert physician.get(f"/templates/reminder/tr/letter?words={pack({})}&of={mine.id}").status_code == 404
    assert physician.get(f"{HERE}/letter?words=broken").status_code == 404


@pytest.mark.parametrize("path", ["/templates/nothing/en", "/templates/reminder/xx", "/templates/staff_invite/en", "/templates/shared/en"])
def test_there_is_no_page_for_a_letter_that_nobody_writes_anew(physician: Someone, path: str) -> None:
    assert physician.get(path).status_code == 404


def test_every_fault_of_a_field_stands_beside_it(physician: Someone) -> None:
    page = physician.publish(opening="Guaranteed result. {{ nope }}").text
    beside = page.split('id="words_opening-error"')[1].split("</p>")[0]
    assert "nope" in beside
    assert "guaranteed" in beside


def test_send_it_to_me_goes_to_my_own_address_marked_as_a_test(physician: Someone) -> None:
    with transaction():
        db.session.query(Message).update({"state": MessageState.WITHDRAWN})
    said = text_of(physician.post("try", opening="A trial run."))
    assert f"The letter goes to {physician.member.email} in a moment; nothing is saved by that." in said
    way = send(NOON)
    assert [letter.recipient for letter in way.taken] == [physician.member.email]
    body = db.session.query(Message).filter_by(kind="words_test").one().body
    assert body is not None
    assert body.subject.startswith("[Test] Your appointment")
    assert "A trial run." in body.text
    assert versions() == []


def test_words_that_cannot_be_said_fail_their_letter_alone_with_the_reason_and_go_out_when_mended(app: Flask, noon: datetime) -> None:
    b.a_clinic()
    course = b.a_course(b.a_plan(b.a_patient(email_verified_at=b.EARLY), b.a_physician()), b.a_protocol())
    book(b.a_visit(course.plan.patient, ist(12, 17, 14).astimezone(UTC), course.sessions[0]))
    with transaction():
        words = {"opening": "{% for a in b %}{{ a }}{% endfor %}"}
        db.session.add(MailWords(letter="booked", language="en", n=1, words=words, state=VersionState.APPROVED, made_at=NOON))
        db.session.query(Patient).update({"language": "en"})
    assert send(NOW + GRACE).taken == []
    assert states("booked") == [("booked", "failed", "own_words")]
    assert [task.kind for task in tasks("mail_failed")] == ["mail_failed"]
    with transaction():
        wording.end(db.session.query(MailWords).one(), NOW)
        message_actions.resend(rows("booked")[0], NOW + GRACE)
    assert len(send(NOW + GRACE).taken) == 1
    assert states("booked") == [("booked", "sent", "")]


def test_on_a_phone_each_part_of_the_page_is_one_press_away(physician: Someone) -> None:
    page = physician.page()
    jumps = re.findall(r'href="#(\w+)"', page.partition('class="jumps"')[2].partition("</nav>")[0])
    assert jumps == ["words", "insert", "preview"]
    assert all(f'id="{place}"' in page for place in jumps)


@pytest.mark.parametrize("of", ["9223372036854775808", "9" * 400, "-1", "x"])
def test_a_message_that_cannot_be_is_no_fault_of_ours(physician: Someone, of: str) -> None:
    assert physician.client.post(HERE, data={"of": of, "seen": "0"}).status_code < 500
