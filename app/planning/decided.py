"""A session whose time somebody has decided, as a request and a window that leave nothing else."""

from dataclasses import replace
from datetime import date

from app.planning.resources import DAY_MINUTES
from app.planning.visit import Request, Slot, laid_out, patient_minutes
from app.planning.windows import Window


def bound_to(request: Request, slot: Slot | None) -> Request:
    """The request when only this time will do, with these people and this room; None: no time at all, it is left for later."""
    if slot is None:
        return replace(request, wishes=replace(request.wishes, stay_to=date.min))
    until = slot.start_minute + patient_minutes(laid_out(request.phases))
    wishes = replace(
        request.wishes, practitioner=slot.performer_id, only_practitioner=slot.performer_id is not None, room_id=slot.room_id,
        stay_from=slot.day, stay_to=slot.day,
    )  # fmt: skip
    busy = ((0, slot.start_minute), (until, DAY_MINUTES), *request.patient_busy.get(slot.day, ()))
    return replace(request, patient_busy={slot.day: busy}, wishes=wishes)


def only_on(window: Window, day: date) -> Window:
    """The window when this day was decided, whether it lies inside or not."""
    return window._replace(earliest=day, recommended=day, latest=day)
