"""lots_called_back"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Recalls of lots, and which lots each is about."""
    op.create_table(
        "lot_recall",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Enum("open", "approved", "closed", name="lot_recall_state", native_enum=False, create_constraint=True, length=24),
                  nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("call_by", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["opened_by_id"], ["staff_member.id"], name=op.f("fk_lot_recall_opened_by_id_staff_member")),
        sa.ForeignKeyConstraint(["approved_by_id"], ["staff_member.id"], name=op.f("fk_lot_recall_approved_by_id_staff_member")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["staff_member.id"], name=op.f("fk_lot_recall_closed_by_id_staff_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot_recall")),
    )  # fmt: skip
    op.create_table(
        "recalled_lot",
        sa.Column("recall_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["recall_id"], ["lot_recall.id"], name=op.f("fk_recalled_lot_recall_id_lot_recall")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_recalled_lot_lot_id_lot")),
        sa.PrimaryKeyConstraint("recall_id", "lot_id", name=op.f("pk_recalled_lot")),
    )
    op.create_index(op.f("ix_recalled_lot_lot_id"), "recalled_lot", ["lot_id"])


def downgrade() -> None:
    """Without them."""
    op.drop_table("recalled_lot")
    op.drop_table("lot_recall")
