"""Every kind of message, by its name. A kind is one entry in one of the files below and one folder of templates.

What the text needs beside the subject stands in `message.facts`:
plan_summary, booked, moved, cancelled, paused   changes: [{visit, old, new}] (ISO moments, None: no visit), plan
precare                                          visits: ids of the day's visits
reminder_1, reminder_2                           visits; asks: asks to confirm; precare: carries the preparation; late_check
aftercare                                        evening: carries what else would be said the same evening
late_check_1, late_check_2                       course; result: carries the result of the series
result                                           session: the last one of the series
recall_1 … recall_3                              due_on: the recommended day (ISO)
full_text                                        link: the one that ended
offer                                            time: as the link names it; starts_at; claims: what it needs, with ISO moments
"""

from __future__ import annotations

from app.messages import kinds_after, kinds_changes, kinds_courses, kinds_lots, kinds_offers, kinds_people, kinds_sessions, kinds_visits
from app.messages.kind import Kind

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        *kinds_people.KINDS,
        *kinds_changes.KINDS,
        *kinds_visits.KINDS,
        *kinds_after.KINDS,
        *kinds_sessions.KINDS,
        *kinds_courses.KINDS,
        *kinds_lots.KINDS,
        *kinds_offers.KINDS,
    )
}
