"""Every screen that is photographed: who looks, and where it is in the demo clinic.

A place that begins with SELECT is asked of the demo's database: the path of a row that is in the state the picture shows.
Names in GUIDES stand in README and guides and are kept in docs/pictures; the others are only looked at.
"""

from __future__ import annotations

SCREENS: dict[str, dict[str, str]] = {
    "": {
        "sign-in": "/sign-in",
    },
    "reception": {
        "day": "/day",
        "day-by-room": "/day?by=room",
        "day-empty": "/day/2027-08-01",
        "week": "/week",
        "week-all": "/week?of=all",
        "work": "/work",
        "work-closing": "/work?list=closing",
        "work-unbooked": "/work?list=unbooked",
        "work-unconfirmed": "/work?list=unconfirmed",
        "patients": "/patients",
        "patient": "/patients/1",
        "patient-edit": "/patients/1/edit",
        "patient-new": "/patients/new",
        "contact-new": "/patients/1/contacts/new",
        "report": "/patients/1/report",
        "visit": "SELECT '/visits/' || id FROM appointment WHERE state = 'booked' ORDER BY id LIMIT 1",
        "visit-new": "/visits/new",
        "cancel": "SELECT '/visits/' || id || '/cancel' FROM appointment WHERE state = 'booked' ORDER BY id LIMIT 1",
        "walk-in": "/walk-in",
        "book": "SELECT '/session/' || id || '/book' FROM treatment_session WHERE state = 'proposed' ORDER BY id LIMIT 1",
        "move": "/visits/42/move?day=2026-12-08&minute=600",
        "replan": "/replan",
        "account": "/account",
        "not-found": "/nothing-is-here",
    },
    "practitioner": {
        "day-nurse": "/day",
        "record": "SELECT '/visits/' || id || '/record' FROM appointment WHERE state IN ('in_treatment', 'arrived') ORDER BY id LIMIT 1",
        "record-done": "SELECT '/visits/' || id || '/record' FROM appointment WHERE state = 'done' ORDER BY id LIMIT 1",
        "consent": "SELECT '/visits/' || a.id || '/consent/' || s.course_id FROM appointment a JOIN appointment_session l"
                   " ON l.appointment_id = a.id JOIN treatment_session s ON s.id = l.session_id WHERE a.state = 'arrived' LIMIT 1",
        "finding": "/patients/1/finding/new",
        "on-call": "/on-call",
        "products": "/products",
        "product": "/products/1",
    },
    "physician": {
        "day-physician": "/day",
        "plan": "/plan/1",
        "plan-on-hold": "SELECT '/plan/' || id FROM treatment_plan WHERE state = 'on_hold' ORDER BY id LIMIT 1",
        "builder": "/patients/2/plan/new?with=6",
        "evaluation": "/patients/2/evaluation/new",
        "plan-edit": "/plan/1/edit",
        "plan-book": "/plan/1/book",
        "hold": "/plan/1/hold",
        "what-if": "/course/1/what-if?what=one_more",
        "work-physician": "/work?list=physician",
        "protocols": "/protocols",
        "protocol": "/protocols/1",
        "protocol-edit": "/protocols/1/edit",
        "protocol-approve": "SELECT '/protocols/' || id || '/approve' FROM protocol_version WHERE state = 'draft' ORDER BY id LIMIT 1",
        "lot-recalls": "/lot-recalls",
        "lot-recall-new": "/lot-recalls/new",
        "messages": "/messages",
        "message": "SELECT '/messages/' || id FROM message WHERE state IN ('sent', 'filed') ORDER BY id LIMIT 1",
        "messages-preview": "/messages/preview",
        "templates": "/templates",
        "template": "/templates/reminder/tr",
    },
    "manager": {
        "settings": "/settings",
        "settings-clinic": "/settings/clinic",
        "settings-hours": "/settings/hours",
        "settings-closures": "/settings/closures",
        "settings-rooms": "/settings/rooms",
        "settings-on-call": "/settings/on-call",
        "settings-rules": "/settings/rules",
        "settings-mail": "/settings/mail",
        "staff": "/staff",
        "staff-member": "/staff/1",
        "staff-hours": "/staff/1/hours",
        "staff-absences": "/staff/1/absences",
    },
}
GUIDES = {"day", "week", "work", "patient", "move", "plan", "builder", "protocols", "messages"}
