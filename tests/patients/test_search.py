"""Finding patients, and how little that asks of the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, text

from app.patients import queries
from app.patients.terms import Asked
from models.base import db
from tests import builders


@pytest.fixture(autouse=True)
def clinic(app: object) -> None:
    builders.a_clinic()


def found(typed: str, now: datetime) -> list[str]:
    return [row.name for row in queries.search(typed, now)]


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement the database is asked within."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("typed", ["sule ozturk", "ÖZTÜRK ŞULE", "ozt sul", "turk", "ŞULE", "öztürk, şule", "Sule OZTURK 4412"])
def test_a_name_is_found_without_turkish_letters_in_any_order_by_any_part(noon: datetime, typed: str) -> None:
    builders.a_patient("Şule", "Öztürk")
    builders.a_patient("Şule", "Kaya", phone="+905330000000")
    assert "Şule Öztürk" in found(typed, noon)
    assert found("sule ozturk", noon) == ["Şule Öztürk"]


@pytest.mark.parametrize("typed", ["ISIK", "ışık", "isik", "IŞIK", "İŞİK"])
def test_dotted_and_dotless_i_are_one_letter(noon: datetime, typed: str) -> None:
    builders.a_patient("Işıl", "IŞIK")
    assert found(typed, noon) == ["Işıl IŞIK"]


@pytest.mark.parametrize(
    ("stored", "writings"),
    [
        ("+905321114412", ["0532 111 44 12", "+90 532 111 44 12", "5321114412", "44 12", "(532) 111"]),
        ("+4915123456789", ["0151 234", "+49 151 23456789", "0049 151 23456789", "+49 (0)151 234"]),
        ("+442079460018", ["020 7946 0018", "+44 20 7946 0018", "7946"]),
        ("+79123456789", ["8 (912) 345-67-89", "+7 912 345", "345-67-89"]),
        ("+14155552671", ["(415) 555-2671", "+1 415 555 2671", "415.555.2671"]),
    ],
)
def test_a_telephone_is_found_in_every_writing(noon: datetime, stored: str, writings: list[str]) -> None:
    builders.a_patient(phone=stored)
    builders.a_patient("Başka", "Biri", phone="+905380000000")
    for typed in writings:
        assert found(typed, noon) == ["Ayşe Yılmaz"], typed


def test_a_birth_date_is_found_alone_and_with_a_name(noon: datetime) -> None:
    builders.a_patient("Ali", "Kaya", birth_date=date(1990, 5, 1))
    builders.a_patient("Can", "Su", birth_date=date(1990, 5, 1))
    assert found("1.5.1990", noon) == ["Ali Kaya", "Can Su"]
    assert found("can 01/05/1990", noon) == ["Can Su"]


def test_merged_and_erased_patients_are_not_found_and_the_dead_are(noon: datetime) -> None:
    kept = builders.a_patient("Ayşe", "Bir")
    builders.a_patient("Ayşe", "İki", merged_into_id=kept.id)
    builders.a_patient("Ayşe", "Üç", erased_at=builders.EARLY)
    builders.a_patient("Ayşe", "Dört", deceased_on=date(2026, 11, 1))
    assert found("ayse", noon) == found("", noon) == ["Ayşe Bir", "Ayşe Dört"]


def test_everybody_stands_in_the_order_of_the_turkish_alphabet(noon: datetime) -> None:
    for name in ("Şule", "Sami", "Özge", "Oya", "İpek", "Irmak", "Çağla", "Cem"):
        builders.a_patient(name, "Kaya")
    assert [name.split()[0] for name in found("", noon)] == ["Cem", "Çağla", "Irmak", "İpek", "Oya", "Özge", "Sami", "Şule"]


def test_a_row_tells_where_the_treatment_stands_and_the_next_and_last_visit(noon: datetime) -> None:
    patient, physician = builders.a_patient(), builders.a_physician()
    plan = builders.a_plan(patient, physician)
    builders.a_course(plan, builders.a_protocol(), due_step="2", due_latest=date(2026, 11, 30), needs_booking=True)
    coming, past = datetime(2026, 12, 3, 10, tzinfo=UTC), datetime(2026, 11, 3, 10, tzinfo=UTC)
    for moment, state in ((coming, "booked"), (past, "done"), (datetime(2026, 12, 2, 10, tzinfo=UTC), "cancelled")):
        builders.a_visit(patient, moment, state=state)
    (row,) = queries.search("ayse", noon)
    assert (row.next_visit, row.last_visit, row.phone_end) == (coming, past, "4412")
    (course,) = row.courses
    assert (course.name, course.step, course.of, course.overdue(builders.TODAY)) == ("PRP, scalp", "2", 3, True)


def test_a_typing_error_offers_those_who_are_nearly_called_so(noon: datetime) -> None:
    builders.a_patient("Ayşe", "Yılmaz")
    builders.a_patient("Ayşegül", "Kaya")
    assert found("ayse yilmas", noon) == []
    assert [row.name for row in queries.almost("ayse yilmas", noon)] == ["Ayşe Yılmaz", "Ayşegül Kaya"]


def test_the_list_asks_few_questions_however_many_people_it_shows(client: FlaskClient, noon: datetime) -> None:
    physician, version = builders.a_physician(), builders.a_protocol()
    builders.sign_in(client, builders.a_receptionist())
    client.get("/patients")
    counts = []
    for names in (("Bir", "İki"), ("Üç", "Dört", "Beş", "Altı", "Yedi", "Sekiz")):
        for name in names:
            builders.a_course(builders.a_plan(builders.a_patient(name, "Kaya"), physician), version)
        with statements() as asked:
            client.get("/patients")
        counts.append(len(asked))
    with statements() as asked:
        assert len(queries.search("kaya", noon)) == 8
    assert counts[0] == counts[1]
    assert sum(statement.startswith("SELECT") for statement in asked) <= 5  # clinic, people, visits, what is to note, courses


def test_the_card_asks_a_fixed_number_of_questions(client: FlaskClient, noon: datetime) -> None:
    patient, physician, version = builders.a_patient(), builders.a_physician(), builders.a_protocol()
    builders.sign_in(client, physician)
    client.get(f"/patients/{patient.id}")  # what the house is made of is read once
    counts = []
    for _ in range(2):
        for _ in range(3):
            builders.a_course(builders.a_plan(patient, physician), version)
        with statements() as asked:
            client.get(f"/patients/{patient.id}")
        counts.append(sum(statement.lstrip().startswith("SELECT") for statement in asked))
    assert counts[0] == counts[1] <= 25


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        (Asked(("sule", "ozturk")), "ix_patient_term_term"),
        (Asked(digits=("4412",)), "ix_patient_term_term"),
        (Asked(born=date(1988, 3, 14)), "ix_patient_birth_date"),
        (Asked(), "ix_patient_sort_key"),
    ],
)
def test_every_search_is_answered_by_an_index(app: object, asked: Asked, index: str) -> None:
    wanted = queries.found_by(asked).compile(db.engine)
    plan = db.session.connection().exec_driver_sql(
        f"EXPLAIN QUERY PLAN {wanted}", tuple(wanted.params[name] for name in wanted.positiontup or ())
    )
    steps = [row[-1] for row in plan]
    assert any(index in step for step in steps), steps
    assert not any(step.startswith("SCAN patient") and "USING" not in step for step in steps), steps


def test_the_names_of_the_indexes_are_those_of_the_database(app: object) -> None:
    names = set(db.session.execute(text("SELECT name FROM sqlite_master WHERE type = 'index'")).scalars())
    assert {"ix_patient_term_term", "ix_patient_birth_date", "ix_patient_sort_key", "ix_patient_phone"} <= names
