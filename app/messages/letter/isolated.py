"""Numbers in the plain text of a language that runs from right to left: HTML says it with `dir`, text with marks around them."""

from __future__ import annotations

import re
from typing import Final

FROM, UNTIL = "\u2068", "\u2069"
_NUMBERS: Final = re.compile(r"(\S+://\S+|\S+@\S+)|(?<!\w)(\+\d+(?:[ -]\d+)*|0\d*(?: \d+)+|\d+(?:[:./-]\d+)+)(?!\w)")
"""Links and addresses, which programs find by themselves and which are left as they are; telephone numbers, times, dates in figures."""


def isolated(text: str) -> str:
    """The text with every number of several parts kept in its order: behind Arabic letters +90 212 would be read as 212 90+."""
    return _NUMBERS.sub(lambda found: found[0] if found[1] else f"{FROM}{found[0]}{UNTIL}", text)
