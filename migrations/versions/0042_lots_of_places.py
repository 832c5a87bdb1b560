"""lots_of_places"""

from __future__ import annotations

from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None
FK = "fk_lot_location_id_location"


def upgrade() -> None:
    """At which place alone a lot is."""
    # In place: the table is referred to, so it cannot be made anew as batch mode does on SQLite.
    op.execute(f"ALTER TABLE lot ADD COLUMN location_id INTEGER CONSTRAINT {FK} REFERENCES location (id)")


def downgrade() -> None:
    """Every lot at all of them."""
    op.drop_column("lot", "location_id")  # in place, as above
