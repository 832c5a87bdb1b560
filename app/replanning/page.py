"""The page of re-planning: every visit that cannot stay, with where it could go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import abort, render_template, request, url_for

from app import history
from app.clinic import queries as clinic_queries
from app.forms import FormOnce, iso_day
from app.front_door import where
from app.replanning.away_form import AwayForm
from app.replanning.proposals import Proposal, propose
from app.replanning.unfit import Unfit, unfit
from app.schedule import agreement
from models import clock
from models.base import db
from models.clinic import Location
from models.patient import Channel

WORKLIST = "work"
DAYS = ("first", "last")


def page(form: FormOnce, away: AwayForm | None = None) -> str:
    """The page as things stand now. `form`, `away`: what was sent and could not be done."""
    now, place = clock.now(), asked_place()
    found = unfit(place, now, *asked_days())
    for one in found:
        history.viewed(one.visit)
    proposed = propose(place, found, now) if found else None
    at = {**in_address(), where.IN_ADDRESS: where.in_address(place.id)}
    look, here = url_for("replanning.look", **at), url_for("replanning.show", **at)
    return render_template("replanning/show.html", form=form, away=away or AwayForm(now), proposed=proposed, worklist=WORKLIST,
                           look=look, here=here, places=_tabs(place, now),
                           told=_told(found, now) if found else None, ticked=_ticked)  # fmt: skip


def _ticked(row: Proposal) -> str:
    """What was chosen for a visit before the page came back, where that is still offered; else what is proposed."""
    offered = [*(offer.value for offer in row.offers), WORKLIST, ""]
    name = f"to{row.visit.id}"
    sent = request.form.get(name, request.args.get(name))  # from the week they come back in the address
    return sent if sent in offered else offered[0]


@dataclass(frozen=True)
class Told:
    """How the patients hear of it: so many get a mail, so many only a call. `soon`: visits within a day, called first."""

    patients: int
    by_mail: int
    soon: int


def _told(found: Sequence[Unfit], now: datetime) -> Told:
    patients = {one.visit.patient_id: one.visit.patient for one in found}
    mailed = sum(one.channel is Channel.EMAIL and bool(one.email) for one in patients.values())
    return Told(len(patients), mailed, sum(agreement.is_soon(one.visit, now) for one in found))


def asked_place() -> Location:
    """The place that is re-planned: the one in the address, else the first with a visit that cannot stay, else the one looked at."""
    if not where.choices(where.looked_at()):
        return clinic_queries.location()
    if not request.args.get(where.IN_ADDRESS):
        hit = (place for place in clinic_queries.in_use() if unfit(place, clock.now(), *asked_days()))
        if found := next(hit, None):
            return found
    return db.session.get_one(Location, where.looked_at())


def _tabs(here: Location, now: datetime) -> list[dict[str, object]]:
    """The places with how many of their visits cannot stay; none where there is one."""
    if not where.choices(here.id):
        return []
    return [
        {"word": place.name, "n": len(unfit(place, now, *asked_days())), "here": place.id == here.id,
         "url": url_for("replanning.show", **{**in_address(), where.IN_ADDRESS: place.id})}
        for place in clinic_queries.in_use()
    ]  # fmt: skip


def asked_days() -> tuple[date | None, date | None]:
    """Of which days the visits are asked for, the first and the last; None: of all."""
    first, last = map(_day, DAYS)
    return first, last


def in_address() -> dict[str, Any]:
    """The same, as they stand in the address of every page of this re-planning."""
    return {name: value for name in (*DAYS, where.IN_ADDRESS) if (value := request.args.get(name))}


def _day(name: str) -> date | None:
    text = request.args.get(name, "")
    try:
        return iso_day(text) if text else None
    except ValueError:
        abort(404)
