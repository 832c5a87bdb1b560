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
from app.replanning.away_form import AwayForm
from app.replanning.proposals import Proposal, propose
from app.replanning.unfit import Unfit, unfit
from app.schedule import agreement
from models import clock
from models.patient import Channel

WORKLIST = "work"
DAYS = ("first", "last")


def page(form: FormOnce, away: AwayForm | None = None) -> str:
    """The page as things stand now. `form`, `away`: what was sent and could not be done."""
    now, place = clock.now(), clinic_queries.location()
    found = unfit(place, now, *asked_days())
    for one in found:
        history.viewed(one.visit)
    proposed = propose(place, found, now) if found else None
    look = url_for("replanning.look", **in_address())
    return render_template("replanning/show.html", form=form, away=away or AwayForm(now), proposed=proposed, worklist=WORKLIST, look=look,
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


def asked_days() -> tuple[date | None, date | None]:
    """Of which days the visits are asked for, the first and the last; None: of all."""
    first, last = map(_day, DAYS)
    return first, last


def in_address() -> dict[str, Any]:
    """The same, as they stand in the address of every page of this re-planning."""
    return {name: value for name in DAYS if (value := request.args.get(name))}


def _day(name: str) -> date | None:
    text = request.args.get(name, "")
    try:
        return iso_day(text) if text else None
    except ValueError:
        abort(404)
