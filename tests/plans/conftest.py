"""A clinic with a physician, a patient and an approved protocol."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.patient import Patient
from models.protocol import ProtocolVersion
from models.staff import StaffMember
from tests.builders import a_clinic, a_patient, a_physician, a_protocol, sign_in


@pytest.fixture
def physician(app: Flask, noon: datetime, client: FlaskClient) -> StaffMember:
    """Signed in."""
    a_clinic()
    return sign_in(client, a_physician())


@pytest.fixture
def patient(physician: StaffMember) -> Patient:
    return a_patient()


@pytest.fixture
def prp(physician: StaffMember) -> ProtocolVersion:
    return a_protocol("prp_scalp")
