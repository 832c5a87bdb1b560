"""outcomes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

MEASURES = ("gais_physician", "gais_patient", "satisfaction", "pain", "hair_density_per_cm2", "hair_diameter")


def upgrade() -> None:
    """What was measured or judged of a course."""
    op.create_table(
        "course_outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("measure", sa.Enum(*MEASURES, name="measure", native_enum=False, create_constraint=True, length=24), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("measured_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_by_id", sa.Integer(), nullable=True),
        sa.Column("voided_why", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_course_outcome_course_id_course")),
        sa.ForeignKeyConstraint(["session_id"], ["treatment_session.id"], name=op.f("fk_course_outcome_session_id_treatment_session")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["staff_member.id"], name=op.f("fk_course_outcome_recorded_by_id_staff_member")),
        sa.ForeignKeyConstraint(["voided_by_id"], ["staff_member.id"], name=op.f("fk_course_outcome_voided_by_id_staff_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_outcome")),
    )
    op.create_index("ix_course_outcome_course_id", "course_outcome", ["course_id", "measured_on"])
    op.create_index(op.f("ix_course_outcome_session_id"), "course_outcome", ["session_id"])


def downgrade() -> None:
    """Without it."""
    op.drop_table("course_outcome")
