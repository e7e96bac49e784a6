"""Two small indexes: where sessions begin and where they are sealed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A server that starts looks for the sessions that are not over; without these it reads the whole log.
    for name, rows in (("event_first", "seq = 1"), ("event_seal", "kind = 'sealed'")):
        condition = sa.text(rows)
        op.create_index(name, "event", ["session_id", "chain"], sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    op.drop_index("event_seal", "event")
    op.drop_index("event_first", "event")
