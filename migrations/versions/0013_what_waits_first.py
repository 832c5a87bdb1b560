"""what_waits_first"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    """The index of what waits begins with the state, so that SQLite takes it before the one of all states."""
    op.drop_index("ix_message_waiting", "message")
    op.create_index("ix_message_waiting", "message", ["state", "try_at", "id"], sqlite_where=WAITING, postgresql_where=WAITING)


def downgrade() -> None:
    """As it was."""
    op.drop_index("ix_message_waiting", "message")
    op.create_index("ix_message_waiting", "message", ["try_at", "id"], sqlite_where=WAITING, postgresql_where=WAITING)
