"""What a person wrote is read by a person, whatever it comes in: beside a calendar answer, or with a report of a mail server in it."""

from __future__ import annotations

import pytest

from app.messages import suppressions
from models.appointment import Appointment, VisitState
from models.base import db, transaction
from models.contact import Contact, ContactRole
from models.inbound import IncomingMail
from models.message import Message
from tests import builders as b
from tests.inbound.conftest import CASES, ComesBack
from tests.inbound.test_following import came_in, event_of, kinds

BY_THE_PROGRAM = "Ayşe Yılmaz has accepted this invitation."
PAIN = "I have had a fever since the last visit."


def the_mail() -> IncomingMail:
    return came_in()[-1]


@pytest.mark.parametrize(
    "put",
    [
        {BY_THE_PROGRAM: PAIN},
        {BY_THE_PROGRAM: f'Ayşe Yılmaz has accepted this invitation with this note:\n\n"{PAIN}"'},
        {"SUMMARY:Randevu": f"SUMMARY:Randevu\nCOMMENT:{PAIN}"},
        {";CUTYPE=INDIVIDUAL": f';X-RESPONSE-COMMENT="{PAIN}"'},
        {"Auto-Submitted: auto-generated\n": "", BY_THE_PROGRAM: f"{BY_THE_PROGRAM} {PAIN}"},
    ],
    ids=["the text", "a note in the text", "comment", "beside the name", "after the program's words"],
)  # fmt: skip
def test_words_beside_a_calendar_answer_are_read_by_a_person_and_the_answer_counts(
    mailed: Message, visit: Appointment, comes_back: ComesBack, put: dict[str, str]
) -> None:
    assert comes_back("calendar_accepted", **event_of(visit), **put) == "1 confirmed"
    assert PAIN in the_mail().text
    assert (kinds(), the_mail().patient_id) == (["patient_wrote"], visit.patient_id)
    db.session.refresh(visit)
    assert visit.state is VisitState.CONFIRMED


@pytest.mark.parametrize(
    "said",
    [
        BY_THE_PROGRAM,
        f"{BY_THE_PROGRAM}\n\nEge Klinik\nFriday, 4 December\nInvitation from a calendar",
        "Ayşe Yılmaz bu davetiyeyi kabul etti.",
        "Ayşe Yılmaz has declined your event invitation",
    ],
)  # fmt: skip
def test_what_a_calendar_program_says_by_itself_asks_nobody_to_read_it(
    mailed: Message, visit: Appointment, comes_back: ComesBack, said: str
) -> None:
    comes_back("calendar_accepted", **event_of(visit), **{BY_THE_PROGRAM: said})
    assert (kinds(), the_mail().text) == ([], "")


def test_a_comment_of_several_lines_is_kept_as_it_was_typed(mailed: Message, visit: Appointment, comes_back: ComesBack) -> None:
    comes_back("calendar_declined", **event_of(visit), **{"SUMMARY:Randevu": "COMMENT:I am ill\\, sorry.\\nCall me\\;\n  please"})
    assert the_mail().text == "I am ill, sorry.\nCall me; please"
    assert kinds() == ["asked_to_move", "patient_wrote"]


def test_words_beside_an_answer_to_an_event_we_do_not_know_are_the_patients_all_the_same(mailed: Message, comes_back: ComesBack) -> None:
    assert comes_back("calendar_accepted", **{BY_THE_PROGRAM: PAIN}) == "1 asked"
    assert (kinds(), the_mail().patient_id) == (["patient_wrote"], mailed.patient_id)


def test_words_beside_a_strangers_answer_stand_with_what_belongs_to_nobody(
    mailed: Message, visit: Appointment, comes_back: ComesBack
) -> None:
    comes_back("calendar_accepted", **event_of(visit), **{"ayse.yilmaz@post": "stranger@post", "SUMMARY:Randevu": f"COMMENT:{PAIN}"})
    assert (kinds(), the_mail().text) == (["mail_unmatched"], PAIN)


@pytest.mark.parametrize("case", ["postfix_no_such_user", "exim", "qmail"])
def test_a_report_that_comes_from_a_patients_address_is_a_letter_from_the_patient(
    mailed: Message, comes_back: ComesBack, case: str
) -> None:
    data = (CASES / f"{case}.eml").read_bytes()
    sender = next(line for line in data.split(b"\n") if line.startswith(b"From:"))
    data = data.replace(sender, b"From: ayse.yilmaz@post.example", 1)
    assert comes_back(data, mailed) == "1 asked"
    assert (mailed.state, kinds()) == ("sent", ["patient_wrote"])
    assert "ayse.yilmaz@post.example" in the_mail().text
    assert not suppressions.is_suppressed("ayse.yilmaz@post.example")


def test_a_mail_of_a_stranger_with_the_marks_of_a_report_is_a_letter(mailed: Message, comes_back: ComesBack) -> None:
    put = {"Mail Delivery System <Mailer-Daemon@mx.ege.example>": "s@elsewhere.example", "Path: <>": "Path: <s@elsewhere.example>"}
    comes_back("exim", mailed, **put, **{"Auto-Submitted: auto-replied\n": ""})
    assert (mailed.state, kinds(), the_mail().what) == ("sent", ["mail_unmatched"], "person")


def test_somebody_beside_a_patient_is_known_by_their_address(mailed: Message, comes_back: ComesBack) -> None:
    with transaction():
        about = {"patient_id": mailed.patient_id, "role": ContactRole.HELPER, "created_at": b.EARLY}
        db.session.add(Contact(name="Fatma", email="fatma@post.example", **about))
    comes_back(f"From: Fatma@post.example\nSubject: My daughter\n\n{PAIN}\n".encode())
    assert (kinds(), the_mail().patient_id) == (["patient_wrote"], mailed.patient_id)


@pytest.mark.parametrize("case", ["postfix_no_such_user", "exim"])
def test_a_report_about_where_a_patient_sends_mail_on_to_stops_no_address(mailed: Message, comes_back: ComesBack, case: str) -> None:
    bounced = (CASES / f"{case}.eml").read_bytes().replace(b"ayse.yilmaz@post.example", b"old.job@work.example")
    assert comes_back(bounced, mailed) == "1 bounced"
    assert not suppressions.is_suppressed("ayse.yilmaz@post.example")
    assert kinds() == ["call_line", "mail_failed"]


def test_a_report_that_names_the_address_and_where_it_was_sent_on_to_stops_it(mailed: Message, comes_back: ComesBack) -> None:
    sent_on = {"Final-Recipient: rfc822; ayse.yilmaz@post.example": "Final-Recipient: rfc822; a@inside.example"}
    comes_back("postfix_no_such_user", mailed, **sent_on)
    assert suppressions.is_suppressed("ayse.yilmaz@post.example")


def test_the_name_of_a_visit_in_calendars_cannot_be_worked_out(visit: Appointment, course: object) -> None:
    other = b.a_visit(b.a_patient("Kerem"), visit.starts_at.replace(hour=8))
    assert visit.uid != other.uid
    assert visit.uid[14] == other.uid[14] == "4"  # random, not made from what others may know
