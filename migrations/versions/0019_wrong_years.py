"""wrong_years"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A link to the full text of a mail counts the wrong years of birth."""
    op.add_column("mail_link", sa.Column("wrong_answers", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    """Without it."""
    op.drop_column("mail_link", "wrong_answers")
