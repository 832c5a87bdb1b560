"""The line over every staff page when mails or jobs stand still."""

from __future__ import annotations

from app.front_door import Banner, banner
from app.i18n import _
from app.permissions import Permission
from app.sessions import Person
from app.status.health import Health, look
from models import clock

VOLUME = "volume"


@banner
def engine_banner(person: Person) -> Banner | None:
    """What everybody must know who relies on mails; nothing when all is well."""
    health = look()
    if not health.jobs_well(clock.now()):
        words = _("Mails and reminders stand still: the timetable is not running. Please tell whoever looks after this computer.")
        return Banner(words, "red")
    if not health.mail_well:
        return Banner(_stopped(health), "red")
    if health.mail_stays_here and not health.demo:
        return Banner(_stays_here(person), "red")
    if not health.queue_well(clock.now()):
        return Banner(_stopped(health), "red")
    if not health.mailbox_well(clock.now()):
        words = _(
            "Bounces and patients' answers are not read: the mailbox cannot be opened. Please tell whoever looks after this computer."
        )
        return Banner(words, "amber")
    return None


def _stopped(health: Health) -> str:
    if health.mail_why == VOLUME:
        return _("Mails wait: many more than usual would go. A manager looks at Messages and lets them go on.")
    return _("Mails wait: they cannot be handed over. Please tell whoever looks after this computer.")


def _stays_here(person: Person) -> str:
    if person.may(Permission.MANAGE_CLINIC):
        return _("Mails do not leave this machine: no mail server is set (MAIL_URL). Patients receive nothing.")
    return _("Mails do not leave this machine. Patients receive nothing.")
