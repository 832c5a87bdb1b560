"""private_files"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Files that lie beside the database, and the photos among them."""
    op.create_table(
        "stored_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.Enum("picture", "scan", name="file_kind", native_enum=False, create_constraint=True, length=24), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stored_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_why", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["stored_by_id"], ["staff_member.id"], name=op.f("fk_stored_file_stored_by_id_staff_member")),
        sa.ForeignKeyConstraint(["removed_by_id"], ["staff_member.id"], name=op.f("fk_stored_file_removed_by_id_staff_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("name", name=op.f("uq_stored_file_name")),
    )
    op.create_table(
        "photo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("area", sa.String(length=40), nullable=False),
        sa.Column("view", sa.String(length=20), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("consent_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_photo_patient_id_patient")),
        sa.ForeignKeyConstraint(["session_id"], ["treatment_session.id"], name=op.f("fk_photo_session_id_treatment_session")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["staff_member.id"], name=op.f("fk_photo_taken_by_id_staff_member")),
        sa.ForeignKeyConstraint(["consent_id"], ["consent.id"], name=op.f("fk_photo_consent_id_consent")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_photo_file_id_stored_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
        sa.UniqueConstraint("file_id", name=op.f("uq_photo_file_id")),
    )
    op.create_index(op.f("ix_photo_patient_id"), "photo", ["patient_id"])
    op.create_index(op.f("ix_photo_session_id"), "photo", ["session_id"])


def downgrade() -> None:
    """Without them; the files themselves stay where they are."""
    op.drop_table("photo")
    op.drop_table("stored_file")
