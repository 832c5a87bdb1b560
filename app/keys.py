"""The single keys of the desk, what each does, and the letters a person has put in their place. static/keys.js listens for them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from app.i18n import _l

IN_A_LIST = {
    "j": _l("Next line"), "k": _l("Line before"), "x": _l("Select"), "u": _l("Undo what was done last"),
}  # fmt: skip
ON_THE_DAY = {
    "a": _l("Arrived"), "o": _l("Cream on"), "t": _l("Start"), "d": _l("Done"), "c": _l("Confirmed"), "m": _l("Move"),
    "l": _l("Product and lot"), "e": _l("Note"), ",": _l("Day before"), ".": _l("Day after"),
}  # fmt: skip
FIRST = {"g": _l("Go to …, with a second letter"), "n": _l("New …, with a second letter")}
ALL: dict[str, str] = {"f": _l("Find: people, pages, actions")} | FIRST | IN_A_LIST | ON_THE_DAY


def for_the_page(on: bool, own: Mapping[str, str]) -> str:
    """What the script is told: "off", the letters that were changed, or nothing."""
    if not on:
        return "off"
    return json.dumps(dict(own), ensure_ascii=False) if own else ""


def clashes(own: Mapping[str, str]) -> set[str]:
    """Keys that would share their letter with another one."""
    letters = {key: own.get(key, key) for key in ALL}
    return {key for key, letter in letters.items() if list(letters.values()).count(letter) > 1}
