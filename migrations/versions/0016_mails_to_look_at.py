"""mails_to_look_at"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

UNMATCHED = sa.text("outcome = 'unmatched' AND looked_at IS NULL")
TO_LOOK_AT = sa.text("outcome IN ('failed', 'unmatched') AND looked_at IS NULL")


def upgrade() -> None:
    """The page of mails that somebody must look at asks for both kinds; an index of one of them is no help."""
    op.drop_index("ix_incoming_mail_unmatched", "incoming_mail")
    op.create_index("ix_incoming_mail_to_look_at", "incoming_mail", ["id"], sqlite_where=TO_LOOK_AT, postgresql_where=TO_LOOK_AT)


def downgrade() -> None:
    """As it was."""
    op.drop_index("ix_incoming_mail_to_look_at", "incoming_mail")
    op.create_index("ix_incoming_mail_unmatched", "incoming_mail", ["id"], sqlite_where=UNMATCHED, postgresql_where=UNMATCHED)
