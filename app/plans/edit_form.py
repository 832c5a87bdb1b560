"""A running plan's numbers as a form."""

from __future__ import annotations

from typing import Any

from wtforms import FieldList, FormField, HiddenField, StringField, TextAreaField

from app.forms import OPTIONAL, REQUIRED, FormOfVersion, at_most, one_line
from app.i18n import _l
from app.plans import numbers
from app.plans.changing import Changed, stored_gaps
from app.plans.number_fields import NumbersForm, typed_numbers
from models.treatment import Course


class EditCourseForm(NumbersForm):
    """One course of the plan."""

    course_id = HiddenField(validators=[REQUIRED])

    def chosen(self, why: str) -> Changed:
        return Changed(self.chosen_numbers(), self.agreed_sessions.data, why)


class EditForm(FormOfVersion):
    """Every course of a plan, and why it is changed."""

    courses = FieldList(FormField(EditCourseForm))
    note_to_patient = TextAreaField(_l("Note to the patient"), [OPTIONAL, at_most(2000)])
    why = StringField(_l("Why it is changed"), [OPTIONAL, at_most(300), one_line])


def numbers_of(course: Course) -> numbers.CourseNumbers:
    """The numbers the course has now."""
    return numbers.of_course(stored_gaps(course), course.maintenance)


def typed_course(course: Course) -> dict[str, Any]:
    """A course as the form first shows it."""
    return {"course_id": str(course.id), "agreed_sessions": course.agreed_sessions, **typed_numbers(numbers_of(course))}


def repeating(course: Course) -> numbers.CourseNumbers:
    """The course's numbers with the last gap repeated for every further session."""
    now = numbers_of(course)
    last = now.spans.get(now.sessions)
    further = dict.fromkeys(range(now.sessions + 1, numbers.MOST_SESSIONS + 1), last) if last else {}
    return numbers.CourseNumbers(now.sessions, {**now.spans, **further}, now.first, now.repeat, now.times)
