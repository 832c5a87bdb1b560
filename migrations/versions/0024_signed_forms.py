"""signed_forms"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

WAY = sa.Enum("paper", "screen", name="signed_on", native_enum=False, create_constraint=True, length=24)


def upgrade() -> None:
    """A consent to a procedure says for which area, who signed and how, and keeps the signed form."""
    with op.batch_alter_table("consent") as batch_op:
        batch_op.add_column(sa.Column("area", sa.String(length=40), server_default="", nullable=False))
        batch_op.add_column(sa.Column("way", WAY, nullable=True))
        batch_op.add_column(sa.Column("signer", sa.String(length=160), server_default="", nullable=False))
        batch_op.add_column(sa.Column("as_guardian", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("interpreter", sa.String(length=160), server_default="", nullable=False))
        batch_op.add_column(sa.Column("file_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_consent_file_id_stored_file"), "stored_file", ["file_id"], ["id"])


def downgrade() -> None:
    """Without them."""
    with op.batch_alter_table("consent") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_consent_file_id_stored_file"), type_="foreignkey")
        batch_op.drop_constraint("signed_on", type_="check")
        for column in ("file_id", "interpreter", "as_guardian", "signer", "way", "area"):
            batch_op.drop_column(column)
