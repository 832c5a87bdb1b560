"""Working hours of a person: weeks of times, each valid from a day to a day; every change first shows the visits it would hit."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.front_door import where
from app.hours import Calendar, written
from app.i18n import _
from app.permissions import Permission, needs
from app.staff import actions, queries
from app.staff.blueprint import bp
from app.week_form import Validity, WeekForm, as_typed, key_of, read_key, validity_words
from models import clock
from models.appointment import Appointment
from models.base import transaction
from models.staff import StaffMember


@bp.get("/staff/<int:staff_id>/hours")
@needs(Permission.MANAGE_STAFF)
def hours(staff_id: int) -> ResponseReturnValue:
    staff, place_id = queries.person_or_404(staff_id), _place()
    week_of = queries.calendar(staff, place_id)
    weeks = [
        {"key": key_of(v), "when": validity_words(v), "days": [written(spans) for spans in week_of.week(v).values()]}
        for v in week_of.validities
    ]
    return render_template("staff/hours.html", staff=staff, weeks=weeks, days=WeekForm().weekdays, place=place_id, places=_tabs(staff))


@bp.route("/staff/<int:staff_id>/hours/new", methods=["GET", "POST"], defaults={"key": ""})
@bp.route("/staff/<int:staff_id>/hours/<key>", methods=["GET", "POST"])
@needs(Permission.MANAGE_STAFF)
def week(staff_id: int, key: str) -> ResponseReturnValue:
    staff, replaced, place_id = queries.person_or_404(staff_id), read_key(key), _place()
    form = WeekForm(data={"seen": staff.version} | as_typed(_first_shown(staff, place_id), replaced))
    mine, there = queries.by_place(staff.hours), queries.calendar(staff, place_id)
    hit: list[Appointment] = []
    if form.validate_on_submit() and _some_time(form):
        meant = (there.without_week(replaced) if replaced else there).with_week(form.chosen(), form.validity)
        hit = queries.visits_hit(staff, mine, {**mine, place_id: meant}, clock.now())
        if not hit or request.form.get("sure") == str(len(hit)):
            _save(staff_id, place_id, form, replaced)
            return redirect(url_for("replanning.show") if hit else url_for("staff.hours", staff_id=staff_id, place=place_id), 303)
    page = render_template("staff/week.html", staff=staff, form=form, key=key, hit=hit, place=place_id, where=_name(place_id))
    return page, 422 if form.is_submitted() else 200


@bp.post("/staff/<int:staff_id>/hours/<key>/remove")
@needs(Permission.MANAGE_STAFF)
def remove_week(staff_id: int, key: str) -> ResponseReturnValue:
    staff, validity, place_id = queries.person_or_404(staff_id), read_key(key), _place()
    there, here = queries.calendar(staff, place_id), url_for("staff.hours", staff_id=staff_id, place=place_id)
    if validity is None or validity not in there.validities:
        return redirect(here, 303)
    mine, left = queries.by_place(staff.hours), there.without_week(validity)
    meant = {**mine, place_id: left} if left.openings else {place: week for place, week in mine.items() if place != place_id}
    hit = queries.visits_hit(staff, mine, meant, clock.now())
    if hit and request.form.get("sure") != str(len(hit)):
        return render_template("staff/week_removed.html", staff=staff, key=key, when=validity_words(validity), hit=hit, place=place_id), 422
    with transaction():
        actions.remove_week(queries.person_or_404(staff_id), place_id, validity, clock.now())
    flash(_("These working hours no longer hold."), "done")
    return redirect(url_for("replanning.show") if hit else here, 303)


def _place() -> int | None:
    """The place of which the page is; None: the hours that hold at any."""
    text = request.args.get(where.IN_ADDRESS, "")
    return where.looked_at() if text else None


def _tabs(staff: StaffMember) -> list[dict[str, object]]:
    """The same page of every place; none where there is one, and nothing is entered for another."""
    here = _place()
    own = {row.location_id for row in staff.hours} | {here}
    places = [(None, _("At any location")), *((one.id, one.name) for one in where.known() if one.active or one.id in own)]
    if len(places) < 3 and own <= {None}:
        return []
    return [{"word": word, "url": url_for("staff.hours", staff_id=staff.id, place=key), "here": key == here} for key, word in places]


def _name(place_id: int | None) -> str:
    return next((one.name for one in where.known() if one.id == place_id), "")


def _first_shown(staff: StaffMember, place_id: int | None) -> Calendar:
    """A person's own hours; for someone without any, those in which the place is open: most people keep them."""
    mine = queries.calendar(staff, place_id)
    return mine if mine.openings else queries.open_times(place_id)


def _save(staff_id: int, place_id: int | None, form: WeekForm, replaced: Validity | None) -> None:
    with transaction():
        staff = queries.person_or_404(staff_id)
        here = url_for("staff.hours", staff_id=staff_id, place=place_id)
        form.check_seen(staff, theirs=_("the working hours as they are now"), yours=_("the hours you typed"), keep_url=here)
        actions.set_week(staff, place_id, replaced, form.chosen(), form.validity, clock.now())
    flash(_("Working hours saved."), "done")


def _some_time(form: WeekForm) -> bool:
    if any(form.chosen().values()):
        return True
    form.form_errors = [_("Enter working times for at least one day. For some days off, add an absence instead.")]
    return False
