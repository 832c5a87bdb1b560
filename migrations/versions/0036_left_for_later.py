"""left_for_later"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Which first steps were left for later."""
    op.add_column("clinic", sa.Column("left_for_later", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    """Without it."""
    op.drop_column("clinic", "left_for_later")
