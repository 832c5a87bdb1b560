"""late_decisions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

WAYS = ("as_planned", "other_room", "without_cream", "later_today", "another_day")


def upgrade() -> None:
    """What was decided for a patient who came late."""
    op.create_table(
        "late_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.Enum(*WAYS, name="late_way", native_enum=False, create_constraint=True, length=24), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.JSON(), nullable=True),
        sa.Column("change_set_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_late_decision_appointment_id_appointment"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["staff_member.id"], name=op.f("fk_late_decision_by_id_staff_member")),
        sa.ForeignKeyConstraint(["change_set_id"], ["change_set.id"], name=op.f("fk_late_decision_change_set_id_change_set")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_decision")),
    )
    op.create_index(op.f("ix_late_decision_appointment_id"), "late_decision", ["appointment_id"])


def downgrade() -> None:
    """Without it."""
    op.drop_table("late_decision")
