"""whom_a_link_went_to"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A link knows the address its mail went to and every visit the mail told of."""
    op.add_column("mail_link", sa.Column("beside", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
    op.add_column("mail_link", sa.Column("address", sa.String(length=254), server_default="", nullable=False))
    op.execute(
        "UPDATE mail_link SET address ="
        " COALESCE((SELECT lower(message.address) FROM message WHERE message.id = mail_link.message_pk), '')"
    )  # fmt: skip


def downgrade() -> None:
    """Without them."""
    op.drop_column("mail_link", "address")
    op.drop_column("mail_link", "beside")
