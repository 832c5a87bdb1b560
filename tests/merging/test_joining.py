"""Two records of one person become one, and can be taken apart again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import UniqueConstraint, select
from sqlalchemy.exc import IntegrityError

from app.errors import Refused
from app.merging import actions, moving
from app.patients import actions as patients
from app.patients import consents, queries
from models.appointment import Appointment, Claim
from models.base import Base, db, transaction
from models.contact import Contact, ContactRole
from models.merge import PatientMerge
from models.patient import ConsentKind, Detail, Patient
from models.treatment import TreatmentPlan
from tests import builders as b
from tests.conftest import NOON

pytestmark = pytest.mark.usefixtures("noon")
LATER = NOON + timedelta(hours=1)


@pytest.fixture(autouse=True)
def clinic(app: object) -> None:
    b.a_clinic()


def join(kept: Patient, gone: Patient, *taken: str) -> int:
    with transaction():
        return actions.join(kept.id, gone.id, taken, NOON).id


def part(merge_id: int) -> None:
    with transaction():
        actions.part(merge_id, LATER)


def again(patient: Patient) -> Patient:
    db.session.expire_all()
    return db.session.get_one(Patient, patient.id)


def consent(patient: Patient, kind: ConsentKind, *, withdrawn: bool = False) -> None:
    with transaction():
        given = patients.give_consent(db.session.get_one(Patient, patient.id), kind, NOON - timedelta(days=9))
        if withdrawn:
            patients.withdraw_consent(given, NOON - timedelta(days=3))


def test_every_table_that_says_whose_a_row_is_is_moved_or_says_why_not() -> None:
    naming = {
        f"{table.name}.{column.name}" for table in Base.metadata.sorted_tables for column in table.columns
        if any(key.column.table.name == "patient" for key in column.foreign_keys)
    }  # fmt: skip
    assert {str(column) for column in moving.columns()} | set(moving.STAY) == naming
    for column in moving.columns():
        assert [key.name for key in column.table.primary_key] == ["id"], f"{column.table.name}: its rows are told apart by their id"
        unique = [one.columns for one in column.table.constraints if isinstance(one, UniqueConstraint)]
        alone = [names for names in [*unique, *(one.columns for one in column.table.indexes if one.unique)] if column.name in names]
        assert alone == [], f"{column}: say what becomes of a second row of one patient when two records are joined"


def test_plans_visits_and_contacts_go_to_the_record_that_stays() -> None:
    kept, gone = b.a_patient("Ayşe", "Ak"), b.a_patient("Ayse", "Ak")
    plan, visit = b.a_plan(gone, b.a_physician()), b.a_visit(gone, NOON + timedelta(days=2))
    with transaction():
        db.session.add(Contact(patient_id=gone.id, role=ContactRole.HELPER, name="Ali", created_at=NOON))
    join(kept, gone)
    assert db.session.get_one(TreatmentPlan, plan.id).patient_id == kept.id
    assert db.session.get_one(Appointment, visit.id).patient_id == kept.id
    assert [one.name for one in again(kept).contacts] == ["Ali"]
    assert moving.counted(again(gone)) == {}
    assert again(gone).merged_into_id == kept.id


def test_what_one_record_lacks_comes_from_the_other_and_what_differs_is_chosen() -> None:
    kept = b.a_patient("Ayşe", "Ak", email="", birth_date=date(1980, 1, 2), note="left knee")
    gone = b.a_patient("Ayşe", "Akın", email="ayse@example.org", birth_date=date(1980, 2, 1), note="afraid of needles")
    join(kept, gone, "birth_date")
    now = again(kept)
    assert (now.name, now.email, now.birth_date) == ("Ayşe Ak", "ayse@example.org", date(1980, 2, 1))
    assert now.note == "left knee\nafraid of needles"


@pytest.mark.parametrize("kind", [ConsentKind.RECALL, ConsentKind.MAIL_DETAILS])
def test_of_two_consents_that_differ_the_stricter_holds(kind: ConsentKind) -> None:
    kept, gone = b.a_patient("Ayşe", "Ak"), b.a_patient("Ayşe", "Ak")
    consent(kept, kind)
    consent(gone, kind, withdrawn=True)
    merge = join(kept, gone)
    assert consents.live(again(kept), kind) is None
    assert again(kept).detail is Detail.DISCREET
    part(merge)
    assert consents.live(again(kept), kind) is not None


def test_a_consent_given_on_both_is_withdrawn_as_one() -> None:
    kept, gone = b.a_patient("Ayşe", "Ak"), b.a_patient("Ayşe", "Ak")
    consent(kept, ConsentKind.RECALL)
    consent(gone, ConsentKind.RECALL)
    join(kept, gone)
    with transaction():
        patients.withdraw_consent(again(kept).consents[0], LATER)
    assert consents.live(again(kept), ConsentKind.RECALL) is None


def test_two_visits_at_one_moment_are_named_before_anything_moves() -> None:
    kept, gone = b.a_patient("Ayşe", "Ak"), b.a_patient("Ayşe", "Ak")
    b.a_visit(kept, NOON + timedelta(days=2))
    b.a_visit(gone, NOON + timedelta(days=2, minutes=30))
    with pytest.raises(Refused) as no:
        join(kept, gone)
    assert "12:00 and 12:30" in no.value.words
    assert again(gone).merged_into_id is None


def test_taken_apart_each_has_again_what_was_theirs_and_what_was_made_about_it_since() -> None:
    kept, gone = b.a_patient("Ayşe", "Ak", email=""), b.a_patient("Ayşe", "Ak", email="ayse@example.org")
    own, plan = b.a_visit(kept, NOON + timedelta(days=1)), b.a_plan(gone, b.a_physician())
    merge = join(kept, gone)
    since = b.a_visit(again(kept), NOON + timedelta(days=3), plan_id=plan.id)
    part(merge)
    found = {visit.id: visit.patient_id for visit in db.session.scalars(select(Appointment))}
    assert found == {own.id: kept.id, since.id: gone.id}
    assert {claim.patient_id for claim in db.session.scalars(select(Claim).where(Claim.appointment_id == since.id))} == {gone.id}
    assert db.session.get_one(TreatmentPlan, plan.id).patient_id == gone.id
    assert (again(kept).email, again(gone).merged_into_id) == ("", None)


def test_what_was_changed_since_stays_as_it_is() -> None:
    kept, gone = b.a_patient("Ayşe", "Ak", email=""), b.a_patient("Ayşe", "Ak", email="ayse@example.org")
    merge = join(kept, gone)
    with transaction():
        again(kept).email = "new@example.org"
    assert actions.changed_since(db.session.get_one(PatientMerge, merge)) == ["email"]
    part(merge)
    assert again(kept).email == "new@example.org"


def test_a_record_is_joined_once_and_taken_apart_once() -> None:
    kept, gone, third = (b.a_patient("Ayşe", "Ak") for _ in range(3))
    merge = join(kept, gone)
    with pytest.raises(Refused):
        join(third, gone)
    part(merge)
    with pytest.raises(Refused):
        part(merge)


def test_the_database_takes_nothing_new_for_a_record_that_was_joined() -> None:
    kept, gone = b.a_patient("Ayşe", "Ak"), b.a_patient("Ayşe", "Ak")
    join(kept, gone)
    with pytest.raises(IntegrityError):
        b.a_visit(gone, NOON + timedelta(days=5))


def test_searches_find_the_person_once() -> None:
    kept, gone = b.a_patient("Ayşe", "Ak"), b.a_patient("Ayşe", "Ak")
    join(kept, gone)
    assert [row.id for row in queries.search("ayse ak", NOON)] == [kept.id]
