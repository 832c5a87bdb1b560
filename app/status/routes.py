"""`/healthz`: for a machine that watches. Three words and a status, nothing about the clinic."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from app.permissions import open_to_all
from app.status import banner
from app.status.health import look
from models import clock
from models.base import db

__all__ = ["banner", "bp"]
bp = Blueprint("status", __name__)
WELL, ILL, UNKNOWN = "ok", "failing", "unknown"


@bp.get("/healthz")
@open_to_all
def healthz() -> ResponseReturnValue:
    """200 when the database answers, the jobs run and mail may leave; 503 otherwise."""
    try:
        health = look()
    except SQLAlchemyError:
        db.session.rollback()
        return jsonify(database=ILL, jobs=UNKNOWN, mail=UNKNOWN), 503
    jobs, mail = health.jobs_well(clock.now()), health.mail_well
    return jsonify(database=WELL, jobs=WELL if jobs else ILL, mail=WELL if mail else ILL), 200 if jobs and mail else 503
