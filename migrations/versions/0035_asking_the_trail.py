"""asking_the_trail"""

from __future__ import annotations

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A page of the audit is read in its order from an index, whoever, whatever or whichever patient is asked about."""
    op.drop_index("ix_event_at", "event")
    op.drop_index("ix_event_patient_id", "event")
    op.create_index("ix_event_at", "event", ["at", "id"])
    op.create_index("ix_event_patient_id", "event", ["patient_id", "at", "id"])
    op.create_index("ix_event_staff_id_at", "event", ["staff_id", "at", "id"])
    op.create_index("ix_event_action_at", "event", ["action", "at", "id"])


def downgrade() -> None:
    """As it was."""
    for name in ("ix_event_action_at", "ix_event_staff_id_at", "ix_event_patient_id", "ix_event_at"):
        op.drop_index(name, "event")
    op.create_index("ix_event_patient_id", "event", ["patient_id", "id"])
    op.create_index("ix_event_at", "event", ["at"])
