"""agreed_sessions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.base import UtcDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What staff says about a session or no-show and the agreed number; how many are used stands with the course."""
    op.create_table(
        "agreement_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=True),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(300), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["treatment_session.id"], name="fk_agreement_word_session_id_treatment_session"),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name="fk_agreement_word_appointment_id_appointment"),
        sa.ForeignKeyConstraint(["by_id"], ["staff_member.id"], name="fk_agreement_word_by_id_staff_member"),
        sa.PrimaryKeyConstraint("id", name="pk_agreement_word"),
    )
    op.create_index("ix_agreement_word_session_id", "agreement_word", ["session_id"])
    op.create_index("ix_agreement_word_appointment_id", "agreement_word", ["appointment_id"])
    op.add_column("course", sa.Column("agreed_used", sa.Integer(), nullable=True))
    op.drop_column("treatment_session", "counts_against_agreement")  # nothing ever wrote it


def downgrade() -> None:
    """Without them."""
    op.add_column("treatment_session", sa.Column("counts_against_agreement", sa.Boolean(), nullable=True))
    op.drop_column("course", "agreed_used")
    op.drop_table("agreement_word")
