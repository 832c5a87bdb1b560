"""who_asked_for_a_move"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Who asked for a change of visits, and by which way."""
    with op.batch_alter_table("change_set", schema=None) as batch_op:
        batch_op.add_column(sa.Column("asked_by", sa.String(length=20), server_default="", nullable=False))
        batch_op.add_column(sa.Column("asked_how", sa.String(length=20), server_default="", nullable=False))


def downgrade() -> None:
    """Without them."""
    with op.batch_alter_table("change_set", schema=None) as batch_op:
        batch_op.drop_column("asked_how")
        batch_op.drop_column("asked_by")
