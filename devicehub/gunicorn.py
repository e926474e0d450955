"""How gunicorn serves the shop: gunicorn -c python:devicehub.gunicorn devicehub.wsgi"""

import os
from pathlib import Path

bind = os.environ.get("BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_class = "gthread"
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # a heartbeat must not wait for a disk
timeout = 60
graceful_timeout = 20
keepalive = 5
limit_request_line = 8190
forwarder_headers = ""  # no proxy of ours names the path in a header, so no client may
control_socket_disable = True
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "devicehub.lib.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "gunicorn.error": {"level": os.environ.get("GUNICORN_LOG_LEVEL", "WARNING"), "propagate": True},
        "gunicorn.http": {"level": "ERROR"},  # it would note each HEAD, which Django leaves to the server to shorten
    },
}
