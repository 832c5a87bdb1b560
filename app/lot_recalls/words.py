"""A recall of lots in words."""

from __future__ import annotations

from app.i18n import _
from app.lot_recalls.queries import Heard
from models.product import LotRecallState


def state_words(state: LotRecallState) -> str:
    """How far a recall has got."""
    return {
        LotRecallState.OPEN: _("Open: the text waits for a physician"), LotRecallState.APPROVED: _("Approved: patients are told"),
        LotRecallState.CLOSED: _("Closed"),
    }[state]  # fmt: skip


def heard_words(heard: Heard) -> str:
    """Whether one patient has heard, and how."""
    return {
        Heard.MAILED: _("Told by e-mail"), Heard.CALLED: _("Told by telephone"), Heard.GOES: _("E-mail goes"),
        Heard.TO_CALL: _("On the call list"), Heard.NOBODY_KNOWS: _("Not known: call"), Heard.DECEASED: _("Deceased"),
        Heard.NOT_YET: _("Not told yet"),
    }[heard]  # fmt: skip
