"""From templates and facts to words: a sandbox, nothing undefined, and the style written into the HTML once per template.

Mail programs drop style sheets, so every element carries its own style. Writing it in is done to the template, not to each
mail: tags of the template language hide in HTML comments meanwhile, which the inliner leaves as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import css_inline
from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound, pass_eval_context
from jinja2.nodes import EvalContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from app.formats import EMAILS

FOLDER = EMAILS
STYLE = "mail.css"
OWN = "own/"
"""Before the name of a template: its words of some blocks are the clinic's own, `own/opening+closing/reminder/en.html`."""
_TAG = re.compile(r"(\{[%#])(.*?)([%#]\})", re.DOTALL)
_HIDDEN = re.compile(r"<!--(\{[%#])(.*?)([%#]\})-->", re.DOTALL)
_MANY_LINES = re.compile(r"\n{3,}")


class MailTemplates(BaseLoader):
    """The shipped templates; those in HTML come with their style in every element."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._css = (folder / STYLE).read_text("utf-8")
        self._inliner = css_inline.CSSInliner(
            inline_style_tags=False, keep_style_tags=True, load_remote_stylesheets=False, extra_css=self._css
        )

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, None]:
        """The text of a template. Raises TemplateNotFound also for a name that leads out of the folder."""
        if template.startswith(OWN):
            return _with_own_words(template), None, None
        path = (self.folder / template).resolve()
        if not path.is_relative_to(self.folder) or not path.is_file():
            raise TemplateNotFound(template)
        source = path.read_text("utf-8")
        return (self.styled(source) if path.suffix == ".html" else source), str(path), None

    def styled(self, source: str) -> str:
        """A template whose elements carry their style; its tags and variables as they were."""
        hidden = _TAG.sub(r"<!--\1\2\3-->", source)
        whole = hidden.lstrip().startswith("<!doctype")
        done = self._inliner.inline(hidden) if whole else self._inliner.inline_fragment(hidden, self._css)
        return _HIDDEN.sub(r"\1\2\3", done)


@cache
def environment() -> Environment:
    """Where mails are rendered: values cannot be changed, nothing may be undefined, HTML is escaped."""
    made = ImmutableSandboxedEnvironment(
        loader=MailTemplates(FOLDER),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    made.filters["lines"] = _lines
    return made


def render(folder: str, language: str, part: str, facts: Mapping[str, Any], own: Mapping[str, str] | None = None) -> str:
    """One part (subject, txt, html) of a mail; `own`: plain words that take the place of those of a block, or of the subject.

    Raises TemplateNotFound, or UndefinedError for a value nobody gave.
    """
    name, own = f"{folder}/{language}.{part}", own or {}
    if part == "subject" and "subject" in own:
        return " ".join(own["subject"].split())
    blocks = "+".join(sorted(own.keys() & environment().get_template(name).blocks.keys()))
    text = environment().get_template(f"{OWN}{blocks}/{name}" if blocks else name).render(facts, own=own)
    if part == "subject":
        return " ".join(text.split())
    if part == "txt":
        lines = "\n".join(line.rstrip() for line in text.splitlines())
        return _MANY_LINES.sub("\n\n", lines).strip() + "\n"
    return re.sub(r"\n\s*\n+", "\n", text)


def phrase(name: str, language: str) -> str:
    """A phrase of the letters that stands in none of them, in a language; in English where the language has it not."""
    return _phrases(language).get(name) or _phrases("en")[name]


@cache
def _phrases(language: str) -> dict[str, str]:
    file = FOLDER / "shared" / f"{language}.words"
    lines = file.read_text("utf-8").splitlines() if file.is_file() else []
    return dict(line.split(": ", 1) for line in lines)


def _with_own_words(template: str) -> str:
    """The shipped template, in which the words of some blocks are values: what staff typed is never read as a template here."""
    blocks, shipped = template.removeprefix(OWN).split("/", 1)
    own = (f'{{% block {name} %}}{{{{ own["{name}"]|lines }}}}{{% endblock %}}' for name in blocks.split("+"))
    return f'{{% extends "{shipped}" %}}' + "".join(own)


@pass_eval_context
def _lines(context: EvalContext, text: str) -> str:
    """Plain text as it stands; in HTML with its line breaks."""
    return Markup("<br>\n").join(escape(line) for line in text.splitlines()) if context.autoescape else text
