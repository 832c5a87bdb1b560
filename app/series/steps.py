"""A protocol's gaps as a course keeps its own copy of them."""

from __future__ import annotations

from typing import Any

from app.library.protocol import Gap


def gap_data(gap: Gap) -> dict[str, Any]:
    """{"from": "previous" | {"step": n}, "min": "21d", …}: lengths as text, only those that are set."""
    named = {"absolute_min": gap.absolute_min, "min": gap.min, "ideal": gap.ideal, "max": gap.max}
    kept: dict[str, Any] = {name: str(length) for name, length in named.items() if length is not None}
    return {"from": {"step": gap.from_step} if gap.from_step else "previous", **kept}
