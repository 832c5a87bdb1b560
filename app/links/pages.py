"""What the page behind a link says: before the press, after it, and when the link is over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from app.i18n import _
from app.links import about_answers, about_visits
from app.links.over import over
from app.links.page import Page, told
from app.links.queries import Opened, Standing
from app.links.times import is_about_times
from app.messages.links import Purpose
from models.appointment import Appointment


@dataclass(frozen=True)
class Words:
    """Both faces of a page."""

    ask: Callable[[Opened], Page]
    done: Callable[[Opened], Page] = field(default=lambda _opened: Page(_("Thank you.")))


def page_of(opened: Opened, wanted: str = "") -> Page:
    """The page as the link stands. `wanted`: another page of it, that a button opens."""
    if opened.standing is Standing.OVER:
        return over(opened)
    words = _WORDS[opened.purpose]
    ask = about_visits.other_time if is_about_times(opened, wanted) and opened.purpose is not Purpose.NEW_TIME else words.ask
    page = words.done(opened) if opened.standing is Standing.USED else ask(opened)
    return replace(page, also=tuple(_another(visit, opened) for visit in opened.others))


def _another(visit: Appointment, opened: Opened) -> str:
    return _("You have another appointment: %(day)s, please come at %(time)s", **told(visit, opened))


_WORDS = {
    Purpose.CONFIRM: Words(about_visits.confirm, about_visits.confirmed),
    Purpose.OTHER_TIME: Words(about_visits.other_time, about_visits.other_time_asked),
    Purpose.OFFER: Words(lambda opened: about_visits.offer(opened, None), about_visits.other_time_asked),
    Purpose.CANCEL: Words(about_visits.cancel, about_visits.cancelled),
    Purpose.HEALTH: Words(about_visits.health_questions, about_visits.health_answered),
    Purpose.NEW_TIME: Words(about_visits.new_time, about_visits.new_time_done),
    Purpose.CHECKIN: Words(about_answers.check_in, about_answers.answered),
    Purpose.RESULT: Words(about_answers.result, about_answers.answered),
    Purpose.LATE_SAFETY: Words(about_answers.late, about_answers.late_answered),
    Purpose.NO_RECALL: Words(about_answers.no_recall, about_answers.no_recall_done),
    Purpose.STOP: Words(about_answers.stop, about_answers.stopped),
    Purpose.LANGUAGE: Words(about_answers.language),
    Purpose.ADDRESS: Words(about_answers.address, about_answers.address_answered),
}
