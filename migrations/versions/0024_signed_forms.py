"""signed_forms"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A consent to a procedure says for which area, who signed and how, and keeps the signed form.

    Column by column: the table is referred to, so it cannot be made anew as SQLite's batch mode does.
    """
    op.add_column("consent", sa.Column("area", sa.String(length=40), server_default="", nullable=False))
    op.execute("ALTER TABLE consent ADD COLUMN way VARCHAR(24) CONSTRAINT ck_consent_signed_on CHECK (way IN ('paper', 'screen'))")
    op.add_column("consent", sa.Column("signer", sa.String(length=160), server_default="", nullable=False))
    op.add_column("consent", sa.Column("as_guardian", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("consent", sa.Column("interpreter", sa.String(length=160), server_default="", nullable=False))
    op.execute("ALTER TABLE consent ADD COLUMN file_id INTEGER CONSTRAINT fk_consent_file_id_stored_file REFERENCES stored_file (id)")


def downgrade() -> None:
    """Without them."""
    with op.batch_alter_table("consent") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_consent_signed_on"), type_="check")
        for column in ("file_id", "interpreter", "as_guardian", "signer", "way", "area"):
            batch_op.drop_column(column)
