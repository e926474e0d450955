"""Run the shop's processes together: python -m devicehub.serve web worker

A process that dies alone is started again; when the web server gives up (its port is taken), all stop. One Ctrl-C or
SIGTERM stops all of them, SIGHUP lets them reload. Should this process itself be killed, the kernel stops the others.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from types import FrameType

ADDRESS = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
COMMANDS = {
    "web": ["-m", "gunicorn", "-c", "python:devicehub.gunicorn", "devicehub.wsgi"],
    "worker": ["manage.py", "run_worker"],
    "development": ["manage.py", "runserver", ADDRESS],
}
FRONT = ("web", "development")
PATIENCE = 25  # seconds that a process gets to finish what it does
LONGEST_PAUSE = 30
PR_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    """Linux only; elsewhere a killed parent leaves its children running."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Process:
    """One command, started again with growing pauses when it dies."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.failures = 0
        self.start()

    def start(self) -> None:
        self.started_at = time.monotonic()
        # Of its own process group, so that a Ctrl-C in the terminal reaches it through us only, once.
        self.running = subprocess.Popen(
            [sys.executable, *COMMANDS[self.name]], preexec_fn=_end_with_parent, process_group=0
        )

    def restart_when_due(self) -> None:
        lived = time.monotonic() - self.started_at
        self.failures = 0 if lived > LONGEST_PAUSE else self.failures
        if lived > min(2**self.failures, LONGEST_PAUSE):
            print(f"{self.name} ended with {self.running.returncode}; starting it again", file=sys.stderr)
            self.failures += 1
            self.start()


class Supervisor:
    def __init__(self, names: list[str]) -> None:
        self.stopping = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.stop)
        signal.signal(signal.SIGHUP, self.reload)
        self.processes = [Process(name) for name in names]

    def stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def reload(self, number: int, frame: FrameType | None) -> None:
        """gunicorn reloads by itself; a worker finishes its task, ends, and is started again."""
        for process in self.processes:
            process.running.send_signal(signal.SIGHUP if process.name == "web" else signal.SIGTERM)

    def run(self) -> int:
        while not self.stopping:
            for process in self.processes:
                if process.running.poll() is None:
                    continue
                if process.name in FRONT:
                    self.end_all()
                    return process.running.returncode or 0
                process.restart_when_due()
            time.sleep(0.2)
        self.end_all()
        return 0

    def end_all(self) -> None:
        for process in self.processes:
            process.running.terminate()
        deadline = time.monotonic() + PATIENCE
        for process in self.processes:
            try:
                process.running.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.running.pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(Supervisor(sys.argv[1:] or ["web", "worker"]).run())
