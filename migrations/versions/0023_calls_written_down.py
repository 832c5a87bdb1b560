"""calls_written_down"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.base import UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What a patient said in a call, and what was advised."""
    op.create_table(
        "call_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_call_record_patient_id_patient"),
        sa.ForeignKeyConstraint(["task_id"], ["staff_task.id"], name="fk_call_record_task_id_staff_task"),
        sa.ForeignKeyConstraint(["by_id"], ["staff_member.id"], name="fk_call_record_by_id_staff_member"),
        sa.PrimaryKeyConstraint("id", name="pk_call_record"),
    )
    op.create_index("ix_call_record_patient_id", "call_record", ["patient_id"])
    op.create_index("ix_call_record_task_id", "call_record", ["task_id"])


def downgrade() -> None:
    """Without them."""
    op.drop_table("call_record")
