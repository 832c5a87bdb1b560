"""mended_records"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.base import UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

WHAT = sa.Enum("wrong_time", "never_happened", "wrong_patient", name="mistake", native_enum=False, create_constraint=True, length=24)


def upgrade() -> None:
    """The record of a visit can be mended; what stood there is kept."""
    op.create_table(
        "record_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("moved_to_id", sa.Integer(), nullable=True),
        sa.Column("what", WHAT, nullable=False),
        sa.Column("old", sa.JSON(), nullable=False),
        sa.Column("new", sa.JSON(), nullable=False),
        sa.Column("why", sa.String(300), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("undone_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name="fk_record_correction_appointment_id_appointment"),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_record_correction_patient_id_patient"),
        sa.ForeignKeyConstraint(["moved_to_id"], ["appointment.id"], name="fk_record_correction_moved_to_id_appointment"),
        sa.ForeignKeyConstraint(["by_id"], ["staff_member.id"], name="fk_record_correction_by_id_staff_member"),
        sa.PrimaryKeyConstraint("id", name="pk_record_correction"),
    )
    for column in ("appointment_id", "patient_id", "moved_to_id"):
        op.create_index(f"ix_record_correction_{column}", "record_correction", [column])


def downgrade() -> None:
    """Without it."""
    op.drop_table("record_correction")
