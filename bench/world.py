"""A clinic of a given number of sessions, written straight into a fresh SQLite file: facts of the product's own shape.

Locations of 60 visits a day, so that one day stays one day however many years and places the file holds.
"""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from app.commands.database import make_current
from app.factory import create_app
from app.letters import sort_key, suffixes
from app.library.loader import shipped
from bench.settings import settings
from models.base import db

TODAY = date(2026, 12, 3)
A_DAY = 60
SESSIONS_A_COURSE = 5
DAYS_A_LOCATION = 600
FIRST = ("Ayşe", "Şule", "Elif", "Zeynep", "Fatma", "Mehmet", "Can", "Kerem", "İpek", "Oya", "Gül", "Ömer", "Ümit", "Çağla", "Irmak")
LAST = ("Yılmaz", "Öztürk", "Kaya", "Çelik", "Güneş", "Aksoy", "Şahin", "Işık", "Demir", "Arslan", "Doğan", "Koç", "Aydın", "Yıldız")


def make(folder: Path, sessions: int, *, mailed: bool = True) -> Path:
    """The folder's seans.db with about so many sessions. Made once; later calls find it. `mailed`: with three messages a session."""
    file = folder / "seans.db"
    if file.exists():
        return file
    folder.mkdir(parents=True, exist_ok=True)
    app = create_app(settings(folder))
    with app.app_context():
        make_current()
        db.session.remove()
        db.engine.dispose()
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-400000", "foreign_keys=OFF"):
        connection.execute(f"PRAGMA {pragma}")
    fill(connection, sessions, mailed=mailed)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("ANALYZE")
    connection.close()
    return file


def fill(connection: sqlite3.Connection, sessions: int, *, mailed: bool) -> None:
    """Fill an empty clinic of the present schema, in one transaction."""
    courses = sessions // SESSIONS_A_COURSE
    locations = max(1, sessions // (A_DAY * DAYS_A_LOCATION))
    connection.execute("BEGIN")
    for table, columns, rows in (
        ("clinic", "id,name,language,zone,country,phone,phone_out_of_hours,emergency_number,reply_address,sending_from,sending_until,"
         "reminder_days,recall_max,grace_minutes,evaluation_valid_days,reception_records_done,mailing_started,demo,created_at,version",
         [(1, "Bench", "en", "Europe/Istanbul", "TR", "1", "1", "112", "", "09:00:00.000000", "20:00:00.000000", "[3, 1]", 2, 3, 180, 0, 1,
           0, _moment(TODAY, 0), 1)]),
        ("location", "id,name,address,active", ((n, f"Place {n}", "", 1) for n in range(1, locations + 1))),
        ("opening_hours", "location_id,weekday,opens,closes",
         ((n, day, "09:00:00.000000", "19:00:00.000000") for n in range(1, locations + 1) for day in range(6))),
        ("staff_member", "id,name,email,roles,skills,language,active,created_at,version",
         ((n, f"Dr. {n}", f"d{n}@bench.example", json.dumps(["physician", "reception"]), json.dumps(list(shipped().words["skills"])), "en", 1,
           _moment(TODAY, 0), 1) for n in range(1, 4))),
        ("protocol", "id,key,names", [(1, "exosome_scalp", json.dumps(shipped().protocols["exosome_scalp"]["names"]))]),
        ("protocol_version", "id,protocol_id,n,content,state,source,attested,made_at,approval_note,version",
         [(1, 1, 1, json.dumps(shipped().protocols["exosome_scalp"]), "approved", "library", "[]", _moment(TODAY, 0), "", 1)]),
        ("patient", "id,first_name,last_name,sort_key,sex,phone,phone_typed,email,language,channel,detail,fewer_mails,stopped_classes,"
         "never_ask_pregnancy,asks_for_earlier,note,created_at,version,birth_date", _patients(courses)),
        ("treatment_plan", "id,patient_id,physician_id,location_id,state,preferences,note_to_patient,closed_why,made_at,version",
         ((n, n, 1, n % locations + 1, "active", "{}", "", "", _moment(TODAY, 0), 1) for n in range(1, courses + 1))),
        ("course", "id,plan_id,version_id,area,start_day,grace_days,lapse_days,ended_why,live,due_step,due_earliest,due_on,due_latest,needs_booking",
         _courses(courses)),
        ("course_step", "course_id,n,gaps,bounds", _steps(courses)),
        ("treatment_session", "id,course_id,n,kind,state,performed_on,performed_at,performed_end,override_why,substandard,reaction,note,skipped_why",
         _sessions(courses)),
        ("appointment", "id,location_id,patient_id,plan_id,kind,state,local_day,local_time,zone,minutes,hands_on_after,hands_on_minutes,"
         "starts_at,hands_on_at,ends_at,performer_id,tentative,agreed,asked_by,note,revision,version,made_at,uid", _visits(courses, locations)),
        ("appointment_session", "appointment_id,session_id,position,outcome,label,of,gap_days,band", _links(courses)),
        ("message", "kind,subject_type,subject_id,cycle,patient_id,urgency,message_class,due_at,try_at,useful_until,state,reason,facts,"
         "message_id,address,ambiguous_count,tries,planned_at,settled_at", _messages(courses) if mailed else ()),
    ):  # fmt: skip
        marks = ",".join("?" * len(columns.split(",")))
        connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
    connection.executemany("INSERT OR IGNORE INTO patient_term (patient_id, term) VALUES (?, ?)", _terms(courses))
    connection.execute("COMMIT")


def _name(n: int) -> tuple[str, str]:
    return FIRST[n % len(FIRST)], LAST[n // len(FIRST) % len(LAST)] + ("" if n < 210 else f" {_letters(n // 210)}")


def _letters(n: int) -> str:
    return "".join(chr(97 + int(digit)) for digit in str(n))


def _patients(count: int) -> Iterator[tuple[object, ...]]:
    for n in range(1, count + 1):
        first, last = _name(n)
        yield (n, first, last, sort_key(f"{last} {first}"), "unknown", f"+90532{n:07d}", "", f"p{n}@post.example", "tr", "email", "discreet",
               0, "[]", 0, 0, "", _moment(TODAY, 0), 1, f"{1950 + n % 55}-0{n % 9 + 1}-15")  # fmt: skip


def _terms(count: int) -> Iterator[tuple[int, str]]:
    for n in range(1, count + 1):
        first, last = _name(n)
        for term in suffixes(f"{first} {last}") | suffixes(f"90532{n:07d}"):
            yield n, term


def _courses(count: int) -> Iterator[tuple[object, ...]]:
    for n in range(1, count + 1):
        due = TODAY + timedelta(days=n % 400 - 40)
        live = n % 50 == 0
        yield (n, n, 1, "scalp", (due - timedelta(days=60)).isoformat(), 3, 29, "", live, "4", (due - timedelta(days=7)).isoformat(),
               due.isoformat(), (due + timedelta(days=14)).isoformat(), live and n % 100 == 0)  # fmt: skip


def _steps(courses: int) -> Iterator[tuple[object, ...]]:
    gap = json.dumps([{"from": "previous", "min": "21d", "ideal": "30d", "max": "45d"}])
    for course in range(1, courses + 1):
        for n in range(1, SESSIONS_A_COURSE + 1):
            yield course, n, "[]" if n == 1 else gap, "{}"


def _day_of(n: int, locations_sessions: int) -> date:
    return TODAY - timedelta(days=(n // A_DAY) % DAYS_A_LOCATION) + timedelta(days=30)


def _sessions(courses: int) -> Iterator[tuple[object, ...]]:
    for n, course, place in _all(courses):
        day = _day_of(n, 0)
        if day < TODAY:
            yield n, course, place, "series", "done", day.isoformat(), _moment(day, 9), _moment(day, 10), "", 0, "", "", ""
        else:
            yield n, course, place, "series", "booked", None, None, None, "", 0, "", "", ""


def _visits(courses: int, locations: int) -> Iterator[tuple[object, ...]]:
    per_location = A_DAY * DAYS_A_LOCATION
    for n, course, _place in _all(courses):
        day, place = _day_of(n, 0), min(n // per_location, locations - 1) + 1
        minute = 6 * 60 + (n % A_DAY) // 3 * 30
        start = datetime.combine(day, datetime.min.time(), UTC) + timedelta(minutes=minute)
        local = start + timedelta(hours=3)
        yield (n, place, course, course, "treatment", "done" if day < TODAY else "booked", day.isoformat(), local.strftime("%H:%M:%S.%f"),
               "Europe/Istanbul", 60, 30, 20, _text(start), _text(start + timedelta(minutes=30)), _text(start + timedelta(minutes=60)),
               n % 3 + 1, 0, 1, "patient", "", 0, 1, _moment(day, 0), f"00000000-0000-4000-8000-{n:012d}")  # fmt: skip


def _messages(courses: int) -> Iterator[tuple[object, ...]]:
    for n, course, _place in _all(courses):
        day = _day_of(n, 0)
        for kind, cycle, days in (("reminder_1", "r0", -3), ("reminder_2", "r0", -1), ("aftercare", "", 0)):
            due, went = day + timedelta(days=days), day < TODAY
            yield (kind, "appointment", n, cycle, course, "routine", "service", _moment(due, 7), _moment(due, 7), _moment(due, 19),
                   "sent" if went else "waiting", "", "{}", f"<{kind}{n}@bench.example>", f"p{course}@post.example", 0, int(went),
                   _moment(due, 0), _moment(due, 7) if went else None)  # fmt: skip


def _links(courses: int) -> Iterator[tuple[object, ...]]:
    for n, _course, place in _all(courses):
        yield n, n, 0, "done" if _day_of(n, 0) < TODAY else "planned", str(place), SESSIONS_A_COURSE, 30, "ideal"


def _all(courses: int) -> Iterator[tuple[int, int, int]]:
    """(session, course, place in the course); sessions in order of their day, courses shuffled by a fixed step."""
    total = courses * SESSIONS_A_COURSE
    for n in range(1, total + 1):
        yield n, (n - 1) % courses + 1, (n - 1) // courses + 1


def _moment(day: date, hour: int) -> str:
    return _text(datetime(day.year, day.month, day.day, hour, tzinfo=UTC))


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")


def some(numbers: int, upto: int, seed: int = 7) -> list[int]:
    """Row numbers to ask for, the same in every run."""
    return random.Random(seed).sample(range(1, upto + 1), numbers)
