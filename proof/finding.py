"""What an experiment is and what it finds."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from proof.ground import Ground, NotHere

BOTH = ("sqlite", "postgres")


@dataclass(frozen=True)
class Outcome:
    """`found` in words and figures; `holds` says whether it is what was promised."""

    found: str
    holds: bool


@dataclass(frozen=True)
class Finding:
    promise: str
    what: str
    target: str
    engine: str
    found: str
    verdict: str  # "holds", "BROKEN" or "not here"
    seconds: float


@dataclass(frozen=True)
class Experiment:
    name: str
    module: str  # races, crashes, …
    promise: str  # its number in docs/proof.md
    what: str
    target: str
    engines: tuple[str, ...]
    run: Callable[[Ground, str], Outcome]

    def find(self, ground: Ground, engine: str) -> Finding:
        begin = time.monotonic()
        try:
            outcome = self.run(ground, engine)
            found, verdict = outcome.found, "holds" if outcome.holds else "BROKEN"
        except NotHere as error:
            found, verdict = str(error), "not here"
        except Exception as error:  # an experiment that fails has proved nothing
            found, verdict = f"{type(error).__name__}: {str(error)[:300]}", "BROKEN"
        return Finding(self.promise, self.what, self.target, engine, found, verdict, time.monotonic() - begin)


EXPERIMENTS: list[Experiment] = []


def experiment(
    promise: str, what: str, *, target: str, engines: tuple[str, ...] = BOTH
) -> Callable[[Callable[[Ground, str], Outcome]], Callable[[Ground, str], Outcome]]:
    def register(run: Callable[[Ground, str], Outcome]) -> Callable[[Ground, str], Outcome]:
        module = run.__module__.rpartition(".")[2]
        EXPERIMENTS.append(Experiment(run.__name__, module, promise, what, target, engines, run))
        return run

    return register
