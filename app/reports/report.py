"""What a report is: one entry in the table of `app.reports.table`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Any

from sqlalchemy import Select

from app.permissions import Permission
from app.reports.asked import Asked

Names = Callable[[Collection[str]], Mapping[str, str]]
FEWEST = 20
"""Of fewer than these a share says nothing that would hold next month."""


class Shape(Enum):
    """How a figure is read from its rows: a share of hits, a number, the median of days since, or hours from minutes."""

    SHARE = auto()
    COUNT = auto()
    DAYS = auto()
    HOURS = auto()


class About(StrEnum):
    """The page on which a row of the list can be looked at, by the number of the row; of others the patient's is."""

    VISIT = "schedule.visit"
    PLAN = "plans.show"
    PRODUCT = "products.show"
    MESSAGE = "messages.show"
    OTHER = ""

    @property
    def argument(self) -> str:
        return {"schedule": "appointment", "plans": "plan", "products": "product", "messages": "message"}[self.value.split(".")[0]] + "_id"


@dataclass(frozen=True)
class Report:
    """A figure: what it is called, what exactly it says, the rows it counts.

    `hit` and `miss`: what the two kinds of rows are called; `by`: the heading of what it is grouped by, and `names` of those groups
    from their keys; `about`: where a row leads; `treats`: it tells what a patient is treated with, so whoever must not see that
    reads it without names; `by_time`: it can be shown part by part of the period; `whole`: it knows no places; `any_person`: nor people.
    """

    key: str
    title: str
    says: str
    facts: Callable[[Asked], Select[Any]]
    shape: Shape
    about: About
    names: Names
    by: str = ""
    hit: str = ""
    miss: str = ""
    note: str = ""
    note_names: Names | None = None
    treats: bool = True
    by_time: bool = True
    whole: bool = False
    any_person: bool = False
    permissions: tuple[Permission, ...] = (Permission.SEE_REPORTS,)
