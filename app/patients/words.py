"""The card's keys as words, in the page's language."""

from __future__ import annotations

from app import phones
from app.formats import mail_languages
from app.i18n import _
from app.names import rule_name
from app.patients.reach import Reach
from models.contact import Contact, ContactRole
from models.event import Event
from models.patient import Channel, Decision, Detail, Finding, Patient, PatientReport, Sex, Suitability


def rule_words(finding: Finding | PatientReport) -> str:
    """What was found; for those who may see it."""
    return rule_name(finding.rule) if finding.rule else _("not yet known")





def suitability_words(suitability: Suitability) -> str:
    """How an evaluation ended."""
    return {
        Suitability.SUITABLE: _("suitable"), Suitability.WITH_CONDITIONS: _("suitable with conditions"), Suitability.NOT_NOW: _("not now"),
    }[suitability]  # fmt: skip


def decision_words(decision: Decision | None) -> str:
    """What the physician decided about a report."""
    if decision is None:
        return _("the physician decides")
    return {
        Decision.NOT_CONFIRMED: _("not confirmed"), Decision.HOLD: _("on hold"), Decision.TREAT: _("treat, with a reason"),
    }[decision]  # fmt: skip


def sex_words(sex: Sex) -> str:
    return {Sex.FEMALE: _("Female"), Sex.MALE: _("Male"), Sex.UNKNOWN: _("Not recorded")}[sex]


def channel_words(patient: Patient) -> str:
    """How messages reach the patient, and how much a mail may say."""
    way = way_words(patient.channel)
    return f"{way}, {detail_words(patient.detail)}" if patient.channel is Channel.EMAIL else way


def way_words(channel: Channel) -> str:
    """How messages go."""
    return {Channel.EMAIL: _("By e-mail"), Channel.PHONE: _("We telephone"), Channel.PAPER: _("On paper, at the visit")}[channel]


def detail_words(detail: Detail) -> str:
    """How much a mail may say."""
    return _("with treatment details") if detail is Detail.FULL else _("discreet")


def contact_role(contact: Contact) -> str:
    return {ContactRole.GUARDIAN: _("Guardian"), ContactRole.HELPER: _("Helper"), ContactRole.EMERGENCY: _("In an emergency")}[contact.role]


def addressed(whom: Reach, patient: Patient) -> str:
    """Whoever is spoken to by name; beside it the patient, if that is somebody else."""
    return _("%(name)s (for %(patient)s)", name=whom.name, patient=patient.name) if whom.contact else patient.name


def contact_may(contact: Contact) -> str:
    """What somebody beside the patient may do, on one line."""
    may = ((contact.gets_mails, _("gets the messages")), (contact.asks_changes, _("may ask for changes")),
           (contact.hears_clinical, _("may be told what is treated")))  # fmt: skip
    return " · ".join(words for true, words in may if true)


def phone_shown(phone: str) -> str:
    return phones.shown(phone)


def language_words(code: str) -> str:
    return mail_languages().get(code, code)


def event_words(event: Event) -> str:
    """What was done, as a sentence without values: "Contact changed: phone, e-mail"."""
    what = action_words().get(event.action.partition(":")[0]) or _("Changed")  # what a link was for is not said here
    fields = ", ".join(dict.fromkeys(known_fields().get(name, "") for name in event.fields)).strip(", ")
    return f"{what}: {fields}" if fields and event.action == "changed" else what


def field_words(name: str) -> str:
    """A field of the record, by name; empty for one that nobody reads about."""
    return known_fields().get(name, "")


def action_words() -> dict[str, str]:
    """What was done with a patient or what belongs to one, by the key of the act."""
    return {
        "viewed": _("Looked at"),  "created": _("Added"), "changed": _("Changed"), "imported": _("Taken over from a file"),
        "consent given": _("Consent given"), "signed form added": _("Signed form added"),
         "consent withdrawn": _("Consent withdrawn"),
        "contact added": _("Contact added"), "contact changed": _("Contact changed"), "contact removed": _("Contact removed"),
        "address read out": _("Address read out and confirmed"),
        "recorded as deceased": _("Recorded as deceased"), "not deceased after all": _("Record of a death taken back"),
        "photos viewed": _("Photos looked at"), "photo added": _("Photo added"), "photo removed": _("Photo removed"),
        "joined with another record": _("Joined with another record"), "joining taken back": _("Records taken apart again"),
    } | _of_plans() | _of_visits() | _of_the_desk()  # fmt: skip


def _of_plans() -> dict[str, str]:
    return {
        "evaluated": _("Evaluation signed"), "evaluation drafted": _("Evaluation drafted"), "finding added": _("Finding added"),
        "finding cleared": _("Finding cleared"), "end recorded": _("End of a finding recorded"),
        "report entered": _("Patient report entered"), "report decided": _("Patient report decided"), "reviewed": _("Reviewed"),
        "held": _("Put on hold"), "resumed": _("Hold ended"), "hold over": _("Pause over"), "plan created": _("Plan created"),
        "finding taken back": _("Finding taken back"), "hold taken back": _("Pause taken back"),
        "wishes changed": _("Wishes or note changed"),
        "plan started": _("Plan started"), "plan closed": _("Plan closed"), "course changed": _("Course changed"),
        "note changed": _("Note to the patient changed"), "done elsewhere": _("Session done elsewhere recorded"),
        "elsewhere accepted": _("Session done elsewhere accepted"), "lot corrected": _("Lot corrected"),
        "route not authorised": _("Given another way than authorised"),
        "agreement changed": _("What counts against the agreed sessions changed"),
        "call written down": _("Call written down"),
        "complication opened": _("Complication opened"), "complication changed": _("Complication changed"),
        "complication cleared": _("Complication cleared"), "complication opened again": _("Complication opened again"),
        "outcome written down": _("Outcome of a treatment written down"), "outcome struck out": _("Outcome of a treatment struck out"),
        "record corrected": _("Record of a treatment corrected"), "record correction undone": _("Correction of a record taken back"),
        "cream on": _("Numbing cream on"), "cream off": _("Numbing cream off"), "cream taken back": _("Numbing cream taken back"),
    }  # fmt: skip


def _of_visits() -> dict[str, str]:
    return {
        "booked": _("Visit booked"), "moved": _("Visit moved"), "told": _("Told of a change at once"),
        "parted": _("A session taken out of a visit"), "undone": _("Taken back"), "visit confirmed": _("Visit confirmed"),
        "visit arrived": _("Arrived"), "visit in_treatment": _("Treatment begun"), "visit done": _("Treatment recorded"),
        "visit not_treated": _("Not treated"), "visit no_show": _("Did not come"), "visit cancelled": _("Visit cancelled"),
        "route allowed": _("Another route allowed"), "too early allowed": _("Session before its earliest day allowed"),
        "agreed": _("Agreed by phone"), "late as_planned": _("Late: treated as planned"), "late other_room": _("Late: another room"),
        "late without_cream": _("Late: without the cream"), "late later_today": _("Late: moved to later that day"),
        "late another_day": _("Late: moved to another day"),
    }  # fmt: skip


def _of_the_desk() -> dict[str, str]:
    return {
        "mail sent again": _("Mail sent again"), "mail sent by mistake": _("A mail reached the wrong person"),
        "offered an earlier time": _("An earlier time was offered"),
        "mail looked at": _("A mail that came in was seen to"),
        "mail given to its patient": _("A mail that came in was given to the patient"),
        "mail marked as come back": _("A report of a mail server was given to the patient"),
        "mail put back": _("A mail that came in was taken from the patient"), "mail set aside": _("A mail that came in was set aside"),
        "mail withdrawn": _("Mail withdrawn"), "task snoozed": _("Task put off"),
        "task reached": _("Reached by telephone"), "task no_answer": _("Called, no answer"), "task left_word": _("Called, word left"),
        "task on_paper": _("Given on paper"), "task done": _("Task done"), "task taken back": _("Task opened again"),
        "link used": _("The patient answered from a mail"), "full text read": _("Full text of a mail read"),
        "full text asked again": _("New link to a full text asked for"),
        "full text closed": _("Link to a full text closed after wrong years of birth"),
    }  # fmt: skip


def known_fields() -> dict[str, str]:
    """The fields of a patient's contact and wishes, by name."""
    return {
        "first_name": _("name"), "last_name": _("name"), "birth_date": _("birth date"), "sex": _("sex"), "phone": _("telephone"),
        "phone_typed": _("telephone"), "email": _("e-mail"), "language": _("language"), "zone": _("time zone"),
        "channel": _("how messages go"), "fewer_mails": _("how messages go"), "note": _("note"),
        "stopped_classes": _("how messages go"), "detail": _("how messages go"),
        "asks_for_earlier": _("wish for an earlier time"), "never_ask_pregnancy": _("health questions"),
    }  # fmt: skip
