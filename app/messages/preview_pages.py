"""What a kind of message would say to a patient now, and the same as a test to one's own address."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.forms import row_id
from app.front_door.headers import CSP_WITH_FRAME
from app.history import viewed, who
from app.i18n import _
from app.messages import compose, planner, sample
from app.messages.blueprint import BODY_CSP, bp
from app.messages.compose import Mail, NothingToSay
from app.messages.letter.reader import known_language
from app.messages.letter.tellers import folder_of
from app.messages.wording import queries as words
from app.messages.wording.reading import CannotBeSaid
from app.names import message_name
from app.patients import choosing
from app.patients.reach import reach_of
from app.permissions import Permission, needs
from app.today import today_of
from models import clock
from models.base import db, transaction
from models.patient import Patient
from models.staff import StaffMember


@dataclass(frozen=True)
class Asked:
    """Whose mail of which kind is to be seen."""

    patient: Patient
    kind: str


@bp.get("/preview")
@needs(Permission.READ_MAILS)
def preview() -> ResponseReturnValue:
    """To whom is asked first."""
    if not request.args.get("patient"):
        found = choosing.found(request.args.get("s", ""), who() or abort(403), clock.now())
        return render_template("messages/preview_of.html", found=found, kind=request.args.get("kind"))
    asked = _asked()
    answer = make_response(render_template(
        "messages/preview.html", patient=asked.patient, kind=asked.kind, mail=_mail(asked), kinds=sample.kinds(), message_name=message_name,
        own_address=_own_address() if compose.can_be_tried(asked.kind) else "",
    ))  # fmt: skip
    answer.headers["Content-Security-Policy"] = CSP_WITH_FRAME
    return answer


@bp.post("/preview")
@needs(Permission.READ_MAILS)
def preview_of() -> ResponseReturnValue:
    """Look for the patient; one found is chosen at once."""
    chosen = choosing.look(request.form.get("q", ""), who() or abort(403), clock.now())
    return redirect(url_for("messages.preview", kind=request.args.get("kind"), _external=False, **chosen), 303)


@bp.get("/preview/body")
@needs(Permission.READ_MAILS)
def preview_body() -> ResponseReturnValue:
    """The mail as it would look, in a frame that runs and loads nothing."""
    mail = _mail(_asked()) or abort(404)
    answer = make_response(mail.html)
    answer.headers["Content-Security-Policy"] = BODY_CSP
    return answer


@bp.post("/preview/test")
@needs(Permission.READ_MAILS)
def send_test() -> ResponseReturnValue:
    """To one's own address, in the patient's language, about the made-up patient: nothing of a real one leaves that way."""
    asked = _asked()
    if not compose.can_be_tried(asked.kind):
        abort(404)
    letter = folder_of(asked.kind)
    language = compose.written_in(letter, known_language(reach_of(asked.patient, today_of(clock.now())).language))
    with transaction():
        planner.try_words(letter, language, words.approved_words(letter, language), who() or abort(403), clock.now(), full=False)
    flash(_("A test goes to %(address)s in a moment, about a made-up patient.", address=_own_address()), "done")
    return redirect(url_for("messages.preview", patient=asked.patient.id, kind=asked.kind), 303)


def _asked() -> Asked:
    """The patient and the kind that the address names. One that is gone is not found."""
    patient = db.session.get(Patient, row_id(request.values.get("patient")) or 0)
    kinds = sample.kinds()
    kind = request.values.get("kind") or kinds[0]
    if patient is None or patient.merged_into_id is not None or patient.erased_at is not None or kind not in kinds:
        abort(404)
    viewed(patient)
    return Asked(patient, kind)


def _mail(asked: Asked) -> Mail | None:
    """The mail as it would be now; None where there is nothing to tell."""
    now = clock.now()
    message = sample.sample(asked.kind, asked.patient.id, now)
    try:
        return compose.rehearse(message, now) if message else None
    except (NothingToSay, CannotBeSaid):
        return None


def _own_address() -> str:
    return db.session.scalar(select(StaffMember.email).where(StaffMember.id == (who() or 0))) or ""
