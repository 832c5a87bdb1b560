"""own_numbers_of_places"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None
OWN = {"phone": 32, "reply_address": 254, "sender_name": 120}
FK = "fk_working_hours_location_id_location"


def upgrade() -> None:
    """A place's own telephone and sender; at which place somebody works then."""
    for name, length in OWN.items():
        op.add_column("location", sa.Column(name, sa.String(length), server_default="", nullable=False))
    with op.batch_alter_table("working_hours") as table:
        table.add_column(sa.Column("location_id", sa.Integer(), nullable=True))
        table.create_foreign_key(FK, "location", ["location_id"], ["id"])


def downgrade() -> None:
    """The clinic's own for all, and everybody at all of them."""
    with op.batch_alter_table("working_hours") as table:
        table.drop_constraint(FK, type_="foreignkey")
        table.drop_column("location_id")
    for name in reversed(OWN):
        op.drop_column("location", name)
