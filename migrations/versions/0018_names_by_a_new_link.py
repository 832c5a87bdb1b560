"""names_by_a_new_link"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A calendar's link knows whether it was made to show names."""
    op.add_column("calendar_feed", sa.Column("names", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute("UPDATE calendar_feed SET names = (SELECT names_in_calendars FROM clinic)")


def downgrade() -> None:
    """Without it."""
    op.drop_column("calendar_feed", "names")
