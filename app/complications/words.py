"""What the pages of complications call things."""

from __future__ import annotations

from app.i18n import _
from models.complication import Complication, ComplicationState, NoticedHow, Severity


def sign_words() -> dict[str, str]:
    """The list of signs, the gravest first; each key is what is stored."""
    return {
        "sight": _("Changed sight"), "blanching": _("Blanching or mottled skin"), "growing_pain": _("Growing or strong pain"),
        "breath": _("Shortness of breath, swelling of lips or face"), "fever": _("Fever"), "infection": _("Signs of infection"),
        "wound": _("Open skin, crust, necrosis"), "nodule": _("Nodule"), "swelling": _("Lasting swelling"), "redness": _("Lasting redness"),
        "rash": _("Rash, itching"), "bleeding": _("Bleeding, large bruise"), "burn": _("Burn, blister"), "colour": _("Change of colour"),
        "numbness": _("Numbness, weakness"), "faint": _("Fainting"),
    }  # fmt: skip


def severity_words(severity: Severity) -> str:
    """How grave it is."""
    return {Severity.MILD: _("mild"), Severity.MODERATE: _("moderate"), Severity.SEVERE: _("severe")}[severity]


def how_words(how: NoticedHow) -> str:
    """How the clinic came to know."""
    return {NoticedHow.SEEN: _("seen at the clinic"), NoticedHow.PHONED: _("by telephone")}[how]


def state_words(state: ComplicationState) -> str:
    """Open or cleared."""
    return {ComplicationState.OPEN: _("open"), ComplicationState.CLEARED: _("cleared")}[state]


def signs_of(found: Complication) -> str:
    """All its signs in one line."""
    known = sign_words()
    return ", ".join([*(known.get(key, key) for key in found.signs), *filter(None, (found.signs_free,))])
