"""Running series from an old spreadsheet, through the command; and what follows from them on the pages and by mail."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.messages import actions as mail_actions
from app.plans.running import elsewhere
from app.series.reading import read
from jobs import plan_messages, runner, send_due_messages
from jobs.timetable import job_named
from models import clock
from models.appointment import Appointment
from models.base import db, transaction
from models.clinic import Clinic
from models.message import Message, MessageState
from models.staff import StaffMember
from models.task import StaffTask
from models.treatment import Course, PlanState, TreatmentPlan
from tests import builders as b

HEAD = "Hasta;Telefon;Protokol;Yapılan Seanslar;Sonraki Randevu;Anlaşılan Seans;Toplam Seans\n"


@pytest.fixture
def sule(clinic):
    return b.a_patient("Şule", "Öztürk", phone="+905321114412")


def courses() -> list[Course]:
    return list(db.session.query(Course).order_by(Course.id))


def test_a_running_series_with_days_and_a_next_appointment(sule, bring_in):
    said = bring_in("courses", HEAD + "Sule Ozturk;;prp_scalp;3.10.2026, 2.11.2026;3.12.2026 14:30;4;\n", "--apply")
    assert "Written: 1 series" in said
    (course,) = courses()
    assert (course.agreed_sessions, course.plan.state, course.start_day) == (4, PlanState.ACTIVE, date(2026, 10, 3))
    (visit,) = db.session.query(Appointment)
    assert (visit.local_day, f"{visit.local_time:%H:%M}", visit.plan_id) == (date(2026, 12, 3), "14:30", course.plan_id)


def test_sessions_done_before_seans_count_only_once_the_physician_accepts(sule, bring_in, noon):
    bring_in("courses", HEAD + "Şule Öztürk;;PRP, saçlı deri;3.10.2026;;;\n", "--apply")
    (course,) = courses()
    assert read(course, b.TODAY).satisfied == 0
    assert [(task.kind, task.for_role) for task in db.session.query(StaffTask)] == [("accept_elsewhere", "physician")]
    physician = db.session.query(StaffMember).one()
    with transaction():
        for session in [s for s in course.sessions if s.elsewhere]:
            elsewhere.accept(session, physician.id, noon)
    assert read(courses()[0], b.TODAY).satisfied == 1
    assert db.session.query(StaffTask).filter(StaffTask.closed_at.is_(None)).count() == 0


@pytest.mark.parametrize("name", ["PRP, scalp", "prp scalp", "PRP, saçlı deri", "PRP SACLI DERİ", "prp_scalp"])
def test_a_protocol_is_known_by_its_name_in_every_language_and_by_its_key(sule, bring_in, name):
    assert "1 new" in bring_in("courses", f'Patient,Protocol\nŞule Öztürk,"{name}"\n', "--apply")


def test_a_month_alone_stands_for_its_last_day_and_says_so(sule, bring_in):
    bring_in("courses", HEAD + "Şule Öztürk;;prp_scalp;Eylül 2026, 10.2026;;;\n", "--apply")
    past = [s for s in courses()[0].sessions if s.elsewhere]
    assert [(s.performed_on, s.elsewhere["only_month"]) for s in past] == [(date(2026, 9, 30), True), (date(2026, 10, 31), True)]


def test_dates_may_stand_in_columns_of_their_own_as_excels_numbers(sule, bring_in):
    bring_in("courses", "Hasta;Tedavi;Seans 1;Seans 2;Seans 3\nŞule Öztürk;prp_scalp;46298;46328;\n", "--apply")
    assert [s.performed_on for s in courses()[0].sessions if s.elsewhere] == [date(2026, 10, 3), date(2026, 11, 2)]


def test_two_of_one_name_are_told_apart_by_telephone_or_old_number(sule, bring_in):
    other = b.a_patient("Şule", "Öztürk", phone="+905332223344", imported_as="no:17")
    said = bring_in("courses", HEAD + "Şule Öztürk;;prp_scalp;;;;\nŞule Öztürk;0533 222 33 44;prp_scalp;;;;\n", "--apply")
    assert "line 2, Şule Öztürk: several patients have this name: add their telephone" in said
    assert [course.plan.patient_id for course in courses()] == [other.id]
    assert "1 already here" in bring_in("courses", "No;Hasta;Protokol\n17;Şule Öztürk;prp_scalp\n", "--apply")


def test_nothing_is_written_without_apply_and_the_preview_names_what_writing_would_meet(sule, bring_in):
    can = b.a_patient("Can", "Er", phone="+905332223344")
    rows = "Şule Öztürk;;prp_scalp;;3.12.2026 14:30;;\nCan Er;;prp_scalp;;3.12.2026 14:30;;\n"
    said = bring_in("courses", HEAD + rows)
    assert "line 3, Can Er: next appointment: " in said
    assert "2 rows: 1 new, 0 already here, 1 with a problem" in said
    assert courses() == []
    bring_in("courses", HEAD + rows, "--apply")
    assert can.id not in [course.plan.patient_id for course in courses()]
    assert db.session.query(TreatmentPlan).count() == db.session.query(Appointment).count() == 1


def test_a_second_run_writes_nothing_twice(sule, bring_in):
    table = HEAD + "Şule Öztürk;;prp_scalp;3.10.2026;3.12.2026 14:30;;\n"
    bring_in("courses", table, "--apply")
    assert "1 rows: 0 new, 1 already here, 0 with a problem" in bring_in("courses", table, "--apply")
    assert (len(courses()), db.session.query(Appointment).count()) == (1, 1)


def test_a_series_that_went_on_since_the_first_import_is_not_begun_again(sule, bring_in):
    bring_in("courses", HEAD + "Şule Öztürk;;prp_scalp;;;;\n", "--apply")
    said = bring_in("courses", HEAD + "Şule Öztürk;;prp_scalp;3.11.2026;;;\n", "--apply")
    assert "a running series of this protocol is here already" in said
    assert len(courses()) == 1


def test_every_problem_of_a_row_is_named(sule, bring_in):
    b.a_patient("Can", "Er")
    rows = ["Nobody Here;;prp_scalp;;;;", "Can Er;;Botox;;;;", "Can Er;;prp_scalp;5.1.2027;;;", "Can Er;;prp_scalp;yok;;;",
            "Can Er;;prp_scalp;1.11.2026,1.11.2026;;;", "Can Er;;prp_scalp;;1.1.2020 10:00;;", "Can Er;;prp_scalp;;3.12.2026;;",
            "Can Er;;prp_scalp;;;çok;", "Can Er;;prp_scalp;;;;999", "Can Er;;prp_scalp;1.9.2026,1.10.2026;;;1",
            "Can Er;;prp_scalp;;6.12.2026 14:30;;", "A" * 10_000 + ";;prp_scalp;;;;", ";;;;;;"]  # fmt: skip
    said = bring_in("courses", HEAD + "\n".join(rows) + "\n;;prp_scalp;;;;\n", "--apply")
    for words in ("line 2, Nobody Here: no patient of this name", "no approved protocol is called 'Botox'",
                  "dates done: 05.01.2027 lies in the future", "dates done: 'yok' is not a day", "the same day or month stands twice",
                  "next appointment: 01.01.2020 has passed", "next appointment: the time is missing", "'çok' is not a number of sessions",
                  "'999' is not a number of sessions", "2 sessions are done, more than the 1", "line 12, Can Er: next appointment: ",
                  "(no name): there is no name"):  # fmt: skip
        assert words in said
    assert courses() == []


def test_a_protocol_that_no_physician_approved_is_not_used(sule, bring_in):
    b.a_protocol("exosome_scalp", approved=False)
    assert "no approved protocol is called 'exosome_scalp'" in bring_in("courses", HEAD + "Şule Öztürk;;exosome_scalp;;;;\n", "--apply")


def test_nothing_is_mailed_until_start_mailing(sule, bring_in, noon, app):
    bring_in("courses", HEAD + "Şule Öztürk;;prp_scalp;3.10.2026;4.12.2026 14:30;;\n", "--apply")
    assert not db.session.get_one(Clinic, 1).mailing_started
    for hours in (1, 24, 48):
        with clock.set_to(noon + timedelta(hours=hours)):
            runner.run(job_named("plan_messages"), clock.now())
            assert runner.run(job_named("send_due_messages"), clock.now()) in ("0 sent", "0 sent, 1 missed")
    assert not list(app.extensions["seans"].mail_folder.glob("*.eml"))


def test_after_start_mailing_only_what_lies_ahead_is_sent(sule, bring_in, noon):
    bring_in("courses", HEAD + "Şule Öztürk;;prp_scalp;3.10.2026;10.12.2026 14:30;;\n", "--apply")
    with transaction():
        mail_actions.start_mailing(noon + timedelta(hours=1))
    with clock.set_to(noon + timedelta(hours=1)):
        assert send_due_messages.run(clock.now()) == "0 sent"
    with clock.set_to(noon + timedelta(days=6, hours=3)):
        assert send_due_messages.run(clock.now()).endswith("filed")
    kinds = {m.kind for m in db.session.query(Message).filter_by(state=MessageState.FILED)}
    assert kinds == {"reminder_1"}


def test_what_the_import_planned_the_reconciler_finds_complete(sule, bring_in, noon):
    bring_in("courses", HEAD + "Şule Öztürk;;prp_scalp;3.10.2026;10.12.2026 14:30;;\n", "--apply")
    assert plan_messages.run(noon).endswith("0 missing, 0 mended")


def test_one_bad_row_does_not_keep_the_others_out(sule, bring_in):
    b.a_patient("Can", "Er")
    said = bring_in(
        "courses", HEAD + "Nobody;;prp_scalp;;;;\nCan Er;;prp_scalp;;;;\nŞule Öztürk;;prp_scalp;;3.12.2026 04:00;;\n", "--apply"
    )
    assert "3 rows: 1 new, 0 already here, 2 with a problem" in said
    assert [course.plan.patient.name for course in courses()] == ["Can Er"]


def test_a_clinic_without_a_physician_is_told_so(app, noon, bring_in):
    b.a_clinic()
    b.a_protocol()
    b.a_patient("Can", "Er")
    assert "the clinic has no physician yet" in bring_in("courses", HEAD + "Can Er;;prp_scalp;;;;\n", "--apply")


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"Hasta\nCan\n", b"Protokol\nx\n"])
def test_a_file_that_is_no_table_of_series_is_refused_in_words(clinic, bring_in, content):
    assert bring_in("courses", content, "--apply").startswith("Error: ")
