"""joined_records"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

OPEN = sa.text("undone_at IS NULL")


def upgrade() -> None:
    """Two records that were one person can be joined, and taken apart again."""
    op.create_table(
        "patient_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("gone_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("changed", sa.JSON(), nullable=False),
        sa.Column("consents", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("kept_id <> gone_id", name=op.f("ck_patient_merge_of_two")),
        sa.ForeignKeyConstraint(["by_id"], ["staff_member.id"], name=op.f("fk_patient_merge_by_id_staff_member")),
        sa.ForeignKeyConstraint(["gone_id"], ["patient.id"], name=op.f("fk_patient_merge_gone_id_patient")),
        sa.ForeignKeyConstraint(["kept_id"], ["patient.id"], name=op.f("fk_patient_merge_kept_id_patient")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["staff_member.id"], name=op.f("fk_patient_merge_undone_by_id_staff_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_merge")),
    )
    op.create_index(op.f("ix_patient_merge_kept_id"), "patient_merge", ["kept_id"])
    op.create_index("uq_patient_merge_gone", "patient_merge", ["gone_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    """Without it."""
    op.drop_table("patient_merge")
