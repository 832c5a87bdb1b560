"""From where a photo is taken, part of the body by part of the body: only what was taken alike can be compared."""

from __future__ import annotations

from dataclasses import dataclass

from app.i18n import _
from app.library.loader import shipped
from app.names import area_name

VIEWS: dict[str, tuple[str, ...]] = {
    "face": ("front", "left_45", "right_45", "left", "right", "close"),
    "scalp": ("hairline", "top", "crown", "left", "right", "close"),
    "body": ("front", "back", "left", "right", "close"),
}


@dataclass(frozen=True)
class View:
    """A part of the body and from where it is seen, written "scalp-crown" in addresses and forms."""

    part: str
    name: str

    def __str__(self) -> str:
        return f"{self.part}-{self.name}"

    @property
    def words(self) -> str:
        return f"{area_name(self.part)}: {view_words(self.name)}"


def view_of(written: str) -> View | None:
    """The view of an address; None for none of ours."""
    part, _dash, name = written.partition("-")
    return View(part, name) if name in VIEWS.get(part, ()) else None


def views(first: str | None = None) -> list[View]:
    """Every view, those of the part that contains the area `first` before all others."""
    part = part_of(first) if first else ""
    return [View(one, name) for one in sorted(VIEWS, key=lambda one: one != part) for name in VIEWS[one]]


def part_of(area: str) -> str:
    """The part of the body in which an area lies."""
    return next((part for part in VIEWS if area in shipped().areas and shipped().contains(part, area)), "body")


def view_words(name: str) -> str:
    """From where."""
    return {
        "front": _("front"), "back": _("back"), "left": _("left side"), "right": _("right side"), "left_45": _("left 45°"),
        "right_45": _("right 45°"), "hairline": _("hairline"), "top": _("top"), "crown": _("crown"), "close": _("close-up"),
    }[name]  # fmt: skip
