"""figures_by_index"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

ENDED, EARLY = sa.text("ended_on IS NOT NULL"), sa.text("completed_early_on IS NOT NULL")
TASK = sa.text("object_type = 'staff_task'")


def upgrade() -> None:
    """Lots used and series that ended in a period are found by their days, what was pressed on a line of a worklist by the line."""
    op.create_index("ix_event_task", "event", ["object_id", "id"], sqlite_where=TASK, postgresql_where=TASK)
    op.create_index("ix_lot_use_used_at", "lot_use", ["used_at"])
    op.create_index("ix_course_ended_on", "course", ["ended_on"], sqlite_where=ENDED, postgresql_where=ENDED)
    op.create_index("ix_course_completed_early_on", "course", ["completed_early_on"], sqlite_where=EARLY, postgresql_where=EARLY)


def downgrade() -> None:
    """As it was."""
    op.drop_index("ix_event_task", "event")
    op.drop_index("ix_course_completed_early_on", "course")
    op.drop_index("ix_course_ended_on", "course")
    op.drop_index("ix_lot_use_used_at", "lot_use")
