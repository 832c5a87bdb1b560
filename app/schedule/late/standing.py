"""How it stands with a patient who came late, as the row of the day shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.i18n import _
from app.planning.late_arrival import came_late
from app.schedule.addresses import address
from models.appointment import Appointment, VisitState
from models.lateness import LateWay


@dataclass(frozen=True)
class CameLate:
    """By how many minutes; what was decided about it, in words; and where that is done while it is not, for whoever may."""

    minutes: int
    way: str
    url: str


def standing(visit: Appointment, since: datetime | None, way: LateWay | None, *, may_decide: bool) -> CameLate | None:
    """None for who did not come late, or is being treated. `since`: when the patient came."""
    minutes = came_late(visit.starts_at, since) if since and visit.state is VisitState.ARRIVED else 0
    return CameLate(minutes, late_way_words(way), address("schedule.late", visit.id) if may_decide and not way else "") if minutes else None


def late_way_words(way: LateWay | None) -> str:
    """What was decided; nothing where nothing was."""
    if way is None:
        return ""
    return {
        LateWay.AS_PLANNED: _("as planned"), LateWay.OTHER_ROOM: _("in another room"), LateWay.WITHOUT_CREAM: _("without cream"),
        LateWay.LATER_TODAY: _("later today"), LateWay.ANOTHER_DAY: _("on another day"),
    }[way]  # fmt: skip
