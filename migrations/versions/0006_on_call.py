"""on_call"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Who is on call, by date."""
    op.create_table(
        "on_call",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_on_call_staff_id_staff_member")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_on_call")),
    )
    op.create_index(op.f("ix_on_call_staff_id"), "on_call", ["staff_id"])


def downgrade() -> None:
    """Without it."""
    op.drop_table("on_call")
