"""numbers_in_the_morning"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Whether a colleague wants the numbers of the day by mail."""
    with op.batch_alter_table("staff_member", schema=None) as batch_op:
        batch_op.add_column(sa.Column("digest", sa.Boolean(), server_default=sa.true(), nullable=False))


def downgrade() -> None:
    """Without it."""
    with op.batch_alter_table("staff_member", schema=None) as batch_op:
        batch_op.drop_column("digest")
