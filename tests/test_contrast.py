"""Every pair of colours that meets on a page can be told apart: text 4.5 : 1, edges and marks 3 : 1 (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re

import pytest

from config import ROOT

STATIC = ROOT / "app" / "static"
SHEET = (STATIC / "seans.css").read_text()
LETTER = (STATIC / "letter.css").read_text()
GROUNDS = ("paper", "page", "tint", "quiet")
TOKEN = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")

TEXT_ON = {
    "ink": (*GROUNDS, "focus"), "muted": GROUNDS, "link": GROUNDS, "error": GROUNDS, "focus-ink": ("focus",),
    "on-strong": ("primary", "primary-deep", "error", "no-show-edge"), "head-ink": ("head", "head-lift", "ink", "no-show-text"),
    "head-muted": ("head", "head-lift"), "head": ("head-muted",),
    "done-text": GROUNDS, "no-show-text": GROUNDS, "paused-text": ("paper", "paused-bg"),
}  # fmt: skip
EDGE_ON = {"control": GROUNDS, "primary": GROUNDS, "error": GROUNDS, "ink": ("focus", *GROUNDS), "focus": ("head", "ink")}
ORNAMENT = {"line"}  # hairlines between rows: nothing is told by them alone


def tokens(sheet: str) -> dict[str, str]:
    return dict(TOKEN.findall(sheet))


COLOURS = tokens(SHEET)


def luminance(colour: str) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(COLOURS[one]), luminance(COLOURS[other])), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def families() -> list[str]:
    """booked, early, …: every name that has a text, a background and an edge."""
    return sorted(name.removesuffix("-edge") for name in COLOURS if name.endswith("-edge"))


@pytest.mark.parametrize("family", families())
def test_a_tag_can_be_read_and_its_edge_be_seen(family: str) -> None:
    assert contrast(f"{family}-text", f"{family}-bg") >= 4.5
    assert contrast(f"{family}-edge", "paper") >= 3
    assert contrast("on-strong", f"{family}-edge") >= 4.5, "the letter stands in white on the edge colour"


@pytest.mark.parametrize(("text", "ground"), [(text, ground) for text, grounds in TEXT_ON.items() for ground in grounds])
def test_text_can_be_read_on_every_ground_it_meets(text: str, ground: str) -> None:
    assert contrast(text, ground) >= 4.5


@pytest.mark.parametrize(("edge", "ground"), [(edge, ground) for edge, grounds in EDGE_ON.items() for ground in grounds])
def test_an_edge_can_be_seen_on_every_ground_it_meets(edge: str, ground: str) -> None:
    assert contrast(edge, ground) >= 3


def test_no_colour_escapes_these_tests() -> None:
    measured = {*TEXT_ON, *EDGE_ON, *ORNAMENT, *(ground for grounds in (*TEXT_ON.values(), *EDGE_ON.values()) for ground in grounds)}
    measured |= {f"{family}-{part}" for family in families() for part in ("text", "bg", "edge")}
    assert set(COLOURS) <= measured


@pytest.mark.parametrize("sheet", [SHEET, LETTER], ids=["seans.css", "letter.css"])
def test_colours_are_named_once_and_used_by_name(sheet: str) -> None:
    rules = sheet[sheet.index("}") :]
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)", rules)


def test_the_letter_wears_the_same_colours() -> None:
    assert tokens(LETTER).items() <= COLOURS.items()
