"""names_in_calendars_of_patients"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import NAMESPACE_OID, uuid5

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What a visit's event is called in calendars is kept with the visit: random for new ones, for old ones what it always was."""
    op.add_column("appointment", sa.Column("uid", sa.String(length=36), server_default="", nullable=False))
    _as_it_was()
    op.create_index("uq_appointment_uid", "appointment", ["uid"], unique=True)


def downgrade() -> None:
    """Worked out again from the visit's number."""
    op.drop_index("uq_appointment_uid", "appointment")
    op.drop_column("appointment", "uid")


def _as_it_was() -> None:
    """A calendar that has the event already goes on knowing it."""
    database, visit = op.get_bind(), sa.table("appointment", sa.column("id", sa.Integer), sa.column("uid", sa.String))
    made: datetime | None = database.scalar(sa.select(sa.table("clinic", sa.column("created_at", sa.DateTime(timezone=True))).c.created_at))
    if made is None:
        return
    since = (made.replace(tzinfo=UTC) if made.tzinfo is None else made.astimezone(UTC)).isoformat()
    named = [{"one": id, "name": str(uuid5(NAMESPACE_OID, f"{since} visit {id}"))} for id in database.scalars(sa.select(visit.c.id))]
    if named:
        database.execute(sa.update(visit).where(visit.c.id == sa.bindparam("one")).values(uid=sa.bindparam("name")), named)
