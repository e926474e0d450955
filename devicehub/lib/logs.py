"""Logs as one JSON object per line, each with the id of the request it belongs to. They hold no personal data."""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("request_id", default="")


def route_of(request: object) -> str:
    """The pattern that a request matched. Its path may hold a secret (a reset key), the pattern does not."""
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match else ""


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        facts = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self._message(record),
            "request_id": request_id.get() or None,
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            facts["exception"] = self.formatException(record.exc_info)
        return json.dumps({key: value for key, value in facts.items() if value is not None}, default=str)

    def _message(self, record: logging.LogRecord) -> str:
        request = getattr(record, "request", None)
        if record.name == "django.request" and request is not None:
            return f"{record.levelname.lower()} in {route_of(request) or 'no route'}"
        return record.getMessage()
