"""What is typed beside a photo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from wtforms import FileField, SelectField, StringField, ValidationError

from app.forms import REQUIRED, DayField, Form, FormOnce, at_most, one_line
from app.i18n import _, _l
from app.photos.views import View, part_of, view_of, views
from app.today import typed_day
from models.file import Photo
from models.treatment import TreatmentSession


@dataclass(frozen=True)
class Chosen:
    """What a photo shows, when it was taken, and for which session."""

    view: View
    area: str
    taken_on: date
    session_id: int | None


class PhotoForm(FormOnce):
    """A photo from a camera or a folder."""

    picture = FileField(_l("Photo"))
    view = SelectField(_l("What it shows"))
    session = SelectField(_l("Session"))
    taken_on = DayField(_l("Taken on"), [REQUIRED])

    def offer(self, sessions: list[tuple[TreatmentSession, str]], first: int | None, today: date, photos: Sequence[Photo]) -> None:
        """Fill the choices; before anything is typed the session `first` (or the latest), its next view, and today stand there."""
        self.areas = {str(one.id): one.course.area for one, _words in sessions}
        self.session.choices = [*((str(one.id), words) for one, words in sessions), ("", _("no session"))]
        if not self.is_submitted():
            chosen = str(first) if str(first) in self.areas else next(iter(self.areas), "")
            self.session.data, self.taken_on.data = chosen, typed_day(today)
        self.view.choices = [(str(view), view.words) for view in views(self.areas.get(self.session.data or ""))]
        self.latest = today
        if not self.is_submitted():
            self.view.data = next_view(photos, self.session.data or "")

    def validate_taken_on(self, field: DayField) -> None:
        """A photo was taken today or before."""
        if field.day and field.day > self.latest:
            raise ValidationError(_("A photo cannot have been taken on a day to come."))

    def chosen(self) -> Chosen:
        """The typed values."""
        view = view_of(self.view.data or "")
        assert view is not None
        assert self.taken_on.day is not None
        about = self.session.data or ""
        area = self.areas.get(about, view.part)
        return Chosen(view, area if part_of(area) == view.part else view.part, self.taken_on.day, int(about) if about else None)


def next_view(photos: Sequence[Photo], session: str) -> str | None:
    """A view of earlier photos that was not yet taken for this session, for then it can be compared; None where there is none."""
    taken = {str(View(part_of(one.area), one.view)) for one in photos if str(one.session_id) == session}
    return next((view for one in photos if (view := str(View(part_of(one.area), one.view))) not in taken), None)


class RemoveForm(Form):
    """Why a photo goes."""

    why = StringField(_l("Why"), [REQUIRED, at_most(300), one_line])
