"""Mail that stays here is filed whole, out of others' sight, and forgotten after a week."""

from __future__ import annotations

import errno
import os
import re
from datetime import UTC, datetime, timedelta

import pytest

from app.messages.transports import FolderTransport, MemoryTransport, Outcome, OutcomeKind, Phase
from tests.messages.letters import MESSAGE, FenceWatch, an_envelope

WRITTEN_AT = datetime(2026, 4, 13, 8, 15, 30, tzinfo=UTC)


@pytest.fixture
def outbox(tmp_path):
    return FolderTransport(tmp_path / "instance" / "outbox")


def test_a_message_is_filed_never_sent(outbox):
    outcome = outbox.deliver(an_envelope(), fence := FenceWatch())
    assert (outcome.kind, outbox.keeps_mail_here, fence.asked) == (OutcomeKind.FILED, True, 1)
    [file] = outbox.folder.iterdir()
    assert file.read_bytes() == MESSAGE
    assert file.name in outcome.text


def test_a_file_name_tells_the_moment_and_nothing_about_the_patient(outbox):
    outbox.deliver(an_envelope(message_id="<ada.patient@clinic.test>"), FenceWatch())
    [file] = outbox.folder.iterdir()
    assert re.fullmatch(r"20260413T081530Z-[0-9a-f]{12}\.eml", file.name)


def test_only_this_user_can_read_filed_mail(outbox):
    outbox.deliver(an_envelope(), FenceWatch())
    [file] = outbox.folder.iterdir()
    assert (file.stat().st_mode & 0o777, outbox.folder.stat().st_mode & 0o777) == (0o600, 0o700)


@pytest.mark.parametrize("data", [b"Subject: no date\n\nHello\n", b"Date: whenever\n\nHello\n", b""])
def test_a_message_without_a_date_is_filed_under_the_moment_of_writing(outbox, data):
    outbox.deliver(an_envelope(data=data), FenceWatch())
    [file] = outbox.folder.glob("*.eml")
    stamp = datetime.strptime(file.name[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    assert abs(stamp - datetime.fromtimestamp(file.stat().st_mtime, UTC)) <= timedelta(seconds=1)


def test_the_same_message_filed_again_is_one_file(outbox):
    for _ in range(2):
        outbox.deliver(an_envelope(), FenceWatch())
    assert len(list(outbox.folder.iterdir())) == 1


def test_a_lost_lease_files_nothing(outbox):
    assert outbox.deliver(an_envelope(), FenceWatch(holds=False)).kind is OutcomeKind.FENCED_OFF
    assert list(outbox.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("code", "kind"),
    [(errno.ENOSPC, OutcomeKind.RETRY), (errno.EDQUOT, OutcomeKind.RETRY), (errno.EACCES, OutcomeKind.MISCONFIGURED)],
)
def test_trouble_with_the_disk_leaves_no_torn_file(outbox, monkeypatch, code, kind):
    def fail(handle: int) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", fail)
        outcome = outbox.deliver(an_envelope(), fence := FenceWatch())
    assert (outcome.kind, outcome.phase, fence.asked) == (kind, Phase.FOLDER, 0)
    assert os.strerror(code) in outcome.text
    assert list(outbox.folder.iterdir()) == []


def test_a_folder_that_cannot_be_is_a_configuration_fault(tmp_path):
    (tmp_path / "taken").write_text("a file")
    outbox = FolderTransport(tmp_path / "taken" / "outbox")
    assert outbox.deliver(an_envelope(), FenceWatch()).kind is OutcomeKind.MISCONFIGURED
    assert outbox.check() is not None


def test_a_check_leaves_nothing_behind(outbox):
    assert outbox.check() is None
    assert list(outbox.folder.iterdir()) == []


def test_filed_mail_is_forgotten_after_seven_days(outbox):
    outbox.deliver(an_envelope(), FenceWatch())
    assert outbox.forget_older_than(WRITTEN_AT + timedelta(days=7)) == 0
    assert outbox.forget_older_than(WRITTEN_AT + timedelta(days=7, seconds=1)) == 1
    assert list(outbox.folder.iterdir()) == []


def test_forgetting_leaves_foreign_files_and_clears_torn_ones(outbox):
    outbox.deliver(an_envelope(), FenceWatch())
    (outbox.folder / "notes.eml").write_text("mine")
    (outbox.folder / ".abc.x.part").write_text("torn")
    assert outbox.forget_older_than(datetime.now(UTC) + timedelta(days=3650)) == 1
    assert [file.name for file in outbox.folder.iterdir()] == ["notes.eml"]


def test_forgetting_where_nothing_was_filed_yet_is_no_trouble(outbox):
    assert outbox.forget_older_than(WRITTEN_AT) == 0


def test_the_memory_gives_its_answers_and_then_accepts():
    retry = Outcome(OutcomeKind.RETRY, Phase.RCPT, "4.2.0 Later", 450)
    memory = MemoryTransport([retry])
    assert memory.deliver(an_envelope(), fence := FenceWatch()) is retry
    assert (fence.asked, memory.taken) == (0, [])
    assert memory.deliver(an_envelope(), fence).kind is OutcomeKind.ACCEPTED
    assert (fence.asked, memory.taken) == (1, [an_envelope()])


def test_the_memory_respects_the_fence():
    memory = MemoryTransport()
    assert memory.deliver(an_envelope(), FenceWatch(holds=False)).kind is OutcomeKind.FENCED_OFF
    assert memory.taken == []


def test_the_memory_takes_nothing_that_was_refused_at_the_dot():
    memory = MemoryTransport([Outcome(OutcomeKind.REFUSED_MESSAGE, Phase.DOT, "5.6.0 Spam", 554)])
    assert memory.deliver(an_envelope(), fence := FenceWatch()).kind is OutcomeKind.REFUSED_MESSAGE
    assert (memory.check(), fence.asked, memory.taken) == (None, 1, [])


def test_a_memory_that_keeps_mail_here_files_it():
    memory = MemoryTransport(keeps_mail_here=True)
    assert memory.deliver(an_envelope(), FenceWatch()).kind is OutcomeKind.FILED
