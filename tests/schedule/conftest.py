"""What most tests of the schedule begin with: a clinic with a patient in the middle of a plan, and reception signed in."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient

from tests import builders
from tests.schedule.scenes import Scene, a_scene


@pytest.fixture
def scene(app: object, noon: datetime) -> Scene:
    return a_scene()


@pytest.fixture
def desk(scene: Scene, client: FlaskClient) -> FlaskClient:
    builders.sign_in(client, builders.a_receptionist())
    return client
