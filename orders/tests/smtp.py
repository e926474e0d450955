"""A mail server of our own that takes its time: it can hold a message that it was given without an answer."""

from __future__ import annotations

import socketserver
import threading

ANSWERS = {b"EHLO": b"250 here", b"HELO": b"250 here", b"MAIL": b"250 ok", b"RCPT": b"250 ok", b"RSET": b"250 ok"}


class MailServer(socketserver.ThreadingTCPServer):
    """`messages` were accepted; while `holds` is set, messages are read and not accepted, and `held` tells of it."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.messages: list[bytes] = []
        self.holds, self.held = threading.Event(), threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.say(b"220 here")
        while line := self.rfile.readline():
            verb = line[:4].upper().strip()
            if verb == b"DATA":
                self.say(b"354 go on")
                self.take()
            elif verb == b"QUIT":
                return self.say(b"221 bye")
            else:
                self.say(ANSWERS.get(verb, b"502 unknown"))
        return None

    def take(self) -> None:
        lines = list(iter(self.rfile.readline, b".\r\n"))
        if self.server.holds.is_set():
            self.server.held.set()
            self.rfile.readline()  # until the other side has gone
            return
        self.server.messages.append(b"".join(lines))
        self.say(b"250 accepted")

    def say(self, words: bytes) -> None:
        self.wfile.write(words + b"\r\n")
