"""lots_of_touch_ups"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was used in a touch-up belongs to its visit, as there is no session."""
    with op.batch_alter_table("lot_use", schema=None) as batch_op:
        batch_op.add_column(sa.Column("appointment_id", sa.Integer(), nullable=True))
        batch_op.alter_column("session_id", existing_type=sa.Integer(), nullable=True)
        batch_op.create_foreign_key(batch_op.f("fk_lot_use_appointment_id_appointment"), "appointment", ["appointment_id"], ["id"])
        batch_op.create_check_constraint(batch_op.f("ck_lot_use_session_or_visit"), "(session_id IS NULL) <> (appointment_id IS NULL)")
        batch_op.create_index(batch_op.f("ix_lot_use_appointment_id"), ["appointment_id"], unique=False)


def downgrade() -> None:
    """Without the uses of touch-ups, which have no place in the older table."""
    op.execute("DELETE FROM lot_use WHERE session_id IS NULL")
    with op.batch_alter_table("lot_use", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lot_use_appointment_id"))
        batch_op.drop_constraint(batch_op.f("ck_lot_use_session_or_visit"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_lot_use_appointment_id_appointment"), type_="foreignkey")
        batch_op.alter_column("session_id", existing_type=sa.Integer(), nullable=False)
        batch_op.drop_column("appointment_id")
