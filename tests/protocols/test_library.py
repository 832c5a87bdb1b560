"""The shipped library arrives as drafts, once."""

from __future__ import annotations

from datetime import datetime

from flask import Flask
from flask.testing import FlaskClient

from app.library.loader import shipped
from app.protocols import actions, queries
from models.base import db, transaction
from models.protocol import Protocol, ProtocolVersion, VersionState
from tests.builders import a_clinic, a_physician, a_protocol, sign_in


def test_every_shipped_protocol_becomes_a_draft(app: Flask, noon: datetime) -> None:
    with transaction():
        added = actions.load_shipped(noon)
    versions = db.session.query(ProtocolVersion).all()
    assert added == len(shipped().protocols) == len(versions)
    assert {(version.n, version.state, version.source) for version in versions} == {(1, VersionState.DRAFT, "library")}


def test_loading_again_adds_nothing(app: Flask, noon: datetime) -> None:
    for expected in (len(shipped().protocols), 0):
        with transaction():
            assert actions.load_shipped(noon) == expected


def test_what_the_clinic_has_already_stays(app: Flask, noon: datetime) -> None:
    a_protocol("prp_scalp")
    with transaction():
        actions.load_shipped(noon)
    found = db.session.query(Protocol).filter_by(key="prp_scalp").one()
    assert [version.state for version in found.versions] == [VersionState.APPROVED]


def test_every_loaded_draft_can_be_read(app: Flask, noon: datetime) -> None:
    with transaction():
        actions.load_shipped(noon)
    for version in db.session.query(ProtocolVersion):
        assert queries.content_of(version).key == version.protocol.key


def test_nothing_may_be_used_before_it_is_approved(app: Flask, noon: datetime) -> None:
    with transaction():
        actions.load_shipped(noon)
    assert queries.approved_versions() == []
    assert len(queries.waiting()) == len(shipped().protocols)


def test_a_draft_older_than_the_approved_version_stays_in_the_list(client: FlaskClient, noon: datetime) -> None:
    version = a_protocol("prp_scalp")
    a_clinic()
    sign_in(client, a_physician())
    with transaction():
        version.n = 2
        older = ProtocolVersion(protocol=version.protocol, n=1, content=version.content, source="library", made_at=noon)
        db.session.add(older)
    page = client.get("/protocols").text
    assert f'href="/protocols/{older.id}">Draft of version 1' in page
