"""One thing that is not clear about a visit, in words, and where it is mended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from flask import current_app, url_for

from app.permissions import Permission

Blocks = Literal["start", "done"]


@dataclass(frozen=True)
class Check:
    """One thing that is not clear. `blocks`: the step it stands in the way of, None where it only warns.

    `endpoint` with `values` is the page that mends it, for whoever holds `permission`; `once` what mends it in one press, on the
    thing with the id `once_id`.
    """

    code: str
    words: str
    blocks: Blocks | None = None
    endpoint: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    permission: Permission = Permission.DECIDE
    once: Literal["plans.go_on", "plans.evaluation_sign", ""] = ""
    once_id: int = 0

    @property
    def once_url(self) -> str | None:
        """Where one press mends it; None where none does."""
        values: dict[str, Any] = {"plans.go_on": {"course_id": self.once_id}, "plans.evaluation_sign": {"evaluation_id": self.once_id}}
        return url_for(self.once, **values[self.once]) if self.once in current_app.view_functions else None

    @property
    def fix_url(self) -> str | None:
        """Where it can be mended; None where there is no such page."""
        return url_for(self.endpoint, **self.values) if self.endpoint in current_app.view_functions else None
