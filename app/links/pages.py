"""What the page behind a link says: before the press, after it, and when the link is over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from app.formats import LANGUAGES
from app.i18n import _
from app.links import health
from app.links.full_text import RENEW
from app.links.queries import Opened, Standing
from app.links.times import TAKE, is_about_times
from app.messages.letter.visits import best_between, last_day
from app.messages.links import Purpose
from app.planning.visit import Slot
from app.schedule.free.working_days import time_of
from models.appointment import Appointment

NAMES_NOBODY = frozenset({Purpose.ADDRESS, Purpose.FULL_TEXT})


@dataclass(frozen=True)
class Button:
    """One press. `look`: primary, danger, or plain. `opens`: it does nothing yet, but opens this page of the link."""

    label: str
    value: str = ""
    look: str = "primary"
    opens: str = ""


@dataclass(frozen=True)
class Page:
    """A page in the patient's language. `when`: lines of date and time; `call`: the number to dial now stands on it, in red;
    `also`: lines about visits on which nothing here acts."""

    title: str
    lines: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    call: bool = False
    greet: bool = True
    also: tuple[str, ...] = ()


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
    ask = _other_time if is_about_times(opened, wanted) and opened.purpose is not Purpose.NEW_TIME else words.ask
    page = words.done(opened) if opened.standing is Standing.USED else ask(opened)
    return replace(page, also=tuple(_another(visit, opened) for visit in opened.others))


def over(opened: Opened) -> Page:
    """The present truth, whatever the link was once for. To an address that is not proven, and where no year of birth was told,
    nothing about anybody."""
    if opened.purpose in NAMES_NOBODY:
        return Page(_("This link is no longer valid."), greet=False)
    nothing = () if opened.visits or not opened.patient.alive_here else (_("There is no appointment at present."),)
    return Page(_("This link is no longer valid."), nothing, when=tuple(_appointment(visit, opened) for visit in opened.visits))


def expired() -> Page:
    """A link to a full text, over its time."""
    ask = _("We can send a new one to the e-mail address on our record.")
    return Page(_("This link is no longer valid."), (ask,), buttons=(Button(_("Send me a new link"), RENEW),), greet=False)


def renewed() -> Page:
    """A new one was asked for."""
    return Page(_("A new link is on its way."), (_("It comes by e-mail within a few minutes."),), greet=False)


def changed(opened: Opened) -> Page:
    """The year was right, but what the mail was about is not so any more."""
    return Page(_("Something has changed since this e-mail."), when=tuple(_appointment(visit, opened) for visit in opened.visits))


def _come(visit: Appointment, opened: Opened) -> str:
    reader = opened.reader
    return _("%(day)s, please come at %(time)s", day=reader.day(visit.local_day), time=reader.time(visit.local_time, visit.zone))


def _appointment(visit: Appointment, opened: Opened) -> str:
    reader = opened.reader
    return _(
        "Your appointment: %(day)s, please come at %(time)s",
        day=reader.day(visit.local_day), time=reader.time(visit.local_time, visit.zone),
    )  # fmt: skip


def _another(visit: Appointment, opened: Opened) -> str:
    reader = opened.reader
    return _(
        "You have another appointment: %(day)s, please come at %(time)s",
        day=reader.day(visit.local_day), time=reader.time(visit.local_time, visit.zone),
    )  # fmt: skip


def _times(opened: Opened) -> tuple[str, ...]:
    return tuple(_come(visit, opened) for visit in opened.visits)


def _confirm(opened: Opened) -> Page:
    return Page(_("Will you come?"), when=_times(opened), buttons=(Button(_("Yes, I will come")),))


def _confirmed(opened: Opened) -> Page:
    if not opened.visits:
        return Page(_("Thank you."))
    first = opened.visits[0]
    return Page(_("Thank you. We expect you at %(time)s.", time=opened.reader.time(first.local_time, first.zone)), when=_times(opened))


def _other_time(opened: Opened) -> Page:
    button = Button(_("I need another time"), Purpose.OTHER_TIME)
    return Page(_("Do you need another time?"), (_("Your place is kept until we answer."),), _times(opened), (button,))


def _other_time_asked(opened: Opened) -> Page:
    if opened.was_moved:
        return Page(_("Thank you. Your new appointment:"), (_("You will also get it by e-mail."),), _times(opened))
    return Page(_("Thank you. We will call you."), (_("Your place is kept until we answer."),), _times(opened))


def offer(opened: Opened, slot: Slot | None) -> Page:
    """An earlier time while it is free; after that, that nothing has changed."""
    if slot is None or not opened.visits:
        return Page(_("This time has been taken by somebody else."), (_("Your appointment has not changed."),), _times(opened))
    visit, reader = opened.visits[0], opened.reader
    free = _("%(day)s, please come at %(time)s", day=reader.day(slot.day), time=reader.time(time_of(slot.start_minute), visit.zone))
    lines = (_appointment(visit, opened) + ".", _("The first to accept gets it. Your present appointment stays unless you take this one."))
    return Page(_("An earlier time is free"), lines, (free,), (Button(_("Take this time"), TAKE),))


def _cancel(opened: Opened) -> Page:
    buttons = (Button(_("I need another time"), opens=Purpose.OTHER_TIME), Button(_("Cancel my appointment"), Purpose.CANCEL, "danger"))
    by = _latest(opened)
    lines = (_("To keep your plan, the next visit should be by: %(day)s.", day=by),) if by else ()
    return Page(_("Cancel your appointment?"), lines, _times(opened), buttons)


def _cancelled(opened: Opened) -> Page:
    if opened.link.argument:  # another time was asked for, or taken, on the same page
        return _other_time_asked(opened)
    return Page(_("Your appointment is cancelled."), (_("For a new time please call us."),))


def _latest(opened: Opened) -> str:
    """The last day inside the windows of what these visits carry."""
    last = last_day(list(opened.visits), opened.today)
    return opened.reader.plain_day(last) if last else ""


def _health(_opened: Opened) -> Page:
    return Page(_("There is nothing to answer."))


def _health_answered(opened: Opened) -> Page:
    if opened.argument == health.YES:
        kept = _("Our physician looks at your answer and we call you. Your place is kept until then.")
        return Page(_("Thank you for telling us."), (kept, _("If you cannot wait, call now.")), call=True)
    change = _("If something changes before your visit, please call us.")
    return Page(_("Thank you. We look forward to seeing you."), (change,), _times(opened))


def _new_time(opened: Opened) -> Page:
    best = best_between([course] if (course := opened.course) else [], opened.today, opened.reader)
    lines = (_("Recommended: %(first)s – %(last)s", first=best.first, last=best.last),) if best else ()
    return Page(_("Shall we call you about a time?"), lines, known(opened), (Button(_("Please call me")),), call=True)


def known(opened: Opened) -> tuple[str, ...]:
    """Where somebody asked for a time, those that there are."""
    return tuple(_appointment(visit, opened) for visit in opened.visits)


def _new_time_done(opened: Opened) -> Page:
    if opened.booked is not None:
        return Page(_("Thank you. Your appointment:"), (_("You will also get it by e-mail."),), (_come(opened.booked, opened),))
    return over(opened) if opened.was_booked else _will_call(opened)


def _will_call(opened: Opened) -> Page:
    return Page(_("We will call you."), (_("If you cannot wait, call now."),), call=True)


def _check_in(opened: Opened) -> Page:
    label = {"fine": _("I am fine"), "question": _("I have a question"), "call_me": _("Please call me")}[opened.argument]
    return Page(_("How are you after your visit?"), buttons=(Button(label),), call=True)


def _result(opened: Opened) -> Page:
    label = {"yes": _("Yes"), "partly": _("Partly"), "call_me": _("No, please call me")}[opened.argument]
    return Page(_("Are you content so far?"), buttons=(Button(label),), call=opened.argument == "call_me")


def _answered(opened: Opened) -> Page:
    if opened.argument in ("question", "call_me"):
        return _will_call(opened)
    return Page(_("Thank you for your answer."), call=opened.purpose is Purpose.CHECKIN)


def _late(opened: Opened) -> Page:
    label = {"no": _("No"), "yes": _("Yes, please call me")}[opened.argument]
    question = _("Is there a lump, a red bump, hardness, pain or a colour change where you were treated?")
    return Page(question, buttons=(Button(label),), call=True)


def _late_answered(opened: Opened) -> Page:
    return _will_call(opened) if opened.argument == "yes" else Page(_("Thank you for your answer."), call=True)


def _no_recall(_opened: Opened) -> Page:
    return Page(_("No more invitations to this?"), (_("You can come back at any time."),), buttons=(Button(_("No, thank you")),))


def _no_recall_done(_opened: Opened) -> Page:
    return Page(_("Thank you. We will not invite you to this any more."))


def _stop(opened: Opened) -> Page:
    if opened.argument == "recall":
        return Page(_("No more of these reminders?"), buttons=(Button(_("I no longer want this reminder")),))
    return Page(_("No more of these questions?"), (_("We will phone you instead."),), buttons=(Button(_("No more of these questions")),))


def _stopped(opened: Opened) -> Page:
    if opened.argument == "recall":
        return Page(_("Thank you. We will not send this reminder any more."))
    return Page(_("Thank you. We will not send these questions any more."), (_("We will phone you instead."),))


def _language(opened: Opened) -> Page:
    wanted = LANGUAGES.get(opened.argument, "")
    if opened.reach.language == opened.argument:
        return Page(_("Our e-mails come in this language: %(language)s", language=wanted))
    return Page(_("In which language shall we write to you?"), buttons=(Button(wanted),))


def _address(opened: Opened) -> Page:
    label = {"yes": _("Yes, it is mine"), "no": _("No, remove it")}[opened.argument]
    return Page(_("Is this e-mail address yours?"), buttons=(Button(label),), greet=False)


def _address_answered(opened: Opened) -> Page:
    said = {"yes": _("Thank you. Your address is confirmed."), "no": _("Thank you. We have removed this address.")}
    return Page(said[opened.argument], greet=False)


_WORDS = {
    Purpose.CONFIRM: Words(_confirm, _confirmed),
    Purpose.OTHER_TIME: Words(_other_time, _other_time_asked),
    Purpose.OFFER: Words(lambda opened: offer(opened, None), _other_time_asked),
    Purpose.CANCEL: Words(_cancel, _cancelled),
    Purpose.HEALTH: Words(_health, _health_answered),
    Purpose.NEW_TIME: Words(_new_time, _new_time_done),
    Purpose.CHECKIN: Words(_check_in, _answered),
    Purpose.RESULT: Words(_result, _answered),
    Purpose.LATE_SAFETY: Words(_late, _late_answered),
    Purpose.NO_RECALL: Words(_no_recall, _no_recall_done),
    Purpose.STOP: Words(_stop, _stopped),
    Purpose.LANGUAGE: Words(_language),
    Purpose.ADDRESS: Words(_address, _address_answered),
}
