"""Which protocols there are, and which may be used."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from app.i18n import named
from app.letters import sort_key
from app.library.loader import shipped
from app.series.contents import content_of
from models.base import db
from models.clinic import Clinic
from models.protocol import Protocol, ProtocolVersion, VersionState
from models.treatment import Course, TreatmentPlan

BEGIN_WITH = frozenset({"exosome_face_needling", "prp_scalp", "mesotherapy_scalp"})
"""What a small clinic reads first: they ask for nothing but to be read, and for no number out of hours."""
__all__ = ["all_protocols", "approved_versions", "content_of", "switched_on", "used_by", "version_or_404", "waiting"]


def all_protocols() -> list[Protocol]:
    """Every protocol with its versions, by its name in the page's language."""
    found = db.session.scalars(select(Protocol).options(selectinload(Protocol.versions)))
    return sorted(found, key=lambda protocol: sort_key(named(protocol.names)))


def approved_versions() -> list[ProtocolVersion]:
    """The version of every protocol that a plan may use now, by its name in the page's language."""
    query = select(ProtocolVersion).where(ProtocolVersion.state == VersionState.APPROVED).options(joinedload(ProtocolVersion.protocol))
    found = [version for version in db.session.scalars(query) if switched_on(version)]
    return sorted(found, key=lambda version: sort_key(named(version.content["names"])))


def switched_on(version: ProtocolVersion) -> bool:
    """Whether an approved version may be used: it is enabled, or everything that must be attested has been."""
    attest = version.content.get("attest") or ()
    return version.content.get("enabled", True) or (bool(attest) and set(attest) <= set(version.attested))


def version_or_404(version_id: int) -> ProtocolVersion:
    """The version, or the page that says there is none."""
    return db.session.get(ProtocolVersion, version_id) or abort(404)


def waiting() -> list[ProtocolVersion]:
    """The newest draft of every protocol of which no version is approved."""
    protocols = [p for p in all_protocols() if not any(v.state is VersionState.APPROVED for v in p.versions)]
    drafts = [[v for v in p.versions if v.state is VersionState.DRAFT] for p in protocols]
    return [versions[-1] for versions in drafts if versions]


def used_by(versions: Sequence[ProtocolVersion]) -> dict[int, int]:
    """How many plans have a course of each of these versions."""
    query = (
        select(Course.version_id, func.count(TreatmentPlan.id.distinct()))
        .join(Course.plan)
        .where(Course.version_id.in_([version.id for version in versions]))
        .group_by(Course.version_id)
    )
    return dict(db.session.execute(query).all())


def emergency_number() -> str:
    """What patients dial first, as the clinic's texts say it."""
    clinic = db.session.get(Clinic, 1)
    return clinic.emergency_number if clinic else "112"


def lacking(version: ProtocolVersion) -> list[str]:
    """What this version needs of the clinic and the settings do not have, in the page's language."""
    clinic = db.session.get(Clinic, 1)
    has = {"out_of_hours_number": bool(clinic and clinic.phone_out_of_hours)}
    needs = [need for need in version.content.get("clinic") or () if not has.get(need, False)]
    return [named(shipped().clinic_needs[need].names.to_data()) if need in shipped().clinic_needs else need for need in needs]
