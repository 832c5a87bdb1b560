"""order_of_worklists"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COURSE = sa.table(
    "course", sa.column("id", sa.Integer), sa.column("due_latest", sa.Date), sa.column("lapse_days", sa.Integer),
    sa.column("due_lapsed", sa.Date),
)  # fmt: skip
LIVE = {"sqlite_where": sa.text("live = 1 AND needs_booking = 1"), "postgresql_where": sa.text("live AND needs_booking")}
MISSED = {"sqlite_where": sa.text("state = 'missed'"), "postgresql_where": sa.text("state = 'missed'")}


def upgrade() -> None:
    """The day a course lapses, and the worklists read in their order from one index."""
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.add_column(sa.Column("due_lapsed", sa.Date(), nullable=True))
        batch_op.drop_index("ix_course_needs_booking")
        batch_op.create_index(
            "ix_course_needs_booking", ["due_latest", "due_on", "id", "due_earliest", "due_step", "due_lapsed"], unique=False, **LIVE
        )
    op.create_index("ix_treatment_session_missed", "treatment_session", ["course_id"], unique=False, **MISSED)
    _fill(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    known = sa.select(COURSE.c.id, COURSE.c.due_latest, COURSE.c.lapse_days).where(
        COURSE.c.due_latest.is_not(None), COURSE.c.lapse_days.is_not(None)
    )
    days = [{"key": key, "day": end + timedelta(days=more + 1)} for key, end, more in connection.execute(known)]
    if days:
        connection.execute(sa.update(COURSE).where(COURSE.c.id == sa.bindparam("key")).values(due_lapsed=sa.bindparam("day")), days)


def downgrade() -> None:
    """The index as it was, and without the day."""
    op.drop_index("ix_treatment_session_missed", table_name="treatment_session", **MISSED)
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.drop_index("ix_course_needs_booking")
        batch_op.create_index("ix_course_needs_booking", ["due_latest", "due_on", "due_earliest", "due_step"], unique=False, **LIVE)
        batch_op.drop_column("due_lapsed")
