"""own_keys_and_density"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """How dense a person's lists are, whether single keys work for them, and their own letters."""
    op.add_column("staff_member", sa.Column("dense", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("staff_member", sa.Column("shortcuts", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("staff_member", sa.Column("own_keys", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    """Without them."""
    for name in ("own_keys", "shortcuts", "dense"):
        op.drop_column("staff_member", name)
