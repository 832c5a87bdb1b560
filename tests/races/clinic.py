"""The clinic in which the desks race: one physician, sixteen patients with a series each, the servers that answer."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from flask import Flask

from app.commands.database import make_current
from app.factory import create_app
from app.passwords import hash_password
from app.schedule import actions, rows, undo
from config import ROOT, Config
from models.appointment import COMING, Appointment, VisitState
from models.base import db, transaction
from models.staff import Absence
from models.treatment import TreatmentPlan
from tests import builders
from tests.conftest import NOON, settings_of_a_test
from tests.races.desk import PASSWORD, Desk
from tests.schedule.scenes import another_patient, consent

DESKS = 16
LONGEST_START = 60.0


@dataclass(frozen=True)
class Clinic:
    """The application as the referee has it, and the desks."""

    app: Flask
    desks: list[Desk]
    physician_id: int
    patients: list[int]
    plans: list[int]

    def sessions_of(self, plan_id: int) -> list[int]:
        return [session.id for course in db.session.get_one(TreatmentPlan, plan_id).courses for session in course.sessions]

    def clear(self) -> None:
        """Every visit taken away again, as a desk would, so that the next race finds the same clinic."""
        db.session.expire_all()
        with transaction():
            db.session.query(Absence).delete()
        for visit in db.session.query(Appointment).filter(Appointment.state.in_((*COMING, VisitState.ARRIVED))).all():
            with transaction():
                if visit.state is VisitState.ARRIVED:
                    undo.step_back(visit, NOON)
                actions.cancel(visit, NOON, by_patient=True, why="patient")


@contextmanager
def a_clinic(folder: Path, database_url: str, servers: int) -> Iterator[Clinic]:
    """Build it in an empty database, serve it from so many processes, and sign everybody in."""
    settings = settings_of_a_test(folder, database_url=database_url)
    app = create_app(settings)
    with app.app_context(), ExitStack() as open_things:
        make_current()
        physician_id, patients, plans, people = _furnish()
        served = [open_things.enter_context(_served(settings, n)) for n in range(servers)]
        ports = [_awaited(server, port) for server, port in served]
        desks = [Desk(ports[n % servers]) for n in range(DESKS)]
        for desk, person in zip(desks, people, strict=True):
            open_things.callback(desk.close)
            desk.sign_in(person)
        try:
            yield Clinic(app, desks, physician_id, patients, plans)
        finally:
            db.session.remove()
            db.engine.dispose()


def _furnish() -> tuple[int, list[int], list[int], list[str]]:
    builders.a_clinic()
    physician = builders.a_physician()
    builders.a_nurse()
    version = builders.a_protocol("prp_scalp")
    patients, plans, people, kept = [], [], [], hash_password(PASSWORD)
    for n in range(DESKS):
        patient = another_patient(f"Hasta{n}", n, physician)
        plan = builders.a_plan(patient, physician)
        consent(builders.a_course(plan, version), physician)
        patients.append(patient.id)
        plans.append(plan.id)
        with transaction():
            rows.settle(patient.id, NOON)
        people.append(builders.a_receptionist(f"Masa {n}", password_hash=kept).email)
    return physician.id, patients, plans, people


@contextmanager
def _served(settings: Config, number: int) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A server process of our own, ended by its own handle, and its port. It takes a moment before it answers."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    env = kept | {"SEANS_INSTANCE": str(settings.instance), "DATABASE_URL": settings.database_url, "SECRET_KEY": settings.secret_key,
                  "PORT": str(port), "DEMO": "0"}  # fmt: skip
    with (settings.instance / f"server{number}.log").open("w") as log:
        server = subprocess.Popen([sys.executable, "-m", "tests.races.server"], cwd=ROOT, env=env, stdout=log, stderr=log)
    try:
        yield server, port
    finally:
        server.terminate()
        server.wait()


def _awaited(server: subprocess.Popen[bytes], port: int) -> int:
    """The port, once the server answers there."""
    until = time.monotonic() + LONGEST_START
    while time.monotonic() < until and server.poll() is None:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/sign-in")
            connection.getresponse().read()
            connection.close()
        except OSError:
            time.sleep(0.1)
        else:
            return port
    raise RuntimeError("The server did not start; its log stands beside the database.")
