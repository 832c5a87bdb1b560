"""The year of birth on PostgreSQL: of many guesses at one moment only so many are looked at."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from app.links.wrong_years import WRONG_YEARS
from tests.links import guesses
from tests.mails.stories import a_story, with_public_url

pytestmark = pytest.mark.postgres


def test_five_wrong_years_are_five_however_many_guess_at_one_moment(app: Flask, noon: datetime) -> None:
    with_public_url()
    message = a_story("en", verified=True).told["booked"][0]
    seen = guesses.at_one_moment(app, message.id)
    assert guesses.counted() == [WRONG_YEARS]
    assert sum("This is not the year we know." in page for page in seen) == WRONG_YEARS - 1
    assert sum("Exosome" in page for page in seen) <= 1
