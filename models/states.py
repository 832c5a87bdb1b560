"""A state changes only along its table of moves, and is stored as checked text."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar, TypeVar

from sqlalchemy import Enum
from sqlalchemy.orm import Mapped, MappedColumn, mapped_column

S = TypeVar("S", bound=StrEnum)
Moves = Mapping[Any, frozenset[Any]]


class IllegalMoveError(Exception):
    """Somebody asked for a move that the table of moves does not have."""

    def __init__(self, thing: object, old: StrEnum, new: StrEnum) -> None:
        super().__init__(f"{type(thing).__name__}: {old} → {new} is not a move")
        self.old, self.new = old, new


class Stateful:
    """A row with a `state` that moves along `MOVES`."""

    MOVES: ClassVar[Moves]
    state: Mapped[Any]

    def may_move_to(self, new: StrEnum) -> bool:
        return new in self.MOVES.get(self.state, frozenset())

    def move_to(self, new: StrEnum) -> None:
        """Change the state. Raises IllegalMoveError when the table has no such move."""
        if not self.may_move_to(new):
            raise IllegalMoveError(self, self.state, new)
        self.state = new

    def step_back_to(self, old: StrEnum) -> None:
        """Undo the last move: only back to a state that leads here."""
        if self.state not in self.MOVES.get(old, frozenset()):
            raise IllegalMoveError(self, self.state, old)
        self.state = old


def checked(kinds: type[S], length: int = 24) -> Enum:
    """Text that may only be one of the values of `kinds`."""
    name = "".join("_" + c.lower() if c.isupper() else c for c in kinds.__name__).strip("_")
    return Enum(kinds, native_enum=False, create_constraint=True, length=length, name=name, values_callable=lambda e: [m.value for m in e])


def state_column(kinds: type[S], start: S) -> MappedColumn[S]:
    """The column of a state, with where it starts."""
    return mapped_column(checked(kinds), default=start)
