"""A running plan as a form: its numbers, and how the patient likes to come."""

from __future__ import annotations

from typing import Any

from wtforms import FieldList, FormField, HiddenField, StringField

from app.forms import OPTIONAL, REQUIRED, DayField, FormOfVersion, at_most, one_line
from app.i18n import _l
from app.plans import numbers
from app.plans.form.number_fields import NumbersForm, typed_numbers
from app.plans.form.wishes_form import WishesForm
from app.plans.running import changing
from app.plans.running.changing import Changed, stored_gaps
from app.today import typed_day
from models.treatment import Course


class EditCourseForm(NumbersForm):
    """One course of the plan."""

    course_id = HiddenField(validators=[REQUIRED])
    start = DayField(_l("From"), [OPTIONAL, at_most(20)])

    def chosen(self, why: str) -> Changed:
        return Changed(self.chosen_numbers(), self.agreed_sessions.data, why, self.start.day)


class EditForm(WishesForm, FormOfVersion):
    """Every course of a plan, how the patient likes to come, and why it is changed."""

    courses = FieldList(FormField(EditCourseForm))
    why = StringField(_l("Why it is changed"), [OPTIONAL, at_most(300), one_line])


def numbers_of(course: Course) -> numbers.CourseNumbers:
    """The numbers the course has now."""
    return numbers.of_course(stored_gaps(course), course.maintenance)


def typed_course(course: Course) -> dict[str, Any]:
    """A course as the form first shows it. The start stands there until a session counts."""
    begun = changing.has_begun(course)
    start = {} if begun else {"start": typed_day(course.start_day)}
    return {"course_id": str(course.id), "agreed_sessions": course.agreed_sessions, **start, **typed_numbers(numbers_of(course))}


def repeating(course: Course) -> numbers.CourseNumbers:
    """The course's numbers with the last gap repeated for every further session."""
    now = numbers_of(course)
    last = now.spans.get(now.sessions)
    further = dict.fromkeys(range(now.sessions + 1, numbers.MOST_SESSIONS + 1), last) if last else {}
    return numbers.CourseNumbers(now.sessions, {**now.spans, **further}, now.first, now.repeat, now.times)
