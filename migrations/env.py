"""What Alembic runs: the migrations, on the connection that it is given or on the URL of `-x url=...`."""

import sqlalchemy as sa
from alembic import context

from repositories.tables import workspaces


def run(connection: sa.Connection) -> None:
    context.configure(connection=connection, target_metadata=workspaces.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


given: sa.Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with sa.create_engine(context.get_x_argument(as_dictionary=True)["url"]).connect() as connection:
        run(connection)
