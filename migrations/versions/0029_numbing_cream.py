"""numbing_cream"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The numbing cream of a visit, by area."""
    op.create_table(
        "cream_use",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.String(length=20), nullable=False),
        sa.Column("unit", sa.String(length=12), nullable=False),
        sa.Column("area", sa.String(length=40), nullable=False),
        sa.Column("square_cm", sa.Integer(), nullable=True),
        sa.Column("on_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("on_by_id", sa.Integer(), nullable=True),
        sa.Column("off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("off_by_id", sa.Integer(), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("off_at IS NULL OR off_at >= on_at", name=op.f("ck_cream_use_off_after_on")),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name=op.f("fk_cream_use_appointment_id_appointment")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_cream_use_lot_id_lot")),
        sa.ForeignKeyConstraint(["on_by_id"], ["staff_member.id"], name=op.f("fk_cream_use_on_by_id_staff_member")),
        sa.ForeignKeyConstraint(["off_by_id"], ["staff_member.id"], name=op.f("fk_cream_use_off_by_id_staff_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cream_use")),
    )
    op.create_index(op.f("ix_cream_use_appointment_id"), "cream_use", ["appointment_id"])
    op.create_index(op.f("ix_cream_use_lot_id"), "cream_use", ["lot_id"])


def downgrade() -> None:
    """Without it."""
    op.drop_table("cream_use")
