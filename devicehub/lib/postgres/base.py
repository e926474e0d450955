"""Django's PostgreSQL engine with a pool that notices soon when the database is gone or hangs.

Two things that Django's own pool leaves open, measured with the server stopped and frozen:
- each request would wait its full time-out for a connection, so a queue of visitors waits several of them in turn.
  Here one waits; for the next moments all others are refused at once, and their pages say so.
- a pooled connection to a frozen server answers nothing for ever. Here it is asked with a time limit before use.
"""

import select
import time
from typing import Any

from django.db.backends.postgresql import base
from psycopg import OperationalError

REFUSE_SECONDS = 2.0
ANSWER_SECONDS = 1.5


class SilentServer(OperationalError):
    """The server keeps the connection open and says nothing."""


class DatabaseWrapper(base.DatabaseWrapper):
    _away_until = 0.0  # of the process: all threads share the pool

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if not self.pool:
            return super().get_new_connection(conn_params)
        if time.monotonic() < DatabaseWrapper._away_until:
            raise OperationalError("the database was away a moment ago")
        try:
            return self._living_connection(conn_params)
        except OperationalError:
            DatabaseWrapper._away_until = time.monotonic() + REFUSE_SECONDS
            raise

    def _living_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection that answers. Dead ones (the server has restarted) are given up, a new one is made instead."""
        while True:
            connection = super().get_new_connection(conn_params)
            try:
                ask(connection.pgconn)
                return connection
            except OperationalError as error:
                connection.close()
                self.pool.putconn(connection)
                if isinstance(error, SilentServer):
                    raise


def ask(pgconn: Any) -> None:
    """Send an empty query and wait for its answer, but not for ever (psycopg itself sets no limit to waiting)."""
    deadline = time.monotonic() + ANSWER_SECONDS
    pgconn.send_query(b"")
    pgconn.flush()
    while pgconn.is_busy():
        ready, _, _ = select.select([pgconn.socket], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise SilentServer("the database does not answer")
        pgconn.consume_input()
    while pgconn.get_result():
        pass
