"""When each mail is due: days in the clinic's calendar, hours on the patient's clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from app.library.loader import shipped
from app.messages import rules
from app.messages.ends import Why
from app.messages.kind import Wanted
from app.messages.kinds import KINDS
from app.messages.patient_facts import facts_of
from models.appointment import AppointmentStatus, VisitState
from models.base import db, transaction
from models.clinic import Clinic, Closure
from models.message import Urgency
from models.patient import Consent, ConsentKind
from models.treatment import Course
from tests import builders as b
from tests.messages.stories import IST, NOW, ist, take_place


@pytest.fixture
def course(app: Flask, noon: datetime) -> Course:
    """A patient's PRP course with a visit nowhere yet."""
    b.a_clinic()
    plan = b.a_plan(b.a_patient(), b.a_physician())
    return b.a_course(plan, b.a_protocol())


def a_visit(course: Course, starts_at: datetime, session: int = 0, **changes):
    return b.a_visit(course.plan.patient, starts_at.astimezone(UTC), course.sessions[session], **changes)


def wanted(course: Course, now: datetime = NOW) -> dict[str, list[Wanted]]:
    found: dict[str, list[Wanted]] = {}
    for one in rules.all_wanted(facts_of(course.plan.patient_id, now)).values():
        found.setdefault(one.kind, []).append(one)
    return found


def going(course: Course, kind: str, now: datetime = NOW) -> list[datetime]:
    """The moments of a kind that really goes, in Istanbul."""
    return [one.due_at.astimezone(IST) for one in wanted(course, now).get(kind, []) if one.ended is None and one.due_at]


def reasons(course: Course, kind: str, now: datetime = NOW) -> list[Why]:
    return [one.ended for one in wanted(course, now).get(kind, []) if one.ended]


def test_reminders_go_three_days_and_one_day_before_at_ten(course: Course) -> None:
    a_visit(course, ist(12, 17, 14))
    assert going(course, "reminder_1") == [ist(12, 14)]
    assert going(course, "reminder_2") == [ist(12, 16)]


def test_the_clinics_ladder_is_its_own(course: Course) -> None:
    with transaction():
        db.session.get_one(Clinic, 1).reminder_days = [7, 2]
    a_visit(course, ist(12, 17, 14))
    assert (going(course, "reminder_1"), going(course, "reminder_2")) == ([ist(12, 10)], [ist(12, 15)])


def test_a_clinic_with_one_reminder_sends_only_the_second(course: Course) -> None:
    with transaction():
        db.session.get_one(Clinic, 1).reminder_days = [2]
    a_visit(course, ist(12, 17, 14))
    assert (going(course, "reminder_1"), going(course, "reminder_2")) == ([], [ist(12, 15)])


def test_a_reminder_that_asks_falls_on_the_last_working_day_before(course: Course) -> None:
    with transaction():
        db.session.add(Closure(day=date(2026, 12, 14), why="Moved house"))
    a_visit(course, ist(12, 17, 14))
    assert going(course, "reminder_1") == [ist(12, 12)]  # Saturday: Sunday and Monday are closed


def test_before_a_closed_day_the_second_reminder_asks_earlier_and_repeats_without_asking(course: Course) -> None:
    a_visit(course, ist(12, 21, 14))  # a Monday; Sunday is closed
    second = [one for one in wanted(course)["reminder_2"] if one.ended is None]
    assert [(one.due_at.astimezone(IST), one.facts["asks"]) for one in second] == [(ist(12, 19), True), (ist(12, 20), False)]


def test_two_reminders_never_ask_on_one_day(course: Course) -> None:
    with transaction():
        db.session.add_all(Closure(day=date(2026, 12, n), why="Works") for n in (18, 19))
    a_visit(course, ist(12, 21, 14))  # Friday to Sunday closed: both would ask on Thursday
    assert going(course, "reminder_1") == [ist(12, 17)]
    assert going(course, "reminder_2") == [ist(12, 20)]


def test_the_hour_is_the_patients_and_the_day_the_clinics(course: Course) -> None:
    with transaction():
        course.plan.patient.zone = "America/New_York"
    a_visit(course, ist(12, 17, 14))
    due = wanted(course)["reminder_1"][0].due_at
    assert due.astimezone(ZoneInfo("America/New_York")).replace(tzinfo=None) == datetime(2026, 12, 14, 10)


@pytest.mark.parametrize(("zone", "day"), [("Europe/Berlin", date(2026, 10, 25)), ("America/New_York", date(2027, 3, 14))])
def test_on_the_day_the_clocks_change_it_is_still_ten(course: Course, zone: str, day: date) -> None:
    with transaction():
        course.plan.patient.zone = zone
        db.session.get_one(Clinic, 1).reminder_days = [1]
    now = datetime.combine(day - timedelta(days=10), time(9), UTC)
    a_visit(course, datetime.combine(day + timedelta(days=1), time(15), IST), made_at=now)
    plain = [one for one in wanted(course, now)["reminder_2"] if not one.facts["asks"]]
    assert [one.due_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for one in plain] == [datetime.combine(day, time(10))]


def test_a_visit_booked_between_the_steps_keeps_only_the_later_one(course: Course) -> None:
    a_visit(course, ist(12, 3, 14), made_at=NOW)
    assert (going(course, "reminder_1"), going(course, "reminder_2")) == ([], [ist(12, 2)])


def test_a_visit_booked_after_every_step_has_a_row_that_says_so(course: Course) -> None:
    a_visit(course, ist(12, 2, 14), made_at=NOW)
    assert going(course, "reminder_2") == []
    assert reasons(course, "reminder_2") == ["booked_late"]


def test_a_visit_booked_late_gets_its_preparation_at_once(course: Course) -> None:
    a_visit(course, ist(12, 3, 14), made_at=NOW)
    assert going(course, "precare") == [ist(12, 1, 12, 3)]


def test_preparation_goes_a_week_before_at_least(course: Course) -> None:
    a_visit(course, ist(12, 29, 14))
    assert going(course, "precare") == [ist(12, 22)]


def test_from_the_second_session_preparation_is_a_paragraph_of_the_first_reminder(course: Course) -> None:
    b.done(course.sessions[0], date(2026, 11, 19))
    a_visit(course, ist(12, 17, 14), session=1)
    assert going(course, "precare") == []
    assert wanted(course)["reminder_1"][0].facts["precare"] is True


def test_after_a_short_gap_only_the_second_reminder_goes_and_it_asks(course: Course) -> None:
    b.done(course.sessions[0], date(2026, 12, 8))
    a_visit(course, ist(12, 17, 14), session=1)
    assert going(course, "reminder_1") == []
    assert [one.facts["asks"] for one in wanted(course)["reminder_2"]] == [True]


def test_whoever_confirmed_a_later_session_is_not_reminded_again(course: Course) -> None:
    b.done(course.sessions[0], date(2026, 11, 19))
    a_visit(course, ist(12, 17, 14), session=1, state=VisitState.CONFIRMED)
    assert going(course, "reminder_2") == []


def test_before_a_first_session_the_second_reminder_goes_without_asking_whoever_confirmed(course: Course) -> None:
    a_visit(course, ist(12, 17, 14), state=VisitState.CONFIRMED)
    assert [one.facts["asks"] for one in wanted(course)["reminder_2"]] == [False]


def test_two_visits_of_one_day_share_their_reminders(course: Course) -> None:
    a_visit(course, ist(12, 17, 10))
    later = b.a_visit(course.plan.patient, ist(12, 17, 15).astimezone(UTC), kind="review")
    assert len(going(course, "reminder_1")) == 1
    assert [one.subject_id for one in wanted(course)["reminder_2"] if one.ended] == [later.id]


def test_aftercare_goes_a_quarter_of_an_hour_after_the_end(course: Course) -> None:
    take_place(a_visit(course, ist(12, 1, 9)), ist(12, 1, 10))
    assert going(course, "aftercare") == [ist(12, 1, 10, 15)]


def test_aftercare_recorded_two_days_late_is_not_sent_and_says_why(course: Course) -> None:
    take_place(a_visit(course, ist(11, 28, 9)), ist(11, 28, 10), recorded=ist(12, 1, 11))
    assert reasons(course, "aftercare") == ["recorded_late"]


def test_only_faces_that_were_injected_hear_from_us_the_same_evening(app: Flask, noon: datetime) -> None:
    b.a_clinic()
    face = b.a_course(b.a_plan(b.a_patient(), b.a_physician()), b.a_protocol("exosome_face_injected"))
    take_place(a_visit(face, ist(12, 1, 9)), ist(12, 1, 10))
    assert going(face, "same_evening") == [ist(12, 1, 15)]


@pytest.mark.parametrize(("ended", "due"), [((17, 0), [(20, 30)]), ((19, 59), [(20, 30)]), ((20, 0), [])])
def test_the_evening_mail_goes_at_half_past_eight_at_the_latest(
    app: Flask, noon: datetime, ended: tuple[int, int], due: list[tuple[int, int]]
) -> None:
    b.a_clinic()
    face = b.a_course(b.a_plan(b.a_patient(), b.a_physician()), b.a_protocol("exosome_face_injected"))
    take_place(a_visit(face, ist(12, 1, 16)), ist(12, 1, *ended))
    assert going(face, "same_evening") == [ist(12, 1, *one) for one in due]
    assert wanted(face)["aftercare"][0].facts["evening"] is (not due)


def test_how_are_you_goes_the_day_after_a_first_session(course: Course) -> None:
    take_place(a_visit(course, ist(12, 1, 9)), ist(12, 1, 10))
    assert going(course, "checkin_1") == [ist(12, 2)]
    assert going(course, "checkin_3") == [ist(12, 4)]


def test_how_are_you_after_saturday_waits_for_no_working_day_that_was_before(course: Course) -> None:
    take_place(a_visit(course, ist(11, 28, 9)), ist(11, 28, 10))
    assert going(course, "checkin_1") == [ist(11, 29)]  # Sunday: Saturday itself was the session


def test_later_sessions_are_asked_only_after_an_answer_that_was_not_fine(course: Course) -> None:
    b.done(course.sessions[0], date(2026, 11, 3))
    take_place(a_visit(course, ist(12, 1, 9), session=1), ist(12, 1, 10))
    assert going(course, "checkin_1") == []


def test_fewer_mails_means_no_check_ins(course: Course) -> None:
    with transaction():
        course.plan.patient.fewer_mails = True
    take_place(a_visit(course, ist(12, 1, 9)), ist(12, 1, 10))
    assert going(course, "checkin_1") == []


def test_a_note_goes_two_hours_after_a_no_show(course: Course) -> None:
    visit = a_visit(course, ist(12, 1, 9))
    with transaction():
        visit.state = VisitState.NO_SHOW
        visit.statuses.append(AppointmentStatus(state=VisitState.NO_SHOW, at=ist(12, 1, 10)))
    assert going(course, "no_show") == [ist(12, 1, 12)]


def test_the_late_check_comes_three_weeks_after_a_session_nobody_followed(app: Flask, noon: datetime) -> None:
    b.a_clinic()
    face = b.a_course(b.a_plan(b.a_patient(), b.a_physician()), b.a_protocol("exosome_face_needling"))
    b.done(face.sessions[0], date(2026, 11, 19))
    assert going(face, "late_check_1") == [ist(12, 10)]
    assert going(face, "late_check_2") == [ist(2, 17, year=2027)]


def test_the_late_check_joins_the_reminder_of_a_visit_soon_after(app: Flask, noon: datetime) -> None:
    b.a_clinic()
    face = b.a_course(b.a_plan(b.a_patient(), b.a_physician()), b.a_protocol("exosome_face_needling"))
    b.done(face.sessions[0], date(2026, 11, 19))
    a_visit(face, ist(12, 17, 14), session=1)
    assert reasons(face, "late_check_1") == ["joined"]
    assert wanted(face)["reminder_1"][0].facts["late_check"] is True


def test_a_session_that_followed_in_time_ends_the_late_check(app: Flask, noon: datetime) -> None:
    b.a_clinic()
    face = b.a_course(b.a_plan(b.a_patient(), b.a_physician()), b.a_protocol("exosome_face_needling"))
    b.done(face.sessions[0], date(2026, 11, 9))
    b.done(face.sessions[1], date(2026, 11, 29))
    assert [one.subject_id for one in wanted(face)["late_check_1"]] == [face.sessions[1].id]


def test_the_result_is_asked_two_weeks_after_the_last_session(course: Course) -> None:
    for n, session in enumerate(course.sessions):
        b.done(session, date(2026, 9, 1) + timedelta(days=28 * n))
    assert len(going(course, "result")) == 1
    last = max(s.performed_on for s in course.sessions if s.performed_on)
    assert going(course, "result")[0].date() == last + timedelta(days=14)


def test_the_result_is_asked_on_a_day_on_which_somebody_answers(course: Course) -> None:
    for n, session in enumerate(course.sessions):
        b.done(session, date(2026, 8, 28) + timedelta(days=30 * n))
    with transaction():
        course.sessions[-1].performed_on = date(2026, 11, 15)  # two weeks later: Sunday
    assert going(course, "result") == [ist(11, 28)]


def in_maintenance(course: Course, due: date) -> None:
    with transaction():
        course.due_step, course.due_on, course.live, course.needs_booking = "M1", due, True, True


def agree_to_recall(course: Course) -> None:
    with transaction():
        db.session.add(Consent(patient_id=course.plan.patient_id, kind=ConsentKind.RECALL, given_at=NOW))


def test_nobody_is_invited_without_their_consent(course: Course) -> None:
    in_maintenance(course, date(2027, 2, 1))
    assert going(course, "recall_1") == []


def test_invitations_go_two_weeks_before_and_ten_days_after_the_recommended_day(course: Course) -> None:
    in_maintenance(course, date(2027, 2, 1))
    agree_to_recall(course)
    assert going(course, "recall_1") == [ist(1, 18, year=2027)]
    assert going(course, "recall_2") == [ist(2, 11, year=2027)]
    assert going(course, "recall_3") == []  # the clinic invites twice
    assert wanted(course)["recall_1"][0].useful_until == wanted(course)["recall_2"][0].due_at


def test_an_invitation_is_sent_on_a_day_on_which_somebody_answers(course: Course) -> None:
    in_maintenance(course, date(2027, 1, 31))  # 14 days before and 10 days after: Sunday and Wednesday
    agree_to_recall(course)
    assert going(course, "recall_1") == [ist(1, 16, year=2027)]
    assert going(course, "recall_2") == [ist(2, 10, year=2027)]


def test_a_booking_ends_the_invitations(course: Course) -> None:
    in_maintenance(course, date(2027, 2, 1))
    agree_to_recall(course)
    with transaction():
        course.needs_booking = False
    assert going(course, "recall_1") == []


def test_every_kind_stands_as_the_library_says(app: Flask) -> None:
    told = shipped().message_kinds
    known = {name: kind for name, kind in KINDS.items() if name in told}
    assert {name: (kind.urgency, kind.message_class) for name, kind in known.items()} == {
        name: (Urgency(str(told[name].urgency)), told[name].message_class) for name in known
    }
    assert set(KINDS) - set(told) == {"staff_invite", "staff_reset", "staff_on_call", "staff_digest", "words_test", "full_text"}
