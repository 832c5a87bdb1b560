"""A lot corrected as somebody does it on the page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.product import LotUse

TUBE = ["name", "register_no"]
"""What was compared before the patient's own blood is given."""


def correct_lot(client: FlaskClient, use: LotUse, typed: Mapping[str, Sequence[str]]) -> TestResponse:
    """First the page shows what it changes, then it is pressed; a page that refuses what was typed comes back at once."""
    url = f"/lot-uses/{use.id}/correct"
    page = client.post(url, data=typed)
    if page.status_code != 200:
        return page
    shown = re.search(r'name="shown"[^>]*value="([^"]*)"', page.text)
    assert shown
    return client.post(url, data={**typed, "do": "save", "shown": unescape(shown[1])})
