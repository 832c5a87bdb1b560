"""What a patient may agree to apart from treatment: each alone, never ticked beforehand, withdrawn with one press (law 6698)."""

from __future__ import annotations

from dataclasses import dataclass

from app.i18n import _
from models.patient import Consent, ConsentKind, Patient

TEXT_VERSION = "1"  # a new number with every change of the words below, kept with each consent
ASKED = (ConsentKind.RECALL, ConsentKind.MAIL_DETAILS, ConsentKind.PHOTOS_RECORD, ConsentKind.PHOTOS_PUBLICATION)


@dataclass(frozen=True)
class ConsentLine:
    """One consent on the card: what it is for, and the row that stands if it is given."""

    kind: ConsentKind
    title: str
    given: Consent | None


def live(patient: Patient, kind: ConsentKind) -> Consent | None:
    """The consent of this kind that stands; None when it was never given or is withdrawn."""
    return next((row for row in patient.consents if row.kind is kind and row.withdrawn_at is None), None)


def lines(patient: Patient) -> list[ConsentLine]:
    """Every consent that is asked, in the same order for everybody."""
    return [ConsentLine(kind, title(kind), live(patient, kind)) for kind in ASKED]


def title(kind: ConsentKind) -> str:
    """What the consent is for, in a few words."""
    return {
        ConsentKind.RECALL: _("Maintenance invitations"), ConsentKind.MAIL_DETAILS: _("Treatment details in e-mails"),
        ConsentKind.PHOTOS_RECORD: _("Photos for the record"), ConsentKind.PHOTOS_PUBLICATION: _("Photos for publication"),
        ConsentKind.PROCEDURE: _("Consent to a procedure"),
    }[kind]  # fmt: skip


def text(kind: ConsentKind) -> str:
    """The words the patient agrees to."""
    return {
        ConsentKind.RECALL: _(
            "The clinic may write to me when a maintenance visit is due. I can stop this at any time; my treatment does not depend on it."
        ),
        ConsentKind.MAIL_DETAILS: _(
            "The clinic may name my treatment in its e-mails to me. I know that e-mail is not encrypted. "
            "Without this, the e-mails say only when to come."
        ),
        ConsentKind.PHOTOS_RECORD: _(
            "The clinic may take photos of the treated area for my record, to compare before and after. They are kept privately."
        ),
        ConsentKind.PHOTOS_PUBLICATION: _(
            "The clinic may publish photos that I have seen and chosen, without my name. I can withdraw this at any time; "
            "the clinic then removes them wherever it has published them."
        ),
    }[kind]  # fmt: skip
