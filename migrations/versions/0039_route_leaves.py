"""route_leaves"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A physician's leave to give a product another way than it is authorised for."""
    op.create_table(
        "route_leave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("route", sa.String(length=40), nullable=False),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_route_leave_course_id_course")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_route_leave_product_id_product")),
        sa.ForeignKeyConstraint(["by_id"], ["staff_member.id"], name=op.f("fk_route_leave_by_id_staff_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_route_leave")),
    )
    op.create_index(op.f("ix_route_leave_course_id"), "route_leave", ["course_id"])


def downgrade() -> None:
    """Without it."""
    op.drop_table("route_leave")
