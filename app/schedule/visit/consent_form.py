"""What is typed, drawn and attached when a consent form is signed."""

from __future__ import annotations

import base64
import binascii

from wtforms import FileField, HiddenField, RadioField, StringField

from app.errors import Refused
from app.files import taking
from app.files.pictures import picture
from app.files.scans import scan
from app.files.store import Ready
from app.forms import OPTIONAL, REQUIRED, Form, FormOnce, at_most, one_line
from app.i18n import _, _l
from app.schedule.consents import Signed
from models.contact import ContactRole
from models.patient import Patient, SignedOn

PATIENT, GUARDIAN = "patient", "guardian"
DRAWN = "data:image/png;base64,"


class ConsentForm(FormOnce):
    """Who informed, who signed, and how."""

    informed_by = RadioField(_l("Informed by"), [REQUIRED])
    signed_as = RadioField(_l("Signed by"), [REQUIRED])
    signer = StringField(_l("Name of whoever signs"), [REQUIRED, at_most(160), one_line])
    interpreter = StringField(_l("Interpreter"), [OPTIONAL, at_most(160), one_line])
    way = RadioField(_l("Signed"), [REQUIRED])
    scan = FileField(_l("Scan of the signed form"))
    drawn = HiddenField(validators=[OPTIONAL, at_most(400_000)])

    def offer(self, patient: Patient, physicians: list[tuple[str, str]], likely: str, *, minor: bool) -> None:
        """Fill the choices; before anything is typed whoever is likely stands there."""
        guardian = next((one.name for one in patient.contacts if one.role is ContactRole.GUARDIAN), "")
        self.informed_by.choices = physicians
        self.signed_as.choices = [*([] if minor else [(PATIENT, _("the patient"))]), (GUARDIAN, _("the guardian"))]
        self.way.choices = [(SignedOn.PAPER, _("on paper")), (SignedOn.SCREEN, _("on this screen"))]
        if not self.is_submitted():
            self.informed_by.data, self.way.data = likely, SignedOn.PAPER
            self.signed_as.data, self.signer.data = (GUARDIAN, guardian) if minor else (PATIENT, patient.name)

    def signed(self) -> Signed:
        """How it was signed. Raises Refused for a file or a drawing that cannot be kept."""
        way = SignedOn(self.way.data)
        file = _scan(self.scan.data) if way is SignedOn.PAPER else _drawing(self.drawn.data or "")
        return Signed(way, (self.signer.data or "").strip(), self.signed_as.data == GUARDIAN, (self.interpreter.data or "").strip(), file)

    def refuse(self, words: str) -> None:
        """Say why it cannot be kept: beside the scan where one was chosen, else on top."""
        if self.way.data == SignedOn.PAPER and getattr(self.scan.data, "filename", ""):
            self.scan.errors = [words]
        else:
            self.form_errors = [words]


class ScanForm(Form):
    """The scan of a form that was signed before."""

    scan = FileField(_l("Scan of the signed form"))

    def chosen(self) -> Ready:
        """The scan as it may be kept. Raises Refused where there is none."""
        ready = _scan(self.scan.data)
        if ready is None:
            raise Refused(_("Choose the scan, or take a photo of the form."))
        return ready


def _scan(sent: object) -> Ready | None:
    data = taking.content_of(sent)
    return scan(data) if data else None


def _drawing(written: str) -> Ready | None:
    """What was drawn with a finger or a pen; without a script the typed name is the signature."""
    if not written:
        return None
    try:
        return picture(base64.b64decode(written.removeprefix(DRAWN), validate=True))
    except binascii.Error:
        raise Refused(_("The signature could not be read. Clear it and sign once more.")) from None
