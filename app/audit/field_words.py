"""The fields that an act touched, in words, by the names under which the trail holds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.i18n import _
from app.outcomes.values import measure_words
from app.patients import consents
from app.patients.words import known_fields as of_patients
from app.reports.table import BY_KEY
from models.outcome import Measure
from models.patient import ConsentKind


def said(names: Iterable[str], known: Mapping[str, str]) -> str:
    """The fields on one line, from `all_of_them`; one that has no words stays as it is."""
    return ", ".join(dict.fromkeys(known.get(name) or name.replace("_", " ") for name in names))


def all_of_them() -> dict[str, str]:
    """Every field; and the lists, measures and consents that stand in the place of some."""
    return (
        {key: str(report.title) for key, report in BY_KEY.items()} | {one.value: measure_words(one) for one in Measure}
        | {one.value: consents.title(one) for one in ConsentKind}
        | _of_visits() | _of_series() | _of_records() | _of_the_house() | _of_staff() | _of_the_trail() | of_patients()
    )  # fmt: skip


def _of_visits() -> dict[str, str]:
    return {
        "state": _("state"), "starts_at": _("time"), "agreed": _("agreed by phone"), "sessions": _("sessions"), "cream": _("numbing cream"),
        "performed_at": _("when it was done"), "lot": _("lot"), "counts": _("what counts"), "patient": _("one patient"),
        "late": _("coming late"),
    }  # fmt: skip


def _of_series() -> dict[str, str]:
    return {
        "courses": _("courses"), "steps": _("steps"), "maintenance": _("maintenance"), "agreed_sessions": _("agreed sessions"),
        "start_day": _("start of the series"), "version_id": _("version"), "reviews": _("reviews"), "holds": _("pauses"),
        "content": _("content"), "place": _("place"), "wishes": _("wishes"),
    }  # fmt: skip


def _of_records() -> dict[str, str]:
    return {
        "suitability": _("suitability"), "asked": _("what was asked"), "expectations": _("expectations"), "signed_at": _("signature"),
        "rule": _("what was found"), "area": _("area"), "since": _("since when"), "cleared_at": _("end"), "event_ended_on": _("end"),
        "words": _("words"), "decision": _("decision"), "signs": _("signs"), "severity": _("severity"), "done": _("what was done"),
        "outcome": _("outcome"), "reported_on": _("report to the authority"), "deceased_on": _("day of death"),
        "consents": _("consents"), "contacts": _("contacts"), "route": _("route"), "override_why": _("why it is allowed"),
    }  # fmt: skip


def _of_the_house() -> dict[str, str]:
    return {
        "name": _("name"), "address": _("the address"), "opening_hours": _("opening hours"), "day": _("day"), "from_time": _("from when"),
        "why": _("reason"), "reason": _("reason"), "texts": _("words"), "call_by": _("day by which to call"), "kinds": _("kind"),
        "active": _("in use or not"), "maker": _("maker"), "authorised_routes": _("routes"), "limits": _("limits"),
        "default_on": _("lot of the day"), "mailing_started": _("begin of mailing"), "names_in_calendars": _("names in calendars"),
        "country": _("country"), "emergency_number": _("emergency number"), "phone_out_of_hours": _("telephone out of hours"),
        "reply_address": _("address for replies"), "reminder_days": _("days of reminders"), "sending_from": _("sending hours"),
        "sending_until": _("sending hours"), "recall_max": _("number of invitations"), "grace_minutes": _("minutes before a mail goes"),
        "evaluation_valid_days": _("days an evaluation is valid"), "reception_records_done": _("what reception may do"),
    }  # fmt: skip


def _of_staff() -> dict[str, str]:
    return {
        "roles": _("roles"), "skills": _("skills"), "password": _("password"), "absences": _("absences"), "hours": _("hours"),
        "days": _("days"), "digest": _("mail of the morning"), "dense": _("denser lists"), "shortcuts": _("keys"), "own_keys": _("keys"),
    }  # fmt: skip


def _of_the_trail() -> dict[str, str]:
    return {"first": _("from a day"), "last": _("to a day"), "who": _("one person"), "action": _("one kind of act"), "all": _("all")}
