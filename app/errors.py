"""What can go wrong because of a person or the world, in words that say what to do. Pages for each are made by the factory."""

from __future__ import annotations

from dataclasses import dataclass, field


class Refused(Exception):
    """Something that was asked cannot be done; the text tells the person why and what would help. Nothing was written."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@dataclass
class Stale(Exception):
    """The page was older than the record: somebody changed it meanwhile. Nothing was written; both versions are shown.

    `fits`: what was asked can still be done.
    """

    theirs: str
    yours: str
    version: int
    keep_url: str = ""
    changed_by: str = ""
    details: list[str] = field(default_factory=list)
    fits: bool = True


class AlreadyDone(Exception):
    """This form was sent before; its result stands at `url`."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url
