"""The front door: headers, refusals in words, records that are seen, logs that say nothing of people."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from flask import Flask, abort, request, url_for
from flask.testing import FlaskClient
from sqlalchemy import event as sql_event
from sqlalchemy import exc, select, text
from werkzeug.exceptions import MethodNotAllowed, RequestEntityTooLarge, TooManyRequests
from werkzeug.routing import BuildError

from app import front_door
from app.errors import AlreadyDone, Refused, Stale
from app.factory import create_app
from app.front_door import kept
from app.front_door.guard import safe_next
from app.history import viewed
from app.passwords import hash_password
from app.permissions import Permission, by_link, needs, open_to_all
from config import ROOT, ConfigError, from_environment
from models import clock
from models.appointment import Appointment, VisitState
from models.base import db, transaction
from models.event import Event
from models.patient import Patient
from models.staff import KeptText, SignIn, StaffMember
from models.states import IllegalMoveError
from tests import builders
from tests.conftest import settings_of_a_test

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self';"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

PASSWORD = "mavi kedi pencerede uyur"


@pytest.fixture
def app(empty_database: Path, tmp_path: Path) -> Iterator[Flask]:
    """The application with a few pages that go wrong on purpose; CSRF is on."""
    yield from _app(empty_database, tmp_path)


def _app(empty_database: Path, folder: Path, **changes: Any) -> Iterator[Flask]:
    shutil.copy(empty_database, folder / "seans.db")
    app = create_app(settings_of_a_test(folder, **changes))
    app.config.update(WTF_CSRF_ENABLED=True)
    _troubles(app)
    with app.app_context():
        builders.a_clinic()
    yield app
    with app.app_context():
        db.engine.dispose()


def raising(error: Exception) -> Any:
    """A page on which this goes wrong."""

    def view() -> str:
        raise error

    return view


def _troubles(app: Flask) -> None:
    """Pages that do one thing each."""

    def record() -> str:
        viewed(db.session.scalars(select(Patient)).one())
        return "the card"

    app.add_url_rule("/t/unlocked", "t_unlocked", lambda: "nobody sees this")
    app.add_url_rule("/t/link/<token>", "t_link", by_link(lambda token: abort(404)))
    app.add_url_rule("/t/open", "t_open", open_to_all(lambda: "open"))
    for name, error in {
        "refused": Refused("The room is taken at 10:00."),
        "stale": Stale("Arrived", "No-show", version=7, keep_url="/t/kept", changed_by="Deniz Ak"),
        "done": AlreadyDone("/t/open"),
        "405": MethodNotAllowed(), "413": RequestEntityTooLarge(), "429": TooManyRequests(),
        "409": IllegalMoveError(Appointment(), VisitState.DONE, VisitState.BOOKED),
        "fault": ZeroDivisionError("Ayşe Yılmaz"),
        "twice": exc.IntegrityError("INSERT", {"name": "Ayşe Yılmaz"}, sqlite3.IntegrityError("UNIQUE constraint failed")),
    }.items():
        app.add_url_rule(f"/t/{name}", f"t_{name}", needs()(raising(error)), methods=["GET", "POST"])
    app.add_url_rule("/t/record", "t_record", needs(Permission.SEE_PATIENTS)(record), methods=["GET", "POST"])
    app.add_url_rule(
        "/t/database", "t_database", needs()(lambda: str(db.session.execute(text("SELECT * FROM nowhere")))), methods=["POST", "GET"]
    )


@pytest.fixture
def desk(app: Flask, client: FlaskClient, noon: datetime) -> FlaskClient:
    """Reception is signed in; the CSRF token is in the client's environment."""
    with app.app_context():
        builders.sign_in(client, builders.a_receptionist(password_hash=hash_password(PASSWORD)))
    return client


def token(client: FlaskClient) -> str:
    return token_of(client.get("/account").text)


def token_of(page: str) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', page) or re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
    assert found
    return found[1]


def post(client: FlaskClient, path: str, **fields: str) -> Any:
    return client.post(path, data={"csrf_token": token(client)} | fields)


def events(app: Flask, action: str) -> list[Event]:
    with app.app_context():
        return list(db.session.scalars(select(Event).where(Event.action == action)))


# ── Headers ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "path", ["/account", "/sign-in", "/t/open", "/t/refused", "/t/stale", "/t/fault", "/nowhere", "/t/unlocked", "/t/link/x"]
)
def test_every_kind_of_page_carries_the_headers(desk: FlaskClient, path: str) -> None:
    head = desk.get(path).headers
    assert head["Content-Security-Policy"] == CSP
    assert head["X-Content-Type-Options"] == "nosniff"
    assert head["Referrer-Policy"] == "no-referrer"
    assert head["X-Frame-Options"] == "DENY"
    assert head["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in head


def test_pages_hold_no_inline_script_or_style(desk: FlaskClient) -> None:
    for path in ("/account", "/t/stale", "/t/fault", "/nowhere"):
        page = desk.get(path).text
        assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:", page)


def test_static_files_may_be_kept_for_a_year_under_an_address_with_their_print(desk: FlaskClient) -> None:
    found = re.search(r'href="(/static/seans\.css\?v=[0-9a-f]{10})"', desk.get("/account").text)
    assert found
    head = desk.get(found[1]).headers
    assert "max-age=31536000" in head["Cache-Control"]
    assert head["X-Content-Type-Options"] == "nosniff"


def test_under_https_the_cookie_and_the_transport_are_strict(empty_database: Path, tmp_path: Path) -> None:
    for app in _app(empty_database, tmp_path, public_url="https://clinic.example"):
        answer = app.test_client().get("/sign-in", base_url="https://clinic.example", follow_redirects=True)
        assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-seans=")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


def test_a_post_under_https_needs_no_referer_which_our_own_policy_withholds(empty_database: Path, tmp_path: Path) -> None:
    for app in _app(empty_database, tmp_path, public_url="https://clinic.example"):
        client = app.test_client()
        page = client.get("/start", base_url="https://clinic.example").text
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert found
        answer = client.post("/start", data={"csrf_token": found[1]}, base_url="https://clinic.example")
        assert answer.status_code == 422


def test_the_address_of_a_visitor_comes_only_from_a_trusted_proxy(empty_database: Path, tmp_path: Path) -> None:
    seen = {}
    for hops in (0, 1):
        folder = tmp_path / str(hops)
        folder.mkdir()
        for app in _app(empty_database, folder, trusted_proxies=hops):
            app.add_url_rule("/t/from", "t_from", open_to_all(lambda: request.remote_addr or ""))
            seen[hops] = app.test_client().get("/t/from", headers={"X-Forwarded-For": "203.0.113.9"}).text
    assert seen == {0: "127.0.0.1", 1: "203.0.113.9"}


# ── Locks ────────────────────────────────────────────────────────────────────


def test_a_page_that_says_nothing_is_shut(desk: FlaskClient) -> None:
    assert desk.get("/t/unlocked").status_code == 403
    assert desk.application.test_client().get("/t/unlocked").status_code == 403


def test_a_denial_is_written_down(app: Flask, desk: FlaskClient) -> None:
    assert desk.get("/staff").status_code == 403
    [denied] = events(app, "denied")
    assert (denied.outcome, denied.reason, denied.role) == ("denied", "GET staff.index", "reception")


def test_a_post_without_the_token_is_refused_and_what_was_typed_can_be_copied(desk: FlaskClient) -> None:
    answer = desk.post("/t/record", data={"note": "a long note that took some time"})
    assert answer.status_code == 400
    assert "a long note that took some time" in answer.text
    assert 'value="a long note' not in answer.text


def test_a_post_from_another_site_is_refused(desk: FlaskClient) -> None:
    answer = desk.post("/account", data={"csrf_token": token(desk)}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_the_token_may_come_in_the_header_of_a_fragment(desk: FlaskClient) -> None:
    assert desk.post("/t/done", headers={"X-CSRFToken": token(desk)}).status_code == 303


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "/ok\nSet-Cookie: a=b", "",
     None, "evil.example", "/sign-out", "/no/such/page", "http:/evil.example"],
)  # fmt: skip
def test_nobody_is_sent_away_after_signing_in(app: Flask, target: str | None) -> None:
    with app.test_request_context("/"):
        assert safe_next(target) is None


@pytest.mark.parametrize("target", ["/account", "/staff?role=physician", "/t/record"])
def test_people_are_sent_back_to_where_they_were(app: Flask, target: str) -> None:
    with app.test_request_context("/"):
        assert safe_next(target) == target


def test_a_fragment_for_a_visitor_sends_the_whole_page_to_sign_in(client: FlaskClient) -> None:
    head = {"HX-Request": "true", "HX-Current-URL": "http://localhost/account?tab=1"}
    answer = client.get("/t/record", headers=head)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in?ended=1&next=/account?tab%3D1"


# ── What was typed is not lost ───────────────────────────────────────────────


def test_what_is_sent_after_the_sign_in_ran_out_is_kept_and_can_be_sent_again(app: Flask, desk: FlaskClient, noon: datetime) -> None:
    with app.app_context():
        builders.a_patient()
    there = token(desk)
    with clock.set_to(noon + timedelta(minutes=16)):
        typed = {"csrf_token": there, "note": "Tell her about the parking", "password": "never kept"}
        answer = desk.post("/t/record", data=typed)
        assert answer.status_code == 303
        assert answer.location.startswith("/sign-in?kept=")
        assert "your text is kept" in desk.get(answer.location).text
        key = answer.location.partition("kept=")[2].partition("&")[0]
        with app.app_context():
            assert "never kept" not in json.dumps(db.session.get_one(KeptText, key).content)
        entered = {"csrf_token": there, "kept": key, "email": "deniz.ak@ege.example", "password": PASSWORD}
        page = desk.post("/sign-in", data=entered, follow_redirects=True).text
        assert 'value="Tell her about the parking"' in page
        assert post(desk, "/t/record", note="Tell her about the parking", kept_sent=key).status_code == 200
        with app.app_context():
            assert db.session.get(KeptText, key) is None


def test_kept_text_opens_for_its_writer_alone(app: Flask, desk: FlaskClient, noon: datetime) -> None:
    with app.app_context(), transaction():
        other = StaffMember(name="Other", email="o@ege.example", roles=["reception"], created_at=noon)
        db.session.add(other)
        db.session.flush()
        content = {"path": "/t/record", "fields": [["note", "secret words of another"]]}
        db.session.add(KeptText(key="k", staff_id=other.id, purpose="interrupted", content=content, kept_at=noon))
    assert desk.get("/kept/k").status_code == 303


@pytest.fixture
def of_an_old_page(app: Flask, desk: FlaskClient) -> str:
    """The token of a page that was shown to Deniz, whoever holds it."""
    there = token(desk)
    desk.post("/sign-out", data={"csrf_token": there})
    entered = {"csrf_token": token_of(desk.get("/sign-in").text), "email": "deniz.ak@ege.example", "password": PASSWORD}
    assert desk.post("/sign-in", data=entered).status_code == 303
    return token(desk)


def test_an_old_page_of_somebody_cannot_fill_the_disk(app: Flask, of_an_old_page: str, noon: datetime) -> None:
    for n in range(kept.MOST_FORMS + 3):
        with clock.set_to(noon + timedelta(seconds=n)):
            last = app.test_client().post("/t/record", data={"csrf_token": of_an_old_page, "note": f"words {n}"}).location
    with app.app_context():
        rows = db.session.scalars(select(KeptText).order_by(KeptText.kept_at)).all()
        assert [row.content["fields"][0][1] for row in rows] == [f"words {n}" for n in range(3, kept.MOST_FORMS + 3)]
        assert rows[-1].key in last


def test_names_of_fields_count_as_what_was_typed(app: Flask, of_an_old_page: str) -> None:
    many = {f"{'n' * 90}-{n}": "" for n in range(1200)}
    app.test_client().post("/t/record", data={"csrf_token": of_an_old_page, "note": "words", **many})
    with app.app_context():
        assert db.session.scalars(select(KeptText)).one().content["fields"] == []


def test_nothing_is_kept_for_somebody_who_has_left(app: Flask, of_an_old_page: str) -> None:
    with app.app_context(), transaction():
        db.session.query(StaffMember).one().active = False
    assert app.test_client().post("/t/record", data={"csrf_token": of_an_old_page, "note": "words"}).status_code == 400
    with app.app_context():
        assert db.session.scalars(select(KeptText)).all() == []


def test_a_post_of_a_stranger_is_not_kept(app: Flask, client: FlaskClient, noon: datetime) -> None:
    page = client.get("/t/link/x").text  # any page gives a cookie
    assert page
    app.config.update(WTF_CSRF_ENABLED=False)
    assert client.post("/t/record", data={"note": "spam"}).status_code == 401
    with app.app_context():
        assert db.session.scalars(select(KeptText)).all() == []


# ── Refusals in words ────────────────────────────────────────────────────────


def test_a_stale_page_shows_both_versions_and_sends_mine_again_with_the_version_of_now(desk: FlaskClient) -> None:
    answer = post(desk, "/t/stale?tab=2", seen="3", note="mine", note2="<b>")
    assert answer.status_code == 409
    for part in ("Deniz Ak", "Arrived", "No-show", 'href="/t/kept"', 'name="seen" value="7"', 'name="note" value="mine"',
                 'action="/t/stale?tab=2"', "&lt;b&gt;"):  # fmt: skip
        assert part in answer.text
    assert 'value="3"' not in answer.text


def test_what_cannot_be_done_is_said_in_words(desk: FlaskClient) -> None:
    answer = desk.get("/t/refused")
    assert answer.status_code == 422
    assert "The room is taken at 10:00." in answer.text


def test_the_second_press_finds_the_first_ones_result(desk: FlaskClient) -> None:
    answer = post(desk, "/t/done")
    assert (answer.status_code, answer.location) == (303, "/t/open")


def test_our_fault_shows_a_reference_and_no_trace_and_keeps_what_was_typed(desk: FlaskClient) -> None:
    answer = post(desk, "/t/fault", note="typed with care")
    assert answer.status_code == 500
    assert re.search(r"Reference: [0-9a-f]{12}", answer.text)
    assert 'value="typed with care"' in answer.text
    for secret in ("Traceback", "ZeroDivisionError", "Ayşe"):
        assert secret not in answer.text


def test_what_two_people_do_at_one_moment_is_refused_to_the_second_in_words(desk: FlaskClient) -> None:
    answer = post(desk, "/t/twice", note="typed with care")
    assert answer.status_code == 409
    assert "Somebody else did the same" in answer.text
    assert 'value="typed with care"' in answer.text
    assert "Ayşe" not in answer.text


def test_trouble_with_the_database_is_a_503_in_words(desk: FlaskClient) -> None:
    answer = post(desk, "/t/database", note="typed with care")
    assert answer.status_code == 503
    assert "Nothing was saved" in answer.text
    assert 'value="typed with care"' in answer.text


@pytest.mark.parametrize(("words", "expected"), [("database is locked", "is busy"), ("database or disk is full", "disk of the clinic")])
@pytest.mark.parametrize("from_statement", ["", "FROM staff_member"])
def test_a_locked_database_and_a_full_disk_have_their_own_words(
    app: Flask, desk: FlaskClient, words: str, expected: str, from_statement: str
) -> None:
    there = token(desk)

    def fail(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if from_statement in statement.replace("\n", ""):
            raise sqlite3.OperationalError(words)

    with app.app_context():
        engine = db.engine
    sql_event.listen(engine, "before_cursor_execute", fail)
    try:
        answer = desk.post("/account", data={"csrf_token": there, "note": "typed"})
    finally:
        sql_event.remove(engine, "before_cursor_execute", fail)
    assert answer.status_code == 503
    assert expected in answer.text.replace("&#39;", "'")
    assert 'value="typed"' in answer.text


def test_a_post_that_is_too_large_is_refused_in_words(desk: FlaskClient) -> None:
    answer = desk.post("/account", data={"note": "x" * (3 * 1024 * 1024)})
    assert answer.status_code == 413
    assert "2 MB" in answer.text


@pytest.mark.parametrize(("method", "path", "code"), [("GET", "/nowhere", 404), ("GET", "/sign-out", 405), ("TRACE", "/account", 405)])
def test_no_such_page_and_no_such_way(desk: FlaskClient, method: str, path: str, code: int) -> None:
    assert desk.open(path, method=method).status_code == code


# ── Views ────────────────────────────────────────────────────────────────────


def test_a_seen_record_is_written_down_before_the_page_leaves(app: Flask, desk: FlaskClient, noon: datetime) -> None:
    with app.app_context():
        patient_id = builders.a_patient().id
    assert desk.get("/t/record").text == "the card"
    [seen] = events(app, "viewed")
    assert (seen.patient_id, seen.object_type, seen.object_id, seen.at) == (patient_id, "patient", patient_id, noon)
    assert (seen.source, seen.role, len(seen.request_id)) == ("staff", "reception", 12)


def test_a_record_whose_viewing_cannot_be_written_down_is_not_shown(app: Flask, desk: FlaskClient) -> None:
    with app.app_context():
        builders.a_patient()
        with db.engine.begin() as connection:
            connection.execute(text("ALTER TABLE event RENAME TO elsewhere"))
    answer = desk.get("/t/record")
    assert answer.status_code == 503
    assert "the card" not in answer.text


def test_being_here_is_noted_once_a_minute_not_at_every_page(app: Flask, desk: FlaskClient, noon: datetime) -> None:
    def seen_at() -> datetime:
        with app.app_context():
            return db.session.scalars(select(SignIn)).one().seen_at

    with clock.set_to(noon + timedelta(seconds=40)):
        desk.get("/account")
    assert seen_at() == noon
    with clock.set_to(noon + timedelta(seconds=70)):
        desk.get("/account")
    assert seen_at() == noon + timedelta(seconds=70)


# ── What pages know ──────────────────────────────────────────────────────────


def test_a_room_can_hang_a_line_over_every_page_and_a_number_into_the_menu(desk: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front_door.page_context, "_banners", [])
    front_door.banner(lambda person: front_door.Banner(f"Mails do not leave, {person.name}.", "amber"))
    front_door.banner(lambda _person: None)
    page = desk.get("/account").text
    assert "Mails do not leave, Deniz Ak." in page
    assert "banner-amber" in page


def test_the_menu_shows_no_door_that_is_shut(app: Flask, desk: FlaskClient) -> None:
    assert "/settings" not in desk.get("/account").text
    with app.app_context():
        builders.sign_in(desk, builders.a_manager())
    assert "/settings" in desk.get("/account").text


def test_the_language_of_a_person_is_that_of_their_pages(app: Flask, client: FlaskClient, noon: datetime) -> None:
    with app.app_context():
        builders.sign_in(client, builders.a_receptionist(language="tr"))
    assert '<html lang="tr">' in client.get("/account", headers={"Accept-Language": "en"}).text
    assert '<html lang="en">' in app.test_client().get("/nowhere", headers={"Accept-Language": "en"}).text


# ── Logs ─────────────────────────────────────────────────────────────────────


def test_a_line_of_the_log_names_the_rule_of_an_address_never_the_address(desk: FlaskClient, capsys: pytest.CaptureFixture[str]) -> None:
    desk.get("/t/link/Zm9vYmFyMTIzNDU2Nzg5?q=Ayşe+Yılmaz")
    written = capsys.readouterr().err
    assert "/t/link/<token>" in written
    assert not re.search("Zm9v|Ayşe|Yılmaz|q=", written)


def test_the_log_keeps_nothing_about_people(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger("x").info(
        "mail to ayse@ege.example +90 532 111 44 12", name="Ayşe Yılmaz", email="a@b.co", patient_id=7, job="send",
        said="opened /l/AbCd1234EfGh5678IjKl90?next=/patients",
    )  # fmt: skip
    line = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert line["event"] == "mail to [mail] [number]"
    assert (line["name"], line["email"]) == ("[left out]", "[left out]")
    assert (line["patient_id"], line["job"], line["level"]) == (7, "send", "info")
    assert line["said"] == "opened /l/[handle]?[query]"


def test_an_exception_in_the_log_is_its_kind_and_place_never_its_words(desk: FlaskClient, capsys: pytest.CaptureFixture[str]) -> None:
    desk.get("/t/fault")
    written = capsys.readouterr().err
    assert "/t/fault" not in written.partition('"route"')[0]
    failed = next(json.loads(line) for line in written.splitlines() if '"failed"' in line)
    assert failed["error"] == "ZeroDivisionError"
    assert any("test_front_door.py" in place for place in failed["where"])
    assert "Ayşe" not in written


def test_a_line_break_in_a_value_starts_no_new_line(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger("x").info("said", said='x\n{"event": "forged"}')
    assert len(capsys.readouterr().err.splitlines()) == 1


# ── Settings ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("key", ["", "short", "a" * 64])
@pytest.mark.parametrize("where", [{"SEANS_ENV": "production"}, {"HOST": "0.0.0.0"}, {"PUBLIC_URL": "https://clinic.example"}])
def test_production_does_not_start_with_a_weak_secret(key: str, where: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="SECRET_KEY"):
        from_environment({"SECRET_KEY": key, "SEANS_INSTANCE": str(tmp_path)} | where)


# ── The start ────────────────────────────────────────────────────────────────


def test_a_start_on_a_current_database_reads_no_library_that_only_few_requests_need() -> None:
    told = "import sys, app.factory, app.commands; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", told], check=True, capture_output=True, text=True, cwd=ROOT).stdout.split()
    assert not {"alembic", "flask_migrate", "icalendar", "email_validator", "openpyxl", "highspy", "holidays"} & set(loaded)


def test_an_address_is_put_together_when_it_is_first_asked_for(app: Flask) -> None:
    with app.test_request_context():
        assert [url_for("patients.show", patient_id=7, tab="visits") for _again in range(2)] == ["/patients/7?tab=visits"] * 2
        assert url_for("schedule.day") == "/day"
        with pytest.raises(BuildError):
            url_for("patients.show")


WRONG = {
    "/staff": 403, "/t/none": 404, "/t/405": 405, "/t/409": 409, "/t/413": 413, "/t/429": 429, "/t/fault": 500,
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "tr"])
@pytest.mark.parametrize(("path", "code"), WRONG.items())
def test_a_refusal_says_what_to_do_in_the_readers_language_and_leads_back(desk: FlaskClient, path: str, code: int, language: str) -> None:
    post(desk, "/language", language=language)
    answer = desk.get(path)
    assert (answer.status_code, f'<html lang="{language}"' in answer.text) == (code, True)
    assert ("To the first page" if language == "en" else "İlk sayfaya") in answer.text
    words = re.search(r"<h1>(.+)</h1>\s*<p>(.+)</p>", answer.text)
    assert words
    assert len(words[2]) > 30


# ── A page that belongs to a sign-in that is gone ────────────────────────────


def signed_in_by_the_page(client: FlaskClient, *, lost: bool = True) -> str:
    """The token of a page that was shown to the receptionist, whose cookie is then lost."""
    first = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/sign-in").text)
    client.post("/sign-in", data={"csrf_token": first[1], "email": "deniz.ak@ege.example", "password": PASSWORD})
    shown = token(client)
    if lost:
        client.delete_cookie("seans")
    return shown


@pytest.fixture
def nobody(app: Flask, client: FlaskClient, noon: datetime) -> FlaskClient:
    """A browser in which nobody is signed in, in a clinic with a receptionist."""
    with app.app_context():
        builders.a_receptionist(password_hash=hash_password(PASSWORD))
    return client


def test_a_page_says_to_whom_it_was_shown_for_a_day_of_work(app: Flask, nobody: FlaskClient) -> None:
    shown = signed_in_by_the_page(nobody)
    with app.app_context():
        assert kept.writer(shown) == 1
        assert kept.writer(shown[:-1]) is None
        assert kept.writer("") is None


@pytest.mark.parametrize("head", [{"Sec-Fetch-Site": "cross-site"}, {"HX-Request": "true"}])
def test_what_another_site_or_a_fragment_sends_without_a_cookie_is_not_kept(app: Flask, nobody: FlaskClient, head: dict[str, str]) -> None:
    shown = signed_in_by_the_page(nobody)
    assert nobody.post("/t/record", data={"csrf_token": shown, "note": "typed"}, headers=head).status_code == 400
    with app.app_context():
        assert db.session.scalars(select(KeptText)).all() == []


def test_a_press_that_carried_no_words_is_not_kept(app: Flask, nobody: FlaskClient) -> None:
    shown = signed_in_by_the_page(nobody)
    assert nobody.post("/account/density", data={"csrf_token": shown, "next": "/day"}).status_code == 400


@pytest.mark.parametrize("text", ["", "{", "[1]", "[[1]]", '{"a": 1}', "null", "[" * 5000])
def test_a_text_that_no_page_writes_is_nothing_typed(app: Flask, text: str) -> None:
    assert not kept.from_text(text)


def test_a_restarted_server_knows_who_was_signed_in_and_takes_what_their_page_sends(app: Flask, nobody: FlaskClient) -> None:
    shown = signed_in_by_the_page(nobody, lost=False)
    again = create_app(app.extensions["seans"])
    again.config.update(WTF_CSRF_ENABLED=True)
    client = again.test_client()
    client.set_cookie("seans", nobody.get_cookie("seans").value)
    assert client.post("/account/density", data={"csrf_token": shown, "dense": "1", "next": "/day"}).location == "/day"
