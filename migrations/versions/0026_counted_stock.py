"""counted_stock"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Pieces of a lot that arrived or were thrown away, where and why."""
    op.create_table(
        "stock_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=True),
        sa.Column("what", sa.Enum("received", "discarded", name="stock_change", native_enum=False, create_constraint=True, length=24),
                  nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("pieces > 0", name=op.f("ck_stock_move_some")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_stock_move_lot_id_lot")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_stock_move_location_id_location")),
        sa.ForeignKeyConstraint(["by_id"], ["staff_member.id"], name=op.f("fk_stock_move_by_id_staff_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_move")),
    )  # fmt: skip
    op.create_index(op.f("ix_stock_move_lot_id"), "stock_move", ["lot_id"])


def downgrade() -> None:
    """Without them."""
    op.drop_table("stock_move")
