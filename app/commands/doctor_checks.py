"""What the doctor looks at. Each look says what it found and, when that is bad, what to do."""

from __future__ import annotations

import json
import shutil
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.error import HTTPError, URLError

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from app.clinic import readiness
from app.clinic.readiness import Need
from app.commands import troubles
from app.commands.database import is_current
from app.files import store
from app.inbound.setting import mailbox
from app.mail_address import working
from app.messages.setting import sender_address, signer_of, transport
from app.messages.transports import CannotSign, Phase, Transport
from app.messages.words import answer_words
from app.status.health import look
from config import Config
from models.base import db
from models.clinic import Clinic
from models.file import StoredFile
from models.guards import guards_expected
from models.heartbeat import Heartbeat
from models.inbound import MailboxState
from models.message import IS_WAITING, Message, MessageState

TOO_LITTLE = 200 * 1024 * 1024
LATE = timedelta(minutes=15)
SECONDS = 5
NEEDS = {
    Need.TELEPHONE: ("no telephone number", "Settings › Name, telephones, address: it stands in every mail."),
    Need.REPLY_ADDRESS: ("no reply address", "Settings › Name, telephones, address: patients' answers would be lost."),
    Need.OPENING_HOURS: ("no opening hours", "Settings › Opening hours: no visit can be offered."),
    Need.ROOM: ("no room", "Settings › Rooms: no treatment can be booked."),
    Need.MANAGER: ("no manager", "Settings › Staff: nobody can change the settings."),
    Need.PHYSICIAN: ("no physician", "Settings › Staff: nobody can approve or evaluate."),
    Need.WORKING_HOURS: ("nobody who treats and has working hours", "Settings › Staff: no visit can be offered."),
    Need.PROTOCOL: ("no approved protocol", "Protocols: a physician approves what is used."),
}


@dataclass(frozen=True)
class Finding:
    """One thing looked at: is it fine, in words, and what to do about it."""

    fine: bool
    words: str
    cure: str = ""


def fine(words: str) -> Finding:
    """All is well with this."""
    return Finding(True, words)


def wrong(words: str, cure: str) -> Finding:
    """This needs somebody, and what they should do."""
    return Finding(False, words, cure)


def everything(settings: Config, now: datetime) -> Iterator[Finding]:
    """Every finding, the ground first: what stands on a database that is not there is not looked at."""
    yield from the_disk(settings, now)
    ground = list(the_database(settings, now))
    yield from ground
    if all(finding.fine for finding in ground):
        for one in (the_jobs, the_files, the_mail, the_mailbox, the_addresses, the_clinic):
            yield from one(settings, now)


def the_disk(settings: Config, _now: datetime) -> Iterator[Finding]:
    """Room for the database and for mails that are filed."""
    free = shutil.disk_usage(settings.instance if settings.instance.exists() else settings.instance.parent).free
    if free < TOO_LITTLE:
        yield wrong(f"Only {free // 1024**2} MB are free on the disk.", "Make room: a full disk stops bookings and mails.")


def the_database(settings: Config, _now: datetime) -> Iterator[Finding]:
    """It answers, is current, and refuses double bookings by itself."""
    try:
        with db.engine.connect() as connection:
            dialect = connection.dialect.name
            catalogue = (
                "SELECT name FROM sqlite_master WHERE type = 'trigger'"
                if dialect == "sqlite"
                else "SELECT conname FROM pg_constraint UNION SELECT tgname FROM pg_trigger"
            )
            there = set(connection.execute(text(catalogue)).scalars())
    except SQLAlchemyError as trouble:
        yield wrong(*troubles.of_the_database(trouble, settings))
        return
    yield fine(f"The database answers ({dialect}).")
    if is_current():
        yield fine("Its tables are those of this version.")
    else:
        yield wrong("Its tables are not those of this version.", "Start Seans once with `make run`, or run `flask --app run db upgrade`.")
    missing = guards_expected(dialect) - there
    if missing:
        yield wrong(f"Guards against double booking are missing: {', '.join(sorted(missing))}.", "Start Seans once: it puts them up.")


def the_jobs(_settings: Config, now: datetime) -> Iterator[Finding]:
    """The timetable runs and no job fails."""
    health = look()
    if health.jobs_well(now):
        yield fine("The jobs run.")
    else:
        since = f"since {health.jobs_seen_at:%d %B %Y %H:%M} UTC" if health.jobs_seen_at else "and never did"
        yield wrong(f"The jobs do not run, {since}.", "Keep `python run.py` or `python run.py worker` running.")
    for beat in db.session.scalars(select(Heartbeat).where(Heartbeat.failed_at.is_not(None)).order_by(Heartbeat.job)):
        yield wrong(f"The job {beat.job} failed when it last ran ({beat.said}).", f"See the log, or `flask --app run jobs run {beat.job}`.")


def the_files(_settings: Config, _now: datetime) -> Iterator[Finding]:
    """Every photo and scan that is on record lies in its folder, as it was stored."""
    rows = db.session.scalars(select(StoredFile).where(StoredFile.removed_at.is_(None))).all()
    bad = [row.name for row in rows if store.read(row) is None]
    if bad:
        yield wrong(f"Photos or scans that are missing or damaged: {len(bad)} ({', '.join(bad[:5])}).",
                    f"Bring them back from the backup of {store.folder()}.")  # fmt: skip
    else:
        yield fine(f"Photos and scans are all there ({len(rows)}).")
    stray = {file.name.removesuffix(store.SMALL) for file in store.lying()} - {row.name for row in rows}
    if stray:
        yield Finding(True, f"Files that belong to no record: {len(stray)}; the job forget_old_records deletes them after a day.")


def the_mail(settings: Config, now: datetime) -> Iterator[Finding]:
    """Mail leaves this machine, the server takes it, and nothing waits that should have gone."""
    health, way = look(), transport()
    yield from _way_out(settings, way, health.demo)
    if not health.mail_well:
        yield wrong(
            f"Mail was stopped: {health.mail_why}.", "Mend the cause; Seans tries again by itself, or open it again under Messages."
        )
    clinic = db.session.get(Clinic, 1)
    if clinic and not clinic.mailing_started:
        yield wrong("Mailing was not started after the import.", "Messages › Start mailing.")
    late = (IS_WAITING, Message.try_at < now - LATE)
    waiting = db.session.scalar(select(func.count()).select_from(Message).where(*late)) or 0
    if waiting:
        yield wrong(f"Mails that should have gone more than 15 minutes ago: {waiting}.", "Look at what is said above about jobs and mail.")
    for state, words in ((MessageState.FAILED, "that could not be sent"), (MessageState.UNKNOWN, "that may or may not have arrived")):
        number = db.session.scalar(select(func.count()).select_from(Message).where(Message.state == state)) or 0
        if number:
            yield wrong(f"Mails {words}: {number}.", "Messages shows them with the reason of each.")


def _way_out(settings: Config, way: Transport, demo: bool) -> Iterator[Finding]:
    if way.keeps_mail_here:
        cure = "" if demo else "Set MAIL_URL, for example smtp+starttls://user:password@mail.example.org:587."
        yield Finding(demo, f"Mails do not leave this machine; they are written to {settings.mail_folder}.", cure)
    elif (trouble := way.check()) is None:
        yield fine("The mail server takes our mail.")
    elif trouble.phase is not Phase.SIGNING:
        said = answer_words(trouble.text)
        yield wrong(f"The mail server does not take our mail: {trouble.phase}: {said}", "Check MAIL_URL and ask the provider.")
    if not way.keeps_mail_here:
        yield from _sender()
        yield from _signature(settings)


def the_mailbox(_settings: Config, now: datetime) -> Iterator[Finding]:
    """Bounces and answers are read."""
    box = mailbox()
    state = db.session.get(MailboxState, box.name[:200]) if box else None
    if box is None:
        yield Finding(True, "Bounces and answers are not read: BOUNCE_URL is not set.")
    elif state is not None and state.failing_since is not None:
        since = f"{state.failing_since:%d %B %Y %H:%M} UTC"
        yield wrong(f"{box.name} cannot be read since {since} ({state.failures} times): {state.trouble}", "Check BOUNCE_URL.")
    elif state is None or state.read_at is None or now - state.read_at > LATE:
        yield wrong(f"{box.name} was not read in the last 15 minutes.", "Look at what is said above about jobs.")
    else:
        yield fine(f"{box.name} is read.")


def _sender() -> Iterator[Finding]:
    if not working(sender_address(db.session.get(Clinic, 1))):
        yield wrong("MAIL_FROM is not an address that can send.", "Set MAIL_FROM to an address of the clinic's own domain.")


def _signature(settings: Config) -> Iterator[Finding]:
    """Mails are signed, for the domain that they come from, with a key that works."""
    signer = signer_of(settings)
    if signer is None:
        yield fine("Mails are not signed by Seans: DKIM_DOMAIN, DKIM_SELECTOR and DKIM_KEY are not set.")
        return
    try:
        name, record = signer.record
    except CannotSign as trouble:
        yield wrong(f"Mails cannot be signed: {trouble}. They wait.", "Mend the file that DKIM_KEY names; Seans looks again by itself.")
        return
    yield fine(f'Mails are signed. The DNS needs this TXT record: {name} "{record}"')
    domain = sender_address(db.session.get(Clinic, 1)).rpartition("@")[2].lower()
    if domain != signer.domain and not domain.endswith(f".{signer.domain}"):
        yield wrong(f"Mails come from {domain} but are signed for {signer.domain}.", "Set DKIM_DOMAIN to the domain of MAIL_FROM.")


def the_addresses(settings: Config, _now: datetime) -> Iterator[Finding]:
    """Links in mails open from outside."""
    if not settings.public_url:
        demo = look().demo
        cure = "" if demo else "Set PUBLIC_URL to the address at which patients reach this clinic."
        yield Finding(demo, "PUBLIC_URL is not set: links in mails open only on this machine.", cure)
        return
    if not settings.https:
        yield wrong("PUBLIC_URL is not https.", "Put a certificate in front of Seans: links carry a patient's secret.")
    try:
        body = _fetch(f"{settings.public_url}/healthz")
    except (OSError, ValueError) as trouble:
        yield wrong(
            f"{settings.public_url} cannot be opened ({trouble}).", "Check the name, the certificate, the proxy and that Seans runs."
        )
        return
    if "database" in body:
        yield fine(f"{settings.public_url} opens.")
    else:
        yield wrong(f"{settings.public_url} opens, but something else answers there.", "Let the proxy hand everything to Seans.")


def _fetch(url: str) -> dict[str, object]:
    """The answer of /healthz, well or not. Raises OSError or ValueError when it is none."""
    try:
        with urllib.request.urlopen(url, timeout=SECONDS) as answer:  # noqa: S310  config allows http and https only
            said = json.loads(answer.read(10_000))
    except HTTPError as refused:
        said = json.loads(refused.read(10_000)) if refused.code == 503 else {}
    except URLError as trouble:
        raise OSError(str(trouble.reason)) from trouble
    return said if isinstance(said, dict) else {}


def the_clinic(_settings: Config, _now: datetime) -> Iterator[Finding]:
    """There is somebody to decide, something approved, a time and a place to treat."""
    if db.session.get(Clinic, 1) is None:
        yield wrong("The clinic is not set up.", "Open /start in the browser.")
        return
    lacks = [need for need in readiness.missing() if need in NEEDS]
    for need in lacks:
        words, cure = NEEDS[need]
        yield wrong(f"The clinic has {words}.", cure)
    if not lacks:
        yield fine("The clinic has people, approved protocols, hours and rooms.")
