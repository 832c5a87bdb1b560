"""Private files lie whole, under names that say nothing, readable by nobody else; what belongs to no record goes."""

from __future__ import annotations

import os
from datetime import datetime, timedelta

import pytest
from flask import Flask

from app.commands.doctor_checks import the_files
from app.errors import Refused
from app.files import store
from app.files.store import Ready
from models.base import db, transaction
from models.file import FileKind, StoredFile

PHOTO = Ready(FileKind.PICTURE, b"large", b"small")


@pytest.fixture
def kept(app: Flask, noon: datetime) -> StoredFile:
    with transaction():
        return store.keep(PHOTO, noon)


def said(app: Flask, noon: datetime) -> list[str]:
    return [finding.words for finding in the_files(app.extensions["seans"], noon)]


def test_a_file_is_kept_whole_and_for_nobody_else(kept: StoredFile) -> None:
    assert (store.read(kept), store.read(kept, small=True)) == (b"large", b"small")
    assert store.place_of(kept.name).stat().st_mode & 0o077 == 0
    assert len(kept.name) == 32


def test_a_file_that_was_changed_on_the_disk_is_not_shown(kept: StoredFile) -> None:
    store.place_of(kept.name).write_bytes(b"other")
    assert store.read(kept) is None


def test_a_removed_file_leaves_its_row(kept: StoredFile, noon: datetime) -> None:
    with transaction():
        store.mark_removed(db.session.get_one(StoredFile, kept.id), "withdrawn", noon)
    store.delete(kept.name)
    row = db.session.get_one(StoredFile, kept.id)
    assert (list(store.lying()), store.read(row), row.removed_why, row.sha256 != "") == ([], None, "withdrawn", True)


def test_what_a_crash_left_behind_is_swept_after_a_day(kept: StoredFile, noon: datetime) -> None:
    stray = store.place_of("ab" * 16)
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"half")
    for place in store.lying():
        os.utime(place, times=(noon.timestamp(), noon.timestamp()))
    assert (store.sweep(noon + timedelta(hours=23)), store.sweep(noon + timedelta(hours=25))) == (0, 1)
    assert store.read(kept) == b"large"


def test_a_disk_that_is_nearly_full_takes_nothing_in(app: Flask, noon: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "KEEP_FREE", 10**18)
    with app.test_request_context(), transaction(), pytest.raises(Refused, match="nearly full"):
        store.keep(PHOTO, noon)


def test_the_doctor_counts_what_is_there_missing_and_stray(app: Flask, kept: StoredFile, noon: datetime) -> None:
    assert said(app, noon) == ["Photos and scans are all there (1)."]
    store.place_of(kept.name).rename(store.place_of("cd" * 16).parent.with_name("x"))
    assert said(app, noon)[0].startswith("Photos or scans that are missing or damaged: 1")


def test_the_doctor_names_files_without_a_record(app: Flask, kept: StoredFile, noon: datetime) -> None:
    store.place_of("ab" * 16).parent.mkdir(parents=True, exist_ok=True)
    store.place_of("ab" * 16).write_bytes(b"stray")
    assert "Files that belong to no record: 1" in said(app, noon)[1]
