"""Pages about visits: coming, another time, an earlier one, cancelling, the questions before, a first time."""

from __future__ import annotations

from app.i18n import _
from app.links import health
from app.links.over import over
from app.links.page import Button, Page, appointment, come, known, times, will_call
from app.links.queries import Opened
from app.links.times import TAKE
from app.messages.letter.readings import Readings
from app.messages.letter.visits import best_between, last_day
from app.messages.links import Purpose
from app.planning.visit import Slot
from app.schedule.free.working_days import time_of


def confirm(opened: Opened) -> Page:
    return Page(_("Will you come?"), when=times(opened), buttons=(Button(_("Yes, I will come")),))


def confirmed(opened: Opened) -> Page:
    if not opened.visits:
        return Page(_("Thank you."))
    first = opened.visits[0]
    return Page(_("Thank you. We expect you at %(time)s.", time=opened.reader.time(first.local_time, first.zone)), when=times(opened))


def other_time(opened: Opened) -> Page:
    button = Button(_("I need another time"), Purpose.OTHER_TIME)
    return Page(_("Do you need another time?"), (_("Your place is kept until we answer."),), times(opened), (button,))


def other_time_asked(opened: Opened) -> Page:
    if opened.was_moved:
        return Page(_("Thank you. Your new appointment:"), (_("You will also get it by e-mail."),), times(opened))
    return Page(_("Thank you. We will call you."), (_("Your place is kept until we answer."),), times(opened))


def offer(opened: Opened, slot: Slot | None) -> Page:
    """An earlier time while it is free; after that, that nothing has changed."""
    if slot is None or not opened.visits:
        return Page(_("This time has been taken by somebody else."), (_("Your appointment has not changed."),), times(opened))
    visit, reader = opened.visits[0], opened.reader
    free = _("%(day)s, please come at %(time)s", day=reader.day(slot.day), time=reader.time(time_of(slot.start_minute), visit.zone))
    lines = (appointment(visit, opened) + ".", _("The first to accept gets it. Your present appointment stays unless you take this one."))
    return Page(_("An earlier time is free"), lines, (free,), (Button(_("Take this time"), TAKE),))


def cancel(opened: Opened) -> Page:
    buttons = (Button(_("I need another time"), opens=Purpose.OTHER_TIME), Button(_("Cancel my appointment"), Purpose.CANCEL, "danger"))
    by = _latest(opened)
    lines = (_("To keep your plan, the next visit should be by: %(day)s.", day=by),) if by else ()
    return Page(_("Cancel your appointment?"), lines, times(opened), buttons)


def cancelled(opened: Opened) -> Page:
    if opened.link.argument:  # another time was asked for, or taken, on the same page
        return other_time_asked(opened)
    return Page(_("Your appointment is cancelled."), (_("For a new time please call us."),))


def _latest(opened: Opened) -> str:
    """The last day inside the windows of what these visits carry."""
    last = last_day(list(opened.visits), Readings(opened.today))
    return opened.reader.plain_day(last) if last else ""


def health_questions(_opened: Opened) -> Page:
    return Page(_("There is nothing to answer."))


def health_answered(opened: Opened) -> Page:
    if opened.argument == health.YES:
        kept = _("Our physician looks at your answer and we call you. Your place is kept until then.")
        return Page(_("Thank you for telling us."), (kept, _("If you cannot wait, call now.")), call=_("Call now"))
    change = _("If something changes before your visit, please call us.")
    return Page(_("Thank you. We look forward to seeing you."), (change,), times(opened))


def new_time(opened: Opened) -> Page:
    best = best_between([course] if (course := opened.course) else [], Readings(opened.today), opened.reader)
    lines = (_("Recommended: %(first)s – %(last)s", first=best.first, last=best.last),) if best else ()
    ask, urgent = _("Shall we call you about a time?"), _("If something is wrong, call now")
    return Page(ask, lines, known(opened), (Button(_("Please call me")),), call=urgent)


def new_time_done(opened: Opened) -> Page:
    if opened.booked is not None:
        return Page(_("Thank you. Your appointment:"), (_("You will also get it by e-mail."),), (come(opened.booked, opened),))
    return over(opened) if opened.was_booked else will_call(opened)
