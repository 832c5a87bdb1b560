"""Every reason of every kind is a sentence, and reception reads none that says why."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from flask import Flask

from app.planning.answer import Aspect, Because, Reason, Rule, VerdictKind
from app.planning.durations import Duration, parse
from app.planning.question import Basis
from app.series.reading import Standing
from app.series.words import duration_words, reason_words, standing_words, verdict_words

DAY = date(2026, 12, 31)


@pytest.fixture(autouse=True)
def in_english(app: Flask) -> None:
    """Words are made in English outside a request."""


@pytest.mark.parametrize(("because", "aspect"), list(product(Because, Aspect)))
def test_every_kind_of_reason_has_words(because: Because, aspect: Aspect) -> None:
    (words,) = reason_words([Reason(aspect, because, DAY, anchor=date(2026, 12, 3), duration=Duration(days=28), days=2)], clinical=True)
    assert ": " in words
    assert not words.endswith(": Thu 31 Dec 2026"), "a bare day is no reason"
    assert "None" not in words


@pytest.mark.parametrize("rule", Rule)
def test_every_rule_of_a_gap_or_bound_has_words(rule: Rule) -> None:
    because = Because.GAP if rule in (Rule.ABSOLUTE_MIN, Rule.MIN, Rule.IDEAL, Rule.MAX) else Because.BOUND
    (words,) = reason_words([Reason(Aspect.EARLIEST, because, DAY, rule, date(2026, 12, 3), duration=Duration(days=28))], clinical=False)
    assert "31 Dec 2026" in words
    assert rule.value not in words or rule.value.isalpha()


def test_a_gap_says_where_it_counts_from() -> None:
    reason = Reason(Aspect.RECOMMENDED, Because.GAP, DAY, Rule.IDEAL, date(2026, 12, 3), 1, duration=Duration(days=28))
    assert reason_words([reason], clinical=False) == [
        "Recommended: Thu 31 Dec 2026 = ideal of 28 days after session 1 on Thu 3 Dec 2026"
    ]  # fmt: skip


def test_a_date_that_counts_from_something_to_come_says_so() -> None:
    reason = Reason(Aspect.EARLIEST, Because.GAP, DAY, Rule.MIN, date(2026, 12, 3), basis=Basis.BOOKED, duration=Duration(days=28))
    assert reason_words([reason], clinical=False)[0].endswith("not certain yet")


def test_reception_never_reads_why_a_patient_is_on_hold() -> None:
    reason = Reason(Aspect.DATES, Because.HOLD, anchor=DAY, note="pregnant")
    assert "pregnan" not in reason_words([reason], clinical=False)[0].casefold()
    assert "(Pregnancy)" in reason_words([reason], clinical=True)[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [("28d", "28 days"), ("1d", "1 day"), ("4w-4d", "4 weeks less 4 days"), ("1y+2m", "1 year + 2 months"), ("0d", "0 days")],
)
def test_lengths_of_time_in_words(text: str, words: str) -> None:
    assert duration_words(parse(text)) == words


def test_every_standing_and_verdict_has_words() -> None:
    assert all(standing_words(one) for one in Standing)
    assert all(verdict_words(one) for one in VerdictKind)
