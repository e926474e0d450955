"""A mail server for tests that works, hangs, refuses or is gone."""

import socketserver
import threading
from typing import Any

from devicehub.tests.servers import free_port


class PostOffice:
    """A mail server on one port that can be closed, be silent, refuse or work; `letters` are what it took."""

    def __init__(self) -> None:
        self.port = free_port()
        self.mode = "works"
        self.letters: list[str] = []
        self.server: socketserver.ThreadingTCPServer | None = None

    def open(self, mode: str) -> None:
        self.mode = mode
        office = self

        class Counter(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                if office.mode == "hangs":
                    self.connection.settimeout(20)
                    self.rfile.read(1)
                elif office.mode == "refuses":
                    self.wfile.write(b"554 no service here\r\n")
                else:
                    office.take(self.rfile, self.wfile)

        socketserver.ThreadingTCPServer.allow_reuse_address = True
        socketserver.ThreadingTCPServer.daemon_threads = True
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", self.port), Counter)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    def take(self, lines: Any, answers: Any) -> None:
        answers.write(b"220 here\r\n")
        for line in lines:
            word = line.strip().upper()
            if word == b"DATA":
                answers.write(b"354 go on\r\n")
                self.letters.append(b"".join(iter(lines.readline, b".\r\n")).decode())
            answers.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            if word == b"QUIT":
                return
