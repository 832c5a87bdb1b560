"""lots_of_places"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None
FK = "fk_lot_location_id_location"


def upgrade() -> None:
    """At which place alone a lot is."""
    with op.batch_alter_table("lot") as table:
        table.add_column(sa.Column("location_id", sa.Integer(), nullable=True))
        table.create_foreign_key(FK, "location", ["location_id"], ["id"])


def downgrade() -> None:
    """Every lot at all of them."""
    with op.batch_alter_table("lot") as table:
        table.drop_constraint(FK, type_="foreignkey")
        table.drop_column("location_id")
