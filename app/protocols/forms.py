"""What a physician types on the pages of approval and retirement. The form of a version's content: `edit_form`."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, IntegerField, RadioField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import Length

from app.forms import OPTIONAL, REQUIRED, Form, FormOfVersion, at_most, one_line, whole_number
from app.i18n import _l
from app.library.loader import shipped
from app.protocols.actions import Approval
from app.protocols.problems import name_of
from app.protocols.reading import effect_words
from models.protocol import ProtocolVersion

SHORTEST_REASON = 5
FIGURES = {"min_age": (0, 120), "grace_days": (0, 14)}


def ticked(_form: Any, field: Any) -> None:
    """The box must be ticked: a physician confirms one thing after the other."""
    if not field.data:
        raise ValidationError(_l("Tick this to confirm it."))


class ApproveForm(FormOfVersion):
    """The approval of one version; `approve_form` adds what this version asks to be confirmed."""

    note = StringField(_l("Note"), [OPTIONAL, at_most(300), one_line])

    @property
    def asked(self) -> list[str]:
        """The keys of what is confirmed or attested."""
        return [name.removeprefix("confirm_") for name in self._fields if name.startswith("confirm_")]

    def of(self, key: str) -> list[Any]:
        """The fields about one of these, what is set before the box that confirms it."""
        return [self[name] for name in (f"figure_{key}", f"effect_{key}", f"confirm_{key}", f"reason_{key}") if name in self]

    def chosen(self) -> Approval:
        def typed(kind: str) -> dict[str, Any]:
            return {key: self[f"{kind}_{key}"].data for key in self.asked if f"{kind}_{key}" in self}

        return Approval(frozenset(self.asked), typed("figure"), typed("effect"), typed("reason"), self.note.data or "")


def approve_form(version: ProtocolVersion) -> ApproveForm:
    """The form for this version, with a box for each thing that must be confirmed."""
    fields: dict[str, Any] = {}
    for key in version.content.get("must_confirm", ()):
        fields |= _confirmation(key, version)
    for key in version.content.get("attest", ()):
        fields[f"confirm_{key}"] = BooleanField(_l("I attest: %(what)s", what=name_of(key)), [ticked])
        words = _l("Write in a few words what this rests on.")
        fields[f"reason_{key}"] = StringField(
            _l("What it rests on"), [REQUIRED, Length(min=SHORTEST_REASON, message=words), at_most(300), one_line]
        )
    kind: type[ApproveForm] = type("ApproveThis", (ApproveForm,), fields)
    return kind(data={"seen": version.version})


def _confirmation(key: str, version: ProtocolVersion) -> dict[str, Any]:
    fields: dict[str, Any] = {f"confirm_{key}": BooleanField(_l("I confirm: %(what)s", what=name_of(key)), [ticked])}
    if key in FIGURES:
        fields[f"figure_{key}"] = IntegerField(name_of(key), whole_number(*FIGURES[key]), default=version.content.get(key))
    rule = shipped().rules.get(key)
    if rule and rule.physician_may_set:
        now = (version.content.get("rule_effects") or {}).get(key, str(rule.effect))
        choices = [(str(effect), effect_words(effect, rule.until, rule.days)) for effect in (rule.effect, *rule.physician_may_set)]
        fields[f"effect_{key}"] = RadioField(_l("What it does in this protocol"), choices=choices, default=now)
    return fields


class ApproveReadForm(Form):
    """Several drafts of the library at once: those the physician has read."""

    versions = SelectMultipleField(_l("I have read and approve"), coerce=int)

    def validate_versions(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_l("Tick at least one that you have read."))


class RetireForm(FormOfVersion):
    """Why a version is not used any more."""

    reason = StringField(_l("Why"), [REQUIRED, at_most(300), one_line])
