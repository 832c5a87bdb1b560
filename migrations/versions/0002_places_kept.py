"""places_kept"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A moved or cancelled visit can be put back just where it was, and those moved in one act together."""
    with op.batch_alter_table("change_set", schema=None) as batch_op:
        batch_op.add_column(sa.Column("batch", sa.String(length=64), nullable=True))
        batch_op.create_index(batch_op.f("ix_change_set_batch"), ["batch"], unique=False)
    with op.batch_alter_table("visit_change", schema=None) as batch_op:
        batch_op.add_column(sa.Column("old_place", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Without the old places."""
    with op.batch_alter_table("visit_change", schema=None) as batch_op:
        batch_op.drop_column("old_place")
    with op.batch_alter_table("change_set", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_change_set_batch"))
        batch_op.drop_column("batch")
