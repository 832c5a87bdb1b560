"""Looking for a patient, here and on pages of other rooms: what is typed is kept, and the page's address carries its key, or who was
found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app import history
from app.errors import Refused
from app.i18n import _
from app.patients import queries, typed
from app.patients.rows import Row
from app.patients.terms import LONGEST_SEARCH, name_words
from app.throttle import Limit, count
from models.base import transaction

MOST = 50
SEARCHES = Limit("patient_search", 120, 5)  # a desk never needs so many; who copies the register does


@dataclass(frozen=True)
class Found:
    """Whom a search found. `almost`: nobody is called that, these come near."""

    text: str = ""
    people: Sequence[Row] = ()
    almost: bool = False

    @property
    def namesakes(self) -> int:
        """How many of them a name does not tell apart."""
        return 0 if self.almost else namesakes(self.text, self.people)


def namesakes(text: str, people: Sequence[Row]) -> int:
    """How many have one and the same name: the one that was typed, or that of everybody found. 0: the name says who it is."""
    names = Counter(tuple(sorted(name_words(row.name))) for row in people)
    typed_one = names[tuple(sorted(name_words(text)))]
    n = typed_one or (len(people) if len(names) == 1 else 0)
    return n if n > 1 else 0


def look(text: str, staff_id: int, now: datetime) -> dict[str, str]:
    """Look for somebody; what the page's address carries next: `patient`, the only one found, else `s`, the key of what was typed."""
    words = counted(text, staff_id, now)
    if not words:
        return {}
    found = queries.search(words, now, limit=2)
    if len(found) == 1:
        return {"patient": str(found[0].id)}
    with transaction():
        return {"s": typed.keep(words, staff_id, now)}


def counted(text: str, staff_id: int, now: datetime) -> str:
    """The words of a search that may begin now, counted and written down; nothing for nothing.

    Raises Refused for more words than a name has, and for more searches than a desk needs.
    """
    words = " ".join(text.split())
    if len(words) > LONGEST_SEARCH:
        raise Refused(_("Please search for fewer words: a name, a telephone number or a birth date."))
    if not words:
        return ""
    with transaction():
        until = count(SEARCHES, str(staff_id), now)
        if until is None:
            history.record("searched", None, now)
    if until is not None:
        raise Refused(_("Too many searches in a short time. Please wait a few minutes."))
    return words


def found(key: str, staff_id: int, now: datetime) -> Found:
    """Whom the search of this key finds; nobody without a key."""
    text = typed.found(key, staff_id)
    people = queries.search(text, now, limit=MOST) if text else []
    if people or not text:
        return Found(text, people)
    near = queries.almost(text, now)
    return Found(text, near, almost=bool(near))
