"""Every report there is, in the order of the page."""

from __future__ import annotations

from app.i18n import _l
from app.permissions import Permission
from app.reports import naming
from app.reports.facts import house, series, treated, visits
from app.reports.report import About, Report, Shape

BOTH = (Permission.SEE_REPORTS, Permission.SEE_TREATMENT_REPORTS)

REPORTS = (
    Report(
        "no_shows", _l("No-shows"),
        _l("Of the visits to which somebody came or did not, those to which nobody came. Cancelled visits do not count."),
        visits.no_shows, Shape.SHARE, About.VISIT, naming.visits, by=_l("Visit"), hit=_l("did not come"), miss=_l("came"), treats=False,
    ),
    Report(
        "confirmed", _l("Confirmed visits"),
        _l("Of the visits that have begun and were not cancelled, those confirmed at the time they had last."),
        visits.confirmed, Shape.SHARE, About.VISIT, naming.visits, by=_l("Visit"), hit=_l("confirmed"),
        miss=_l("not confirmed"), treats=False,
    ),
    Report(
        "hours", _l("Hours"),
        _l("Hours of visits that were not cancelled, and of those how many were used by visits that are done; offered are "
           "working hours within opening hours, without absences."),
        visits.hours, Shape.HOURS, About.VISIT, naming.visits, by=_l("Visit"), hit=_l("used"), miss=_l("not used"), treats=False,
    ),
    Report(
        "consultations", _l("Consultations that led to a plan"),
        _l("Of the consultations that took place, those whose patient has begun a plan made since the consultation was booked."),
        visits.consultations, Shape.SHARE, About.VISIT, naming.visits, by=_l("Visit"), hit=_l("plan begun"),
        miss=_l("no plan"), permissions=BOTH,
    ),
    Report(
        "sessions", _l("Sessions"),
        _l("Sessions that took place here, by protocol and practitioner."),
        treated.sessions, Shape.COUNT, About.VISIT, naming.protocols, by=_l("Protocol"), note=_l("Session"), permissions=BOTH,
    ),
    Report(
        "in_band", _l("Sessions at their best time"),
        _l("Of the sessions that took place and counted, those in the ideal days of their window."),
        treated.in_band, Shape.SHARE, About.VISIT, naming.bands, by=_l("Time"), hit=_l("at the best time"),
        miss=_l("early or late"), note=_l("Session"), permissions=BOTH,
    ),
    Report(
        "series", _l("Series"),
        _l("Series that run today, and those that were completed, ended early or lapsed in the period."),
        series.states, Shape.COUNT, About.PLAN, naming.ways, by=_l("Series"), note=_l("Reason"), by_time=False, permissions=BOTH,
    ),
    Report(
        "completion", _l("Completed series"),
        _l("Of the series that ended in the period (complete, ended early or lapsed), those that are complete."),
        series.completion, Shape.SHARE, About.PLAN, naming.ways, by=_l("Series"), hit=_l("complete"),
        miss=_l("not complete"), note=_l("Reason"), permissions=BOTH,
    ),
    Report(
        "maintenance", _l("Came for maintenance"),
        _l("Of the maintenance that took place and that whose time ran out in the period, the share that took place."),
        treated.maintenance, Shape.SHARE, About.OTHER, naming.protocols, by=_l("Protocol"), hit=_l("came"),
        miss=_l("did not come"), permissions=BOTH,
    ),
    Report(
        "overdue", _l("Days overdue"),
        _l("Of all courses whose window is over today, the days since then: half of them have waited longer. The period "
           "does not matter."),
        series.overdue, Shape.DAYS, About.PLAN, naming.protocols, by=_l("Protocol"), by_time=False, permissions=BOTH,
    ),
    Report(
        "fell_out", _l("Fallen out"),
        _l("Courses whose window ended in the period and that have no visit booked today."),
        series.fell_out, Shape.COUNT, About.PLAN, naming.protocols, by=_l("Protocol"), permissions=BOTH,
    ),
    Report(
        "complications", _l("Complications per 100 sessions"),
        _l("Of the sessions that took place here, those after which a complication was recorded, by what was done."),
        treated.complications, Shape.SHARE, About.VISIT, naming.acts, by=_l("Treatment"), hit=_l("with a complication"),
        miss=_l("without one"), permissions=BOTH,
    ),
    Report(
        "lots_used", _l("Products and lots used"),
        _l("Uses of a lot that were recorded and not taken back, in sessions and touch-ups."),
        house.lots_used, Shape.COUNT, About.VISIT, naming.lots, by=_l("Product and lot"), note=_l("Amount"), permissions=BOTH,
    ),
    Report(
        "expiring", _l("Lots expiring"),
        _l("Lots that may be used today and expire within 60 days. The period does not matter."),
        house.expiring, Shape.COUNT, About.PRODUCT, naming.lots, by=_l("Product and lot"), treats=False, by_time=False,
        whole=True, any_person=True, permissions=BOTH,
    ),
    Report(
        "mails", _l("Mails that arrived"),
        _l("Of the mails to patients that were due and not withdrawn, those a mail server took and that did not come back."
           " Mails that were filed in a folder instead of sent are not counted."),
        house.mails, Shape.SHARE, About.MESSAGE, naming.mail_ends, by=_l("State"), hit=_l("sent"), miss=_l("not sent"),
        note=_l("Message"), note_names=naming.mail_kinds, treats=False, whole=True, any_person=True,
    ),
    Report(
        "calls", _l("Calls"),
        _l("Calls that somebody wrote down on a worklist, and of those how many reached the patient."),
        house.calls, Shape.SHARE, About.OTHER, naming.calls, by=_l("Call"), hit=_l("reached"), miss=_l("not reached"),
        treats=False, whole=True,
    ),
)  # fmt: skip
BY_KEY = {report.key: report for report in REPORTS}
