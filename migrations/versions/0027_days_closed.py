"""days_closed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Who closed which day, and what that press did."""
    op.create_table(
        "day_closing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("closes", sa.Boolean(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("kept", sa.JSON(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("over_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["staff_member.id"], name=op.f("fk_day_closing_by_id_staff_member")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_day_closing_location_id_location")),
        sa.ForeignKeyConstraint(["over_by_id"], ["staff_member.id"], name=op.f("fk_day_closing_over_by_id_staff_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_closing")),
    )
    op.create_index("ix_day_closing_day", "day_closing", ["day"])
    op.create_index("ix_day_closing_at", "day_closing", ["at"])


def downgrade() -> None:
    """Without it."""
    op.drop_table("day_closing")
