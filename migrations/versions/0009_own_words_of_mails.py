"""own_words_of_mails"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

APPROVED = sa.text("state = 'approved'")
DRAFT = sa.text("state = 'draft'")


def upgrade() -> None:
    """The clinic's own words in its mails, with their versions."""
    state = sa.Enum("draft", "approved", "retired", name="version_state", native_enum=False, create_constraint=True, length=24)
    op.create_table(
        "mail_words",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter", sa.String(length=24), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff_member.id"], name=op.f("fk_mail_words_made_by_id_staff_member")),
        sa.ForeignKeyConstraint(["approved_by_id"], ["staff_member.id"], name=op.f("fk_mail_words_approved_by_id_staff_member")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["staff_member.id"], name=op.f("fk_mail_words_ended_by_id_staff_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_words")),
        sa.UniqueConstraint("letter", "language", "n", name=op.f("uq_mail_words_letter_language_n")),
    )
    pair = ["letter", "language"]
    op.create_index("uq_mail_words_one_approved", "mail_words", pair, unique=True, sqlite_where=APPROVED, postgresql_where=APPROVED)
    op.create_index("uq_mail_words_one_draft", "mail_words", pair, unique=True, sqlite_where=DRAFT, postgresql_where=DRAFT)


def downgrade() -> None:
    """Without them."""
    op.drop_table("mail_words")
