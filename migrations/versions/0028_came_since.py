"""came_since"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What came in since the day was closed, up to when each person has read it, and the ways to count it."""
    op.create_table(
        "came_read",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_came_read_staff_id_staff_member")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_came_read")),
    )
    open_ones = sa.text("closed_at IS NULL")
    op.create_index("ix_staff_task_open_made_at", "staff_task", ["kind", "made_at"], sqlite_where=open_ones, postgresql_where=open_ones)
    op.create_index("ix_appointment_status_at", "appointment_status", ["state", "at"])


def downgrade() -> None:
    """Without it."""
    op.drop_index("ix_appointment_status_at", table_name="appointment_status")
    op.drop_index("ix_staff_task_open_made_at", table_name="staff_task")
    op.drop_table("came_read")
