"""What can go wrong on a page, as an answer to look at: who asks, for what, and what the answer is."""

from __future__ import annotations

from dataclasses import dataclass, field

WRONG = {"email": "deniz.ak@ege-klinik.example", "password": "not this one"}
CLINIC = {"seen": "0", "name": "Ege Klinik", "phone": "+90 212 000 11 22", "emergency_number": "112", "country": "TR",
          "zone": "Europe/Istanbul", "language": "tr", "phone_out_of_hours": "+90 532 000 11 22"}  # fmt: skip
"""The settings of the demo as somebody sees them who opened the page long ago."""


@dataclass(frozen=True)
class Trouble:
    """`data`: what is posted; None opens the address. `times`: so often before it is looked at. `role` "gone": the sign-in is over."""

    role: str
    path: str
    status: int = 422
    data: dict[str, str] | None = field(default_factory=dict)
    times: int = 1


FORMS: dict[str, tuple[str, ...]] = {
    "": ("/sign-in",),
    "reception": (
        "/patients/new", "/patients/1/edit", "/patients/1/contacts/new", "/patients/1/report", "/walk-in", "/visits/new?patient=1",
        "/visits/34/cancel", "/session/3/book", "/visits/42/move?day=2026-12-08&minute=600", "/replan", "/account",
    ),
    "practitioner": (
        "/visits/28/record", "/visits/1/record", "/visits/28/consent/18", "/visits/31/correct", "/patients/1/finding/new",
        "/patients/1/complication", "/complications/1", "/course/18/agreement", "/patients/1/photos", "/courses/1/outcomes",
        "/on-call/patients/2", "/products/new", "/products/1/lots", "/products/1/change", "/lot-recalls/lots/1",
    ),
    "physician": (
        "/patients/2/plan/new?with=6", "/patients/2/evaluation/new", "/plan/1/book", "/plan/1/hold", "/protocols/1/edit",
        "/protocols/2/approve", "/lot-recalls/new", "/templates/reminder/tr",
    ),
    "manager": (
        "/settings/clinic", "/settings/mail", "/settings/rules", "/settings/hours/new", "/settings/closures", "/settings/rooms/new/room",
        "/settings/rooms/new/device", "/settings/on-call", "/settings/locations/new", "/staff/new", "/staff/1/edit", "/staff/1/hours/new",
        "/staff/1/absences",
    ),
}  # fmt: skip
"""Forms of the demo clinic that refuse to be sent empty."""
TROUBLES = (
    *(Trouble(role, path) for role, paths in FORMS.items() for path in paths),
    Trouble("physician", "/plan/1/edit", 422, {"do": "save"}),
    Trouble("manager", "/reports?first=nonsense", 422, None),
    Trouble("auditor", "/audit?first=nonsense", 422, None),
    Trouble("reception", "/settings", 403, None),
    Trouble("reception", "/nothing-is-here", 404, None),
    Trouble("reception", "/sign-out", 405, None),
    Trouble("manager", "/settings/clinic", 409, CLINIC),
    Trouble("reception", "/t/moved", 409),
    Trouble("reception", "/t/refused", 422, {"note": "typed with care"}),
    Trouble("reception", "/account", 413, {"note": "x" * 3_000_000}),
    Trouble("reception", "/t/fault", 500, {"note": "typed with care, and long enough to be kept"}),
    Trouble("reception", "/t/database", 503, {"note": "typed with care, and long enough to be kept"}),
    Trouble("", "/patients/new", 401),
    Trouble("", "/sign-in", 422, WRONG),
    Trouble("", "/sign-in", 422, WRONG, times=12),
    Trouble("", "/set-password/AAAAAAAAAAAAAAAAAAAAAA", 410, None),
    Trouble("", "/l/AAAAAAAAAAAAAAAAAAAAAA", 404, None),
    Trouble("gone", "/day", 200, None),
    Trouble("gone", "/patients/new", 200, {"first_name": "Ayşe", "note": "prefers mornings, and comes by bus"}),
)
