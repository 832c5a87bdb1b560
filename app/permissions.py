"""Who may do what, and the lock on every page. A page that says nothing is shut.

The matrix follows the clinic's roles: reception runs the day and sees what to do, never why; practitioners treat and record;
physicians decide; managers run the house and see no health data; auditors read the trail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from models.staff import Role

View = TypeVar("View", bound=Callable[..., Any])


class Permission(StrEnum):
    """One thing a person may do."""

    SEE_DAY = "see the day"
    BOOK = "book, move and cancel visits"
    RUN_VISITS = "arrived, in treatment, not treated, no-show, one step back"
    RECORD_SESSIONS = "mark done, record products and lots"
    SEE_PATIENTS = "find patients and see contact data"
    EDIT_PATIENTS = "add patients and change contact data and consents"
    SEE_CLINICAL = "evaluations, findings, why a plan is on hold"
    REPORT = "enter what a patient reports"
    ADD_FINDINGS = "add a finding, which holds at once"
    DECIDE = "sign evaluations and reviews, clear findings, decide reports, override"
    SEE_PLANS = "see plans and their dates"
    EDIT_PLANS = "create plans, change sessions and gaps"
    HOLD_PLANS = "put a plan on hold"
    RESUME_PLANS = "end a hold"
    SEE_PROTOCOLS = "see the protocol library"
    EDIT_PROTOCOLS = "edit and approve protocols"
    DO_TASKS = "work the worklists"
    SEE_MESSAGES = "see which mails go, went and failed"
    READ_MAILS = "read the text of mails"
    PROPOSE_WORDS = "write words of mails and try them"
    APPROVE_WORDS = "approve words of mails"
    STOCK = "products and lots"
    MANAGE_CLINIC = "clinic settings"
    MANAGE_STAFF = "accounts and roles"
    SEE_AUDIT = "who did or saw what"
    SEE_OWN_AUDIT = "who did or saw what with a patient of one's own"
    SEE_REPORTS = "figures of the clinic"
    SEE_TREATMENT_REPORTS = "figures about treatments"


_P = Permission
_CLINICAL = {
    _P.SEE_DAY, _P.BOOK, _P.RUN_VISITS, _P.RECORD_SESSIONS, _P.SEE_PATIENTS, _P.SEE_CLINICAL, _P.REPORT, _P.ADD_FINDINGS,
    _P.SEE_PLANS, _P.HOLD_PLANS, _P.SEE_PROTOCOLS, _P.DO_TASKS, _P.SEE_MESSAGES, _P.READ_MAILS, _P.STOCK,
}  # fmt: skip
MATRIX: dict[Role, frozenset[Permission]] = {
    Role.PHYSICIAN: frozenset(_CLINICAL | {_P.EDIT_PATIENTS, _P.DECIDE, _P.EDIT_PLANS, _P.RESUME_PLANS, _P.EDIT_PROTOCOLS,
                               _P.PROPOSE_WORDS, _P.APPROVE_WORDS, _P.SEE_TREATMENT_REPORTS, _P.SEE_OWN_AUDIT}),
    Role.PRACTITIONER: frozenset(_CLINICAL),
    Role.RECEPTION: frozenset(
        {_P.SEE_DAY, _P.BOOK, _P.RUN_VISITS, _P.SEE_PATIENTS, _P.EDIT_PATIENTS, _P.REPORT, _P.SEE_PLANS, _P.DO_TASKS, _P.SEE_MESSAGES}
    ),
    Role.MANAGER: frozenset(
        {_P.SEE_DAY, _P.BOOK, _P.SEE_PATIENTS, _P.SEE_PROTOCOLS, _P.SEE_MESSAGES, _P.PROPOSE_WORDS, _P.STOCK, _P.MANAGE_CLINIC,
         _P.MANAGE_STAFF, _P.SEE_REPORTS, _P.SEE_TREATMENT_REPORTS}
    ),
    Role.AUDITOR: frozenset({_P.SEE_AUDIT}),
}


def allowed(roles: Iterable[str]) -> frozenset[Permission]:
    """All that a person holding these roles may do."""
    return frozenset().union(*(MATRIX[Role(role)] for role in roles))


@dataclass(frozen=True)
class Lock:
    """What opens a page: a permission (any one of several), a link in a mail, or nothing at all."""

    permissions: tuple[Permission, ...] = ()
    signed_in: bool = True
    by_link: bool = False


def needs(*permissions: Permission) -> Callable[[View], View]:
    """The page opens for whoever holds one of these permissions; with none named, for anyone signed in."""
    return _locked(Lock(permissions=permissions))


def open_to_all(view: View) -> View:
    """The page opens without signing in."""
    return _locked(Lock(signed_in=False))(view)


def by_link(view: View) -> View:
    """The page opens with the handle in its address; the view checks the handle."""
    return _locked(Lock(signed_in=False, by_link=True))(view)


def lock_of(view: Callable[..., Any]) -> Lock | None:
    """The lock on a view; None means shut."""
    return getattr(view, "seans_lock", None)


def _locked(lock: Lock) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.seans_lock = lock  # type: ignore[attr-defined]  # the mark that the guard reads
        return view

    return mark
