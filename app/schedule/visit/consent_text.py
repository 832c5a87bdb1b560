"""The form a patient signs: what is done, what to expect, when to call, and what the signature says. Made of the protocol's own texts."""

from __future__ import annotations

from dataclasses import dataclass

from app.clinic import queries as clinic_queries
from app.i18n import _, _n, in_language
from app.library import care
from app.library.loader import shipped
from app.names import area_name
from app.series.contents import content
from models.treatment import Course

USUAL = "usual"


@dataclass(frozen=True)
class ConsentText:
    """The form in one language.

    `area`: where it is another than the protocol's; `declared`: what whoever signs says; `lines`: what is filled in by hand on paper.
    """

    language: str
    clinic: str
    name: str
    area: str
    version: int
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    declared: tuple[str, ...]
    title: str
    lines: tuple[str, ...]


def consent_text(course: Course, language: str) -> ConsentText:
    """The form of this course, as the version that it follows has it."""
    clinic = clinic_queries.the_clinic()
    with in_language(language):
        return ConsentText(
            language=language, clinic=clinic.name, name=content(course).names.in_(language),
            area="" if course.area == content(course).area else area_name(course.area), version=course.protocol_version.n,
            sections=tuple(_sections(course, language, clinic.emergency_number)), declared=_declared(),
            title=_("Consent to the procedure"), lines=(_("Name of whoever signs"), _("Signature"), _("Date"), _("Guardian, if under 18"),
                                                        _("Interpreter"), _("Informed by (physician), signature")),
        )  # fmt: skip


def _sections(course: Course, language: str, emergency: str) -> list[tuple[str, tuple[str, ...]]]:
    said, library = content(course), shipped()
    done = [library.acts[act].names.in_(language) for act in said.acts]
    done.append(_n("%(num)s session is planned.", "%(num)s sessions are planned.", len(course.steps)))
    usual = [line.in_(language) for window, lines in care.aftercare([said], library) if window.key == USUAL for line in lines]
    flags = [flag.text.in_(language).replace("{emergency_number}", emergency) for flag in care.red_flags([said], library)]
    hoped = [line.in_(language) for line in care.honesty([said], library, discreet=False)]
    parts = ((_("What is done"), done), (_("What can be expected"), hoped), (_("What is usual afterwards"), usual),
             (_("Rare, and then call at once"), flags))  # fmt: skip
    return [(title, tuple(lines)) for title, lines in parts if lines]


def _declared() -> tuple[str, ...]:
    return (
        _("A physician has explained to me what is done, what it can and cannot do, its risks, and what else could be done, "
          "also doing nothing. My questions were answered."),
        _("I have told what I know of pregnancy, illnesses, allergies and medicines."),
        _("I agree of my own will. I can withdraw this consent at any time, without a reason and without losing other care."),
    )  # fmt: skip
