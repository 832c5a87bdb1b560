"""Mail that stays here: every message becomes a file that any mail program opens."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import policy
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp

from app.messages.transports.base import Envelope, Fence, Outcome, OutcomeKind, Phase, Trouble

STAMP = "%Y%m%dT%H%M%SZ"
KEPT_FOR = timedelta(days=7)
PASSING_TROUBLE = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EAGAIN, errno.EMFILE, errno.ENFILE}


class FolderTransport:
    """Files messages in a folder only this user can read.

    File names hold a moment and a digest of the Message-ID, nothing about the patient.
    """

    keeps_mail_here = True
    name = "folder"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def deliver(self, envelope: Envelope, fence: Fence) -> Outcome:
        """See `Transport.deliver`. The file appears whole or not at all."""
        try:
            return self._file(envelope, fence)
        except OSError as trouble:
            return _in_words(trouble)

    def check(self) -> Outcome | None:
        """Whether a file can be written and flushed here; None when it can."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with _draft(self.folder, "check") as draft:
                _write(draft, b"check")
        except OSError as trouble:
            return _in_words(trouble)
        return None

    def close(self) -> None:
        """Nothing stays open."""

    def forget_older_than(self, now: datetime) -> int:
        """Delete messages filed more than 7 days before `now`; returns how many.

        Files that this transport did not write are left alone.
        """
        last = now - KEPT_FOR
        old = [path for path in self.folder.glob("*.eml") if (_filed_at(path) or last) < last]
        torn = [path for path in self.folder.glob(".*.part") if _changed_at(path) < last]
        for path in old + torn:
            path.unlink(missing_ok=True)
        return len(old)

    def _file(self, envelope: Envelope, fence: Fence) -> Outcome:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        digest = sha256(envelope.message_id.encode()).hexdigest()[:12]
        with _draft(self.folder, digest) as draft:
            _write(draft, envelope.data)
            if not fence():
                return Outcome(OutcomeKind.FENCED_OFF, Phase.FOLDER, Trouble.NOT_OURS)
            written_at = _date_of(envelope.data) or _changed_at(draft)
            final = self.folder / f"{written_at:{STAMP}}-{digest}.eml"
            draft.rename(final)
        _flush_names(self.folder)
        return Outcome(OutcomeKind.FILED, Phase.FOLDER, Trouble.KEPT.with_detail(final.name))


@contextmanager
def _draft(folder: Path, digest: str) -> Iterator[Path]:
    """An empty file beside the final ones, gone afterwards unless renamed."""
    handle, name = mkstemp(prefix=f".{digest}.", suffix=".part", dir=folder)
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _flush_names(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _date_of(data: bytes) -> datetime | None:
    """The message's own Date, so that simulated time files under simulated time."""
    date = BytesHeaderParser(policy=policy.compat32).parsebytes(data).get("Date")
    try:
        written = parsedate_to_datetime(str(date))
    except ValueError:
        return None
    return written.astimezone(UTC) if written.tzinfo else written.replace(tzinfo=UTC)


def _changed_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _filed_at(path: Path) -> datetime | None:
    stamp = path.name.partition("-")[0]
    try:
        return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def _in_words(trouble: OSError) -> Outcome:
    passing = trouble.errno in PASSING_TROUBLE
    kind = OutcomeKind.RETRY if passing else OutcomeKind.MISCONFIGURED
    return Outcome(kind, Phase.FOLDER, Trouble.FOLDER.with_detail(trouble.strerror or trouble))
