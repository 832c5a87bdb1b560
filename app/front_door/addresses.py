"""The text of an address is prepared when somebody first asks for it: to do so for every page was a twentieth of the start."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


class Address(Rule):
    """A page's address; how its text is put together is worked out once, at the first `url_for`."""

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        make = super()._compile_builder

        def first(_self: Rule, **values: object) -> tuple[str, str]:
            build: Builder = make(append_unknown).__get__(self)
            setattr(self, "_build_unknown" if append_unknown else "_build", build)
            return build(**values)

        return first


def install(app: Flask) -> None:
    """Before any address is registered."""
    app.url_rule_class = Address
