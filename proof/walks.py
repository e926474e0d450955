"""The invariants under random walks through everything that can happen to orders, and the schema forwards and back."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from django.conf import settings

from proof.finding import Outcome, experiment
from proof.ground import Ground

WALKS = "orders/tests/test_walks.py"


@experiment("5, 12", "random walks of buyer, staff, provider and clock", target="every invariant after every step")
def random_walks(ground: Ground, engine: str) -> Outcome:
    steps = ground.measure.steps // 2  # half on each database
    env = os.environ | {"WALK_STEPS": str(steps), "DATABASE_URL": database(ground, engine)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", WALKS]
    done = subprocess.run(command, env=env, cwd=settings.BASE_DIR, capture_output=True, text=True)
    summary = re.search(r"\d+ (passed|failed).*", done.stdout)
    return Outcome(f"{steps:,} steps: {summary[0] if summary else done.stdout[-300:]}", done.returncode == 0)


def database(ground: Ground, engine: str) -> str:
    """Where the tests make a database of their own."""
    return "sqlite://:memory:" if engine == "sqlite" else ground.cluster.url.replace("/postgres", "/walks")
