"""complications"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.base import UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def _one_of(name: str, *kinds: str) -> sa.Enum:
    return sa.Enum(*kinds, name=name, native_enum=False, create_constraint=True, length=24)


def upgrade() -> None:
    """What a patient was left with after a treatment, until a physician clears it."""
    op.create_table(
        "complication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("area", sa.String(40), nullable=False),
        sa.Column("state", _one_of("complication_state", "open", "cleared"), nullable=False),
        sa.Column("noticed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("noticed_how", _one_of("noticed_how", "seen", "phoned"), nullable=False),
        sa.Column("signs", sa.JSON(), nullable=False),
        sa.Column("signs_free", sa.Text(), nullable=False),
        sa.Column("severity", _one_of("severity", "mild", "moderate", "severe"), nullable=False),
        sa.Column("done", sa.Text(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("reported_to", sa.String(120), nullable=False),
        sa.Column("opened_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("cleared_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("cleared_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_complication_patient_id_patient"),
        sa.ForeignKeyConstraint(["session_id"], ["treatment_session.id"], name="fk_complication_session_id_treatment_session"),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name="fk_complication_lot_id_lot"),
        sa.ForeignKeyConstraint(["opened_by_id"], ["staff_member.id"], name="fk_complication_opened_by_id_staff_member"),
        sa.ForeignKeyConstraint(["cleared_by_id"], ["staff_member.id"], name="fk_complication_cleared_by_id_staff_member"),
        sa.PrimaryKeyConstraint("id", name="pk_complication"),
    )
    op.create_index("ix_complication_patient_id", "complication", ["patient_id"])
    op.create_index("ix_complication_session_id", "complication", ["session_id"])
    still_open = sa.text("state = 'open'")
    op.create_index("ix_complication_open", "complication", ["patient_id", "area"], sqlite_where=still_open, postgresql_where=still_open)


def downgrade() -> None:
    """Without them."""
    op.drop_table("complication")
