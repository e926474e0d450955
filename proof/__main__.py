"""Run the experiments and say what they found; the exit code is 1 when a promise is broken."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "devicehub.tests.settings")
os.environ.setdefault("ENV_FILE", os.devnull)
django.setup()

from proof import crashes, outages, races, schema, walks  # noqa: E402, F401  # each registers its experiments; they need Django set up
from proof.finding import EXPERIMENTS, Finding  # noqa: E402
from proof.ground import LONG, QUICK, Ground, open_ground  # noqa: E402
from proof.report import say, write  # noqa: E402


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m proof", description=__doc__)
    parser.add_argument("names", nargs="*", help="of experiments or their modules; all without any")
    parser.add_argument("--long", action="store_true", help="two minutes for each crash, ten runs of each race")
    parser.add_argument("--engine", choices=("sqlite", "postgres"))
    parser.add_argument(
        "--patience", type=float, default=1.0, metavar="N", help="times limits of seconds, where it is busy"
    )
    parser.add_argument("--write", type=Path, metavar="FILE", help="keep the table, as in docs/proof.md")
    return parser.parse_args()


def find_all(ground: Ground, names: list[str], engine: str | None) -> list[Finding]:
    findings = []
    for one in EXPERIMENTS:
        for its_engine in one.engines:
            if (names and not {one.name, one.module} & set(names)) or (engine and engine != its_engine):
                continue
            findings.append(one.find(ground, its_engine))
            say(findings[-1])
    return findings


def main() -> int:
    asked = read_arguments()
    with open_ground(LONG if asked.long else QUICK, asked.patience) as ground:
        findings = find_all(ground, asked.names, asked.engine)
    if asked.write:
        write(findings, asked.write, is_long=asked.long)
    must_be_here = os.environ.get("REQUIRE_POSTGRES") == "1"
    broken = [one for one in findings if one.verdict == "BROKEN" or (one.verdict == "not here" and must_be_here)]
    print(f"{len(findings)} experiments, {len(broken)} broken")
    return 1 if broken or not findings else 0


if __name__ == "__main__":
    sys.exit(main())
