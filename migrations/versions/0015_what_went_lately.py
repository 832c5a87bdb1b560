"""what_went_lately"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

CLAIMED = sa.text("state = 'claimed'")


def upgrade() -> None:
    """How many mails went in the last days is counted from an index, not from every mail that ever went. The few that are claimed
    are found by their state."""
    op.create_index("ix_message_state_settled_at", "message", ["state", "settled_at"])
    op.drop_index("ix_message_claimed", "message")


def downgrade() -> None:
    """As it was."""
    op.create_index("ix_message_claimed", "message", ["lease_until"], sqlite_where=CLAIMED, postgresql_where=CLAIMED)
    op.drop_index("ix_message_state_settled_at", "message")
