"""Without colours every status and band is still told from every other, by word, picture or letter (U16)."""

from __future__ import annotations

import pytest
from flask import Flask

from models.appointment import Appointment, AppointmentSession, VisitState
from models.base import db, transaction
from models.treatment import Hold, PlanState, SessionState, TreatmentPlan, TreatmentSession
from tests.browser.conftest import CHROMIUM
from tests.people.figures import BARS, Tally
from tests.people.plans import EARLY, TODAY
from tests.people.test_series import Sits

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]

LOOKED_AT = {".tag:not(.wcard .tag)": "tag-", ".band:not(.wcard .band)": "band-", ".wcard .tag": "in-"}
BANDS = ("early", "ideal", "late", "too_early", "overdue")
# What the eye can make out of each thing that has one of these classes: words, letters and pictures that nothing cuts off or covers.
SEEN = """([selector, mark]) => { const found = {};
const clear = (box) => { if (box.width < 3 || box.height < 3) return false;
  const there = document.elementsFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return (one) => there.some((top) => top === one || one.contains(top)); };
for (const thing of document.querySelectorAll(selector)) {
  if (!thing.getClientRects().length) continue;
  (thing.closest(".week-day li") ?? thing).scrollIntoView({ block: "center" });
  const told = [], words = document.createTreeWalker(thing, NodeFilter.SHOW_TEXT), span = document.createRange();
  while (words.nextNode()) { span.selectNodeContents(words.currentNode);
    const is = clear(span.getBoundingClientRect()), text = words.currentNode.textContent.trim();
    if (text && is && is(words.currentNode.parentElement)) told.push(text); }
  for (const use of thing.querySelectorAll("use")) { const svg = use.closest("svg"), is = clear(svg.getBoundingClientRect());
    if (is && is(svg)) told.push(use.getAttribute("href").split("#")[1]); }
  const name = [...thing.classList, ...(thing.closest(".wcard")?.classList ?? [])].find((one) => one.startsWith(mark));
  (found[name] ??= new Set()).add(told.join(" ")); }
return Object.entries(found).map(([name, told]) => [name, [...told]]); }"""


@pytest.fixture
def every_state(busy: Flask) -> int:
    """The first visits of today stand in every state and band there is; a plan of theirs is paused. Its number."""
    of_one = db.session.query(Appointment).filter_by(local_day=TODAY, performer_id=1).order_by(Appointment.starts_at)
    with transaction():
        for visit, state in zip(of_one, VisitState, strict=False):
            visit.state = state
        for visit, band in zip(of_one, BANDS, strict=False):
            db.session.query(AppointmentSession).filter_by(appointment_id=visit.id).one().band = band
        plan = db.session.get_one(TreatmentPlan, of_one.all()[12].plan_id)
        plan.state = PlanState.ON_HOLD
        db.session.add(Hold(plan_id=plan.id, from_day=TODAY, made_at=EARLY))
        _missed(plan)
        found = plan.id
    db.session.remove()
    return found


def _missed(plan: TreatmentPlan) -> None:
    last = db.session.query(TreatmentSession).filter_by(course_id=plan.courses[0].id).order_by(TreatmentSession.n.desc()).first()
    last.state = SessionState.MISSED


def alike(told: list[list[list[str]]]) -> list[str]:
    """What cannot be told: things nothing is to be seen of, and two different ones that look the same."""
    looks: dict[str, set[str]] = {}
    for name, seen in (pair for page in told for pair in page):
        for words in seen:
            looks.setdefault(words, set()).add(name)
    return [f"{' and '.join(sorted(names))}: “{words}”" for words, names in looks.items() if len(names) > 1 or not words]


@pytest.mark.parametrize("language", ["en", "tr"])
@pytest.mark.parametrize("width", [1366, 390])
def test_u16_no_two_states_look_alike_without_colour(person: Sits, every_state: int, width: int, language: str, tally: Tally) -> None:
    desk = person("desk", "/day")
    token = desk.page.get_attribute("meta[name=csrf-token]", "content") or ""
    root = desk.page.url.removesuffix("/day")
    desk.page.request.post(f"{root}/language", form={"language": language, "csrf_token": token}, headers={"Referer": root})
    desk.page.set_viewport_size({"width": width, "height": 1000})
    told: dict[str, list[list[list[str]]]] = {}
    for path in ("/day", "/week", "/week?of=p1", f"/plan/{every_state}", f"/patients/{patient_of(every_state)}"):
        desk.page.goto(root + path)
        told |= {f"{path} {mark}": [desk.page.evaluate(SEEN, [selector, mark])] for selector, mark in LOOKED_AT.items()}
    assert {f"tag-{state}" for state in VisitState if state is not VisitState.CANCELLED} <= {name for name, _seen in told["/day tag-"][0]}
    cannot = [(place, words) for place, seen in told.items() for words in alike(seen)]
    assert cannot == []
    assert tally("U16", len(cannot), how=f"{'English' if language == 'en' else 'Turkish'}, {width} px") == BARS["U16"].most


def patient_of(plan: int) -> int:
    found = db.session.get_one(TreatmentPlan, plan).patient_id
    db.session.remove()
    return found
