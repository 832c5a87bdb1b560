"""what_came_back"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

UNMATCHED = sa.text("outcome = 'unmatched' AND looked_at IS NULL")


def upgrade() -> None:
    """Mails that came in, and how far the mailbox was read."""
    op.create_table(
        "incoming_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.Column("message_pk", sa.Integer(), nullable=True),
        sa.Column("patient_id", sa.Integer(), nullable=True),
        sa.Column("sender", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["looked_by_id"], ["staff_member.id"], name=op.f("fk_incoming_mail_looked_by_id_staff_member")),
        sa.ForeignKeyConstraint(["message_pk"], ["message.id"], name=op.f("fk_incoming_mail_message_pk_message")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_incoming_mail_patient_id_patient")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_mail")),
        sa.UniqueConstraint("mark", name=op.f("uq_incoming_mail_mark")),
    )
    for column in ("came_at", "message_pk", "patient_id"):
        op.create_index(op.f(f"ix_incoming_mail_{column}"), "incoming_mail", [column], unique=False)
    op.create_index("ix_incoming_mail_unmatched", "incoming_mail", ["id"], unique=False, sqlite_where=UNMATCHED, postgresql_where=UNMATCHED)
    op.create_table(
        "mailbox_state",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("validity", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mailbox_state")),
    )


def downgrade() -> None:
    """Without them."""
    op.drop_table("mailbox_state")
    op.drop_table("incoming_mail")
