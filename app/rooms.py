"""Every room that has pages. A room is a blueprint; the order is the reading order of the menu."""

from __future__ import annotations

from flask import Blueprint

from app.api.routes import bp as api
from app.audit.routes import bp as audit
from app.beginning.routes import bp as beginning
from app.clinic.routes import bp as clinic
from app.complications.routes import bp as complications
from app.find.routes import bp as find
from app.inbound.routes import bp as inbound
from app.links.routes import bp as links
from app.lot_recalls.routes import bp as lot_recalls
from app.merging.routes import bp as merging
from app.messages.routes import bp as messages
from app.messages.wording.routes import bp as templates
from app.outcomes.routes import bp as outcomes
from app.paper.routes import bp as paper
from app.patients.routes import bp as patients
from app.photos.routes import bp as photos
from app.plans.routes import bp as plans
from app.products.routes import bp as products
from app.protocols.routes import bp as protocols
from app.replanning.routes import bp as replanning
from app.reports.routes import bp as reports
from app.schedule.routes import bp as schedule
from app.staff.routes import bp as staff
from app.status.routes import bp as status
from app.treatments.routes import bp as treatments
from app.work.routes import bp as work

ROOMS: tuple[Blueprint, ...] = (
    staff, beginning, schedule, replanning, treatments, clinic, patients, photos, protocols, plans, products, lot_recalls, complications,
    outcomes, work, messages, templates, inbound, merging, paper, reports, audit, find, status, links, api,
)  # fmt: skip
