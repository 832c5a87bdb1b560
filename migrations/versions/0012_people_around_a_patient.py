"""people_around_a_patient"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Guardians, helpers, and whom to call in an emergency."""
    roles = sa.Enum("guardian", "helper", "emergency", name="contact_role", native_enum=False, create_constraint=True, length=24)
    channels = sa.Enum("email", "phone", "paper", name="channel", native_enum=False, create_constraint=True, length=24)
    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("role", roles, nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("phone_typed", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("channel", channels, nullable=False),
        sa.Column("gets_mails", sa.Boolean(), nullable=False),
        sa.Column("asks_changes", sa.Boolean(), nullable=False),
        sa.Column("hears_clinical", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_contact_patient_id_patient")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index(op.f("ix_contact_patient_id"), "contact", ["patient_id"])
    op.create_index(op.f("ix_contact_email"), "contact", ["email"])


def downgrade() -> None:
    """Without them."""
    op.drop_table("contact")
