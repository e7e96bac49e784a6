"""Which sessions came out of a file, and no events in places where nobody looks"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op
from alembic.operations.base import BatchOperations

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INDEXES = {"event_first": "seq = 1", "event_seal": "kind = 'sealed'"}
PLACES = {"event_chain": "chain IN ('session', 'review', 'copy')", "event_seq": "seq >= 1"}


def upgrade() -> None:
    op.create_table(
        "imported",
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("session_events", sa.Integer(), nullable=False),
        sa.Column("review_events", sa.Integer(), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("session_id"),
    )
    # Events that stand in such a place already stay, for `harness sessions verify --all` to name.
    if op.get_bind().dialect.name == "postgresql":
        for name, rule in PLACES.items():
            stray = op.get_bind().scalar(sa.text(f"SELECT EXISTS (SELECT 1 FROM event WHERE NOT ({rule}))"))
            op.execute(f"ALTER TABLE event ADD CONSTRAINT {name} CHECK ({rule}){' NOT VALID' if stray else ''}")
        return
    op.execute("PRAGMA ignore_check_constraints=ON")
    with _written_anew() as table:
        for name, rule in PLACES.items():
            table.create_check_constraint(name, rule)
    op.execute("PRAGMA ignore_check_constraints=OFF")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name in PLACES:
            op.drop_constraint(name, "event", type_="check")
    else:
        with _written_anew() as table:
            for name in PLACES:
                table.drop_constraint(name, type_="check")
    op.drop_table("imported")


@contextmanager
def _written_anew() -> Iterator[BatchOperations]:
    """SQLite changes a constraint by writing the table anew; indexes of some rows only it does not take over."""
    for name in INDEXES:
        op.drop_index(name, "event")
    with op.batch_alter_table("event") as table:
        yield table
    for name, rows in INDEXES.items():
        op.create_index(name, "event", ["session_id", "chain"], sqlite_where=sa.text(rows))
