"""touch_ups"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """How the skin answered to a touch-up, and what there is to say."""
    op.create_table(
        "touch_up",
        sa.Column("appointment_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("reaction", sa.String(length=300), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name=op.f("fk_touch_up_appointment_id_appointment"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("appointment_id", name=op.f("pk_touch_up")),
    )


def downgrade() -> None:
    """Without it."""
    op.drop_table("touch_up")
