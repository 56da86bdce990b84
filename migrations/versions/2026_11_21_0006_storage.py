"""Uploads whose URLs end, and what they are of."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("uploads", sa.Column("sha256", sa.Text, nullable=False, server_default=""))
    op.add_column("uploads", sa.Column("expires_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("uploads", "expires_at")
    op.drop_column("uploads", "sha256")
