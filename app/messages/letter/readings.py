"""What is known of the courses that one mail tells of: each is read once, however many visits name it."""

from __future__ import annotations

from datetime import date

from app.series.reading import Reading, read
from models.treatment import Course


class Readings:
    """Courses on a day of the clinic, as long as nothing is changed."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._known: dict[int, Reading] = {}

    def of(self, course: Course) -> Reading:
        """All that is known of a course."""
        if course.id not in self._known:
            self._known[course.id] = read(course, self.today)
        return self._known[course.id]
