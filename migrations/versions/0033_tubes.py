"""tubes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What on a tube of the patient's own blood was compared with them."""
    op.add_column("lot_use", sa.Column("identifiers", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    """Without it."""
    op.drop_column("lot_use", "identifiers")
