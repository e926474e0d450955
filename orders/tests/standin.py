"""Starting the stand-in for Stripe and telling it what to do."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from devicehub.tests.servers import free_port
from orders.tests import stripe_standin

Event = dict[str, Any]


class StandinProcess:
    key, secret = stripe_standin.KEY, stripe_standin.SECRET

    def __init__(self) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        arguments = [stripe_standin.__file__, "--port", str(port)]
        self.process = subprocess.Popen([sys.executable, *arguments])
        deadline = time.monotonic() + 20
        while not self._answers():
            assert self.process.poll() is None, "the stand-in did not start"
            assert time.monotonic() < deadline, "the stand-in does not answer"
            time.sleep(0.05)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)

    def _answers(self) -> bool:
        try:
            return self.control("events") is not None
        except (URLError, OSError):
            return False

    def control(self, path: str, **wish: Any) -> Any:
        with urlopen(Request(f"{self.url}/standin/{path}", data=json.dumps(wish).encode()), timeout=60) as answer:
            return json.load(answer)

    def settings(self, **wish: Any) -> None:
        self.control("settings", **wish)

    @property
    def env(self) -> dict[str, str]:
        """What makes a shop take cards here."""
        return {
            "STRIPE_SECRET_KEY": self.key,
            "STRIPE_WEBHOOK_SECRET": self.secret,
            "STRIPE_API_BASE": self.url,
        }

    def press(self, session: str, answer: str) -> None:
        self.control("press", session=session, answer=answer)

    def events(self, kind: str = "", of: str = "") -> list[Event]:
        """Oldest first: of one kind, about one object."""
        events = self.control("events")
        return [one for one in events if kind in ("", one["type"]) and of in ("", one["data"]["object"]["id"])]

    def event(self, kind: str, of: str) -> Event:
        return self.events(kind, of)[-1]

    def calls(self, method: str = "", path: str = "") -> list[dict[str, Any]]:
        calls = self.control("calls")
        return [one for one in calls if method in ("", one["method"]) and one["path"].startswith(path)]
