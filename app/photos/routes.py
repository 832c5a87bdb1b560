"""The pages of a patient's photos, and the pictures themselves: for those who treat, each view on record."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import sessions, tokens
from app.errors import Refused
from app.files import store, taking
from app.files.pictures import picture
from app.forms import row_id
from app.history import viewed
from app.i18n import _
from app.names import staff_names
from app.patients import consents
from app.patients.queries import patient_or_404
from app.permissions import Permission, needs
from app.photos import actions, little_ones, queries
from app.photos.due import due_photos
from app.photos.forms import PhotoForm, RemoveForm
from app.photos.views import view_of
from app.today import today_of
from models import clock
from models.base import transaction
from models.file import Photo
from models.patient import ConsentKind, Patient

bp = Blueprint("photos", __name__)


@bp.route("/patients/<int:patient_id>/photos", methods=["GET", "POST"])
@needs(Permission.SEE_CLINICAL)
@taking.takes_a_file
def of_patient(patient_id: int) -> ResponseReturnValue:
    """All photos by view, what is due, and a form for the next."""
    patient = patient_or_404(patient_id)
    form = _form(patient)
    if form.validate_on_submit():
        try:
            _add(patient_id, form)
        except Refused as no:
            form.picture.errors = [no.words]
        else:
            flash(_("Photo kept."), "done")
            return redirect(url_for("photos.of_patient", patient_id=patient_id, session=form.session.data or None), 303)
    return _page(patient_or_404(patient_id), form), 422 if form.is_submitted() else 200


@bp.get("/patients/<int:patient_id>/photos/compare/<view>")
@needs(Permission.SEE_CLINICAL)
def compare(patient_id: int, view: str) -> ResponseReturnValue:
    """Two photos of one view side by side: the first and the last, or those chosen."""
    patient, chosen = patient_or_404(patient_id), view_of(view)
    photos = queries.by_view(queries.photos_of(patient)).get(chosen, []) if chosen and queries.may_be_shown(patient) else []
    if len(photos) < 2:
        abort(404)
    viewed(patient, "photos viewed")
    pair = [_asked(name, photos, otherwise) for name, otherwise in (("before", photos[0]), ("after", photos[-1]))]
    return render_template("photos/compare.html", patient=patient, view=chosen, photos=photos, pair=pair, staff=staff_names(),
                           published=consents.live(patient, ConsentKind.PHOTOS_PUBLICATION))  # fmt: skip


@bp.get("/photos/<int:photo_id>/picture")
@needs(Permission.SEE_CLINICAL)
def show(photo_id: int) -> ResponseReturnValue:
    """The picture itself."""
    photo = queries.photo_or_404(photo_id)
    data = store.read(photo.file) if queries.may_be_shown(photo.patient) else None
    if data is None:
        abort(404)
    viewed(photo)
    return _dressed(data)


@bp.get("/photos/<int:photo_id>/little/<seal>")
@needs(Permission.SEE_CLINICAL)
def little(photo_id: int, seal: str) -> ResponseReturnValue:
    """The little picture in a page this person has just opened: who sees it has seen the page, and that is on record."""
    photo = queries.photo_or_404(photo_id)
    data = store.read(photo.file, small=True) if queries.may_be_shown(photo.patient) and little_ones.is_sealed(photo, seal) else None
    return _dressed(data) if data is not None else abort(404)


def _dressed(data: bytes) -> Response:
    answer: Response = make_response(data)
    answer.headers.update({"Content-Type": "image/jpeg", "Cache-Control": "private, no-store", "Content-Disposition": "inline",
                           "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox"})  # fmt: skip
    return answer


@bp.route("/photos/<int:photo_id>/remove", methods=["GET", "POST"])
@needs(Permission.RECORD_SESSIONS)
def remove(photo_id: int) -> ResponseReturnValue:
    """Take one photo away for good."""
    photo = queries.photo_or_404(photo_id)
    return _removal(photo.patient, [photo.id])


@bp.route("/patients/<int:patient_id>/photos/remove", methods=["GET", "POST"])
@needs(Permission.RECORD_SESSIONS)
def remove_all(patient_id: int) -> ResponseReturnValue:
    """Take away all that is left of a patient who has withdrawn the consent."""
    patient = patient_or_404(patient_id)
    left = [] if queries.may_be_shown(patient) else queries.photos_of(patient)
    return _removal(patient, [photo.id for photo in left] or abort(404))


def _removal(patient: Patient, ids: list[int]) -> ResponseReturnValue:
    form, back = RemoveForm(), url_for("photos.of_patient", patient_id=patient.id)
    if form.validate_on_submit():
        with transaction():
            names = actions.remove([queries.photo_or_404(one) for one in ids], form.why.data or "", clock.now())
        for name in names:
            store.delete(name)
        flash(_("Removed. The record keeps that a photo was here, not the photo."), "done")
        return redirect(back, 303)
    viewed(patient)
    page = render_template("photos/remove.html", form=form, patient=patient, number=len(ids), back=back)
    return page, 422 if form.is_submitted() else 200


def _form(patient: Patient) -> PhotoForm:
    form, today = PhotoForm(), today_of(clock.now())
    known = [(one, queries.session_words(one, day)) for one, day in queries.sessions_of(patient, today)]
    form.offer(known, row_id(request.args.get("session")), today, queries.photos_of(patient))
    return form


def _add(patient_id: int, form: PhotoForm) -> None:
    """Read, make anew and keep the photo. Raises Refused in words."""
    person, now = sessions.person(), clock.now()
    assert person is not None
    if not person.may(Permission.RECORD_SESSIONS):
        abort(403)
    data = taking.content_of(form.picture.data)
    if not data:
        raise Refused(_("Choose a photo, or take one."))
    ready = picture(data)
    with transaction():
        tokens.use_once(form.form_token.data or "", person.id, now).result = url_for("photos.of_patient", patient_id=patient_id)
        actions.add(patient_or_404(patient_id), form.chosen(), ready, now)


def _page(patient: Patient, form: PhotoForm) -> str:
    photos, shown = queries.photos_of(patient), queries.may_be_shown(patient)
    viewed(patient, "photos viewed" if photos and shown else "viewed")
    today = today_of(clock.now())
    return render_template(
        "photos/index.html", patient=patient, form=form, shown=shown, hidden=0 if shown else len(photos), staff=staff_names(),
        groups=queries.by_view(photos) if shown else {}, due=due_photos(queries.courses_of(patient), photos, today),
        words={session.id: queries.session_words(session, day) for session, day in queries.sessions_of(patient, today)},
        published=consents.live(patient, ConsentKind.PHOTOS_PUBLICATION), small=little_ones.address, accepted=taking.PICTURES,
    )  # fmt: skip


def _asked(name: str, photos: list[Photo], otherwise: Photo) -> Photo:
    wanted = row_id(request.args.get(name))
    return next((photo for photo in photos if photo.id == wanted), otherwise)
