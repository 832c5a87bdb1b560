"""The page of the outbox: what stands where, who may read what, sending again, withdrawing, letting the channel go on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.messages import channel, outbox
from app.messages.ends import Why
from app.messages.queries import Tab
from app.messages.transports import Outcome, OutcomeKind, Phase, Trouble
from app.messages.words import answer_words, outcome_words, reason_words
from models import clock
from models.appointment import Appointment
from models.base import db, transaction
from models.clinic import Clinic
from models.event import Event
from models.message import ChannelState, Message
from models.staff import StaffMember
from tests import builders as b
from tests.messages.stories import GRACE, NOW, book, ist, plan, rows, send, states

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def visit(app: Flask, noon: datetime) -> Appointment:
    b.a_clinic()
    course = b.a_course(b.a_plan(b.a_patient(email_verified_at=b.EARLY), b.a_physician()), b.a_protocol())
    made = b.a_visit(course.plan.patient, ist(12, 17, 14).astimezone(UTC), course.sessions[0])
    book(made)
    return made


@dataclass
class Someone:
    """A colleague at a browser, signed in whenever they look."""

    client: FlaskClient
    member: StaffMember

    def get(self, path: str, at: datetime = LATER) -> TestResponse:
        with clock.set_to(at):
            b.sign_in(self.client, self.member)
            return self.client.get(f"/messages{path}")

    def post(self, path: str, at: datetime = LATER, **typed: str) -> str:
        with clock.set_to(at):
            b.sign_in(self.client, self.member)
            return self.client.post(f"/messages{path}", data=typed, follow_redirects=True).get_data(as_text=True)

    def page(self, path: str = "", at: datetime = LATER) -> str:
        answer = self.get(path, at)
        assert answer.status_code == 200
        return answer.get_data(as_text=True)


@pytest.fixture
def nurse(visit: Appointment, client: FlaskClient) -> Someone:
    return Someone(client, b.a_nurse())


@pytest.fixture
def manager(visit: Appointment, client: FlaskClient) -> Someone:
    return Someone(client, b.a_manager())


def the_booking() -> Message:
    db.session.expire_all()
    return rows("booked")[0]


def test_what_goes_stands_first(nurse: Someone) -> None:
    text = nurse.page(at=NOW)
    assert text.index("Before you come") < text.index("First reminder") < text.index("Second reminder")
    assert "Ayşe Yılmaz" in text
    assert "Appointment booked" not in text


def test_a_change_stands_in_grace_until_it_goes(nurse: Someone) -> None:
    assert "Appointment booked" in nurse.page("?tab=grace", NOW)
    assert "No messages here." in nurse.page("?tab=grace", NOW + GRACE)


@pytest.mark.parametrize("tab", ["due", "grace", "sent", "filed", "failed", "missed", "withdrawn", "unknown", "bounced", "no such tab"])
def test_every_tab_opens(nurse: Someone, tab: str) -> None:
    assert "<h1>Messages</h1>" in nurse.page(f"?tab={tab}")


def test_a_sent_mail_shows_its_words_and_what_the_server_said(nurse: Someone) -> None:
    send(NOW + GRACE)
    text = nurse.page(f"/{the_booking().id}")
    assert "2.0.0 Taken." in text
    assert the_booking().body is not None
    assert "mail-text" in text


def test_the_mail_itself_lies_in_a_frame_that_runs_nothing(nurse: Someone) -> None:
    send(NOW + GRACE)
    answer = nurse.get(f"/{the_booking().id}/body")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "frame-src 'self'" in nurse.get(f"/{the_booking().id}").headers["Content-Security-Policy"]


def test_reception_sees_that_a_mail_went_but_not_its_words(visit: Appointment, client: FlaskClient) -> None:
    reception = Someone(client, b.a_receptionist())
    send(NOW + GRACE)
    assert "mail-text" not in reception.page(f"/{the_booking().id}")
    assert reception.get(f"/{the_booking().id}/body").status_code == 403


def test_whoever_looks_at_a_mail_is_written_down(nurse: Someone) -> None:
    send(NOW + GRACE)
    nurse.page(f"/{the_booking().id}/body")
    seen = db.session.query(Event).filter_by(action="viewed", object_type="message").all()
    assert [event.object_id for event in seen] == [the_booking().id]


def test_a_failed_mail_is_sent_again_and_its_task_closed(nurse: Someone) -> None:
    send(NOW + GRACE, None, Outcome(OutcomeKind.REFUSED_ADDRESS, Phase.RCPT, "5.1.1 Nobody", 550))
    assert "The address does not exist" in nurse.page(f"/{the_booking().id}")
    assert "goes out again" in nurse.post(f"/{the_booking().id}/resend")
    assert len(send(LATER).taken) == 1
    assert states("booked") == [("booked", "sent", "")]


def test_a_mail_that_went_is_not_sent_again(nurse: Someone) -> None:
    send(NOW + GRACE)
    assert "cannot be sent again" in nurse.post(f"/{the_booking().id}/resend")


def test_a_mail_that_helps_nobody_any_more_is_not_sent_again(nurse: Someone) -> None:
    send(NOW + GRACE, None, Outcome(OutcomeKind.REFUSED_MESSAGE, Phase.DOT, "no", 554))
    assert "too late" in nurse.post(f"/{the_booking().id}/resend", ist(12, 18))


def test_a_waiting_mail_can_be_withdrawn_and_a_sent_one_cannot(nurse: Someone) -> None:
    assert "was withdrawn" in nurse.post(f"/{the_booking().id}/withdraw", NOW, why="told_by_hand")
    assert states("booked") == [("booked", "withdrawn", "told_by_hand")]
    assert "the patient was told already" in nurse.page(f"/{the_booking().id}")
    assert "cannot be withdrawn" in nurse.post(f"/{the_booking().id}/withdraw", NOW, why="by_staff")


@pytest.mark.parametrize("why", ["", "too_late", "because"])
def test_a_mail_is_withdrawn_for_one_of_the_reasons_on_the_page(nurse: Someone, why: str) -> None:
    assert "Choose why" in nurse.post(f"/{the_booking().id}/withdraw", NOW, why=why)
    assert states("booked") == [("booked", "waiting", "")]


def test_a_mail_withdrawn_by_hand_does_not_come_back_by_itself(nurse: Someone) -> None:
    nurse.post(f"/{the_booking().id}/withdraw", NOW, why="not_right")
    plan(the_booking().patient_id or 0, LATER)
    assert states("booked") == [("booked", "withdrawn", "not_right")]


def test_every_tab_says_how_many_stand_in_it(nurse: Someone) -> None:
    send(NOW + GRACE, None, Outcome(OutcomeKind.REFUSED_ADDRESS, Phase.RCPT, "5.1.1 Nobody", 550))
    counted = [int(n) for n in re.findall(r'<span class="n">(\d+)</span>', nurse.page("?tab=failed").partition('class="tabs"')[2])]
    assert len(counted) == len(Tab) + 1  # and what came in and belongs to nobody
    assert counted[list(Tab).index(Tab.FAILED)] == 1


def counted_due(nurse: Someone, query: str = "", at: datetime = NOW) -> int:
    return int(re.findall(r'<span class="n">(\d+)</span>', nurse.page(query, at=at).partition('class="tabs"')[2])[0])


def test_what_the_number_of_a_tab_does_not_count_stands_below_a_line(nurse: Someone) -> None:
    soon, later = NOW + timedelta(days=8), "After the next 7 days, not counted"
    text, far = nurse.page(at=soon), nurse.page(at=NOW)
    lines = re.findall(r"Before you come|First reminder|Second reminder|After the next 7 days", far)
    assert later in far
    assert lines.index("After the next 7 days") == counted_due(nurse)
    assert later not in text
    assert counted_due(nurse, at=soon) == len(re.findall(r"/messages/\d+\"", text))


def test_of_one_patients_messages_the_numbers_count_these(nurse: Someone) -> None:
    soon, other = NOW + timedelta(days=8), b.a_patient("Zeynep", "Ak")
    assert counted_due(nurse, f"?patient={other.id}", soon) == 0
    assert counted_due(nurse, f"?patient={the_booking().patient_id}", soon) > 0


def test_what_is_leaving_now_stands_before_what_is_due(nurse: Someone) -> None:
    outbox.claim_next(NOW + GRACE, "somebody")
    text = nurse.page(at=NOW + GRACE)
    assert text.index("Being sent") < text.index("Waiting")


def test_a_failed_line_shows_what_the_server_said_and_sends_again(nurse: Someone) -> None:
    send(NOW + GRACE, None, Outcome(OutcomeKind.REFUSED_ADDRESS, Phase.RCPT, "5.1.1 Nobody", 550))
    text = nurse.page("?tab=failed")
    assert "550 5.1.1 Nobody" in text
    assert f'action="/messages/{the_booking().id}/resend"' in text


@pytest.mark.parametrize(
    ("language", "words"), [("en", "The server did not answer in time."), ("tr", "Sunucu zamanında yanıt vermedi.")]
)
def test_what_we_saw_ourselves_stands_in_the_language_of_the_page(nurse: Someone, language: str, words: str) -> None:
    with transaction():
        nurse.member.language = language
    send(NOW + GRACE, None, Outcome(OutcomeKind.RETRY, Phase.BANNER, Trouble.SILENCE))
    assert words in nurse.page(f"/{the_booking().id}")


def test_every_trouble_and_every_outcome_has_words(app: Flask) -> None:
    assert [trouble for trouble in Trouble if answer_words(trouble) == trouble] == []
    assert [kind for kind in OutcomeKind if outcome_words(kind) == kind] == []
    assert [why for why in Why if not reason_words(why)] == []


def test_the_words_of_a_mail_that_did_not_arrive_can_be_said_another_way(visit: Appointment, client: FlaskClient) -> None:
    reception = Someone(client, b.a_receptionist())
    assert 'id="to-say"' in reception.page(f"/{the_booking().id}", NOW)
    send(NOW + GRACE)
    assert 'id="to-say"' not in reception.page(f"/{the_booking().id}")


def test_the_manager_lets_a_stopped_channel_go_on(manager: Someone) -> None:
    with transaction():
        row = channel.state()
        row.stopped_at, row.why = NOW, channel.VOLUME
    assert "many more than usual" in manager.page()
    manager.post("/go-on")
    assert db.session.get_one(ChannelState, "mail").stopped_at is None


def test_the_manager_starts_mailing_and_sees_what_would_go(manager: Someone) -> None:
    with transaction():
        db.session.get_one(Clinic, 1).mailing_started = False
    assert "Appointment booked: 1" in manager.page(at=NOW)
    assert "1 message that was due before" in manager.post("/start")
    assert states("booked") == [("booked", "withdrawn", "before_mailing")]


def test_long_lists_have_pages_without_gaps(nurse: Someone, visit: Appointment) -> None:
    with transaction():
        for n in range(60):
            db.session.add(
                Message(kind="result", subject_type="course", subject_id=n, patient_id=visit.patient_id, urgency="routine",
                        message_class="service", due_at=NOW - timedelta(minutes=n // 2), try_at=NOW, planned_at=NOW, settled_at=NOW,
                        state="sent", message_id=f"<{n}@x>", cycle="p")
            )  # fmt: skip
    first = nurse.page("?tab=sent")
    link = first[first.index('rel="next" href="') + len('rel="next" href="') :]
    second = nurse.page(link[: link.index('"')].removeprefix("/messages").replace("&amp;", "&"))
    assert (first.count("<tr>"), second.count("<tr>")) == (51, 11)


def test_a_message_that_does_not_exist_is_not_found(nurse: Someone) -> None:
    assert nurse.get("/999").status_code == 404
    assert nurse.get("/999/body").status_code == 404
