"""A stand-in for Stripe: the calls that the shop uses, a payment page, signed events. One process, nothing on disk.

    python orders/tests/stripe_standin.py --port 8203 --events http://127.0.0.1:8000/pay/stripe/events/

It is as strict as Stripe where the shop could go wrong: unknown and wrong parameters, a wrong key, amounts below the
least, too much refunded, an idempotency key that comes back with another body, a page that has closed. `/standin/…`
tells it how to behave, see `Handler.control`. What it does not know it refuses, so that a new call is noticed.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import html
import json
import re
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qsl, urlsplit
from urllib.request import Request, urlopen

KEY, SECRET = "sk_test_standin", "whsec_standin"
LEAST = {"eur": 50, "usd": 50, "gbp": 30, "jpy": 50}
OPEN_LEAST, OPEN_MOST = 30 * 60, 24 * 3600
LATE = 20
PAUSES = (0, 1, 2, 4)  # before each try to deliver an event; Stripe tries for three days

Row = dict[str, Any]


class Refusal(Exception):
    """An answer as Stripe gives it."""

    def __init__(self, message: str, *, param: str = "", code: str = "", kind: str = "", status: int = 400) -> None:
        self.status = status
        error = {"type": kind or "invalid_request_error", "message": message, "param": param, "code": code}
        self.body = {"error": {name: value for name, value in error.items() if value}}
        super().__init__(message)


# Parameters ---------------------------------------------------------------------------------------------------

Check = Callable[[Any], Any]


def text(most: int = 5000) -> Check:
    def check(value: Any) -> str:
        if not isinstance(value, str) or not value or len(value) > most:
            raise ValueError(f"a text of 1 to {most} characters")
        return value

    return check


def whole(value: Any) -> int:
    if not isinstance(value, str) or not re.fullmatch(r"-?\d{1,15}", value):
        raise ValueError("an integer")
    return int(value)


def positive(value: Any) -> int:
    if whole(value) <= 0:
        raise ValueError("greater than 0")
    return int(value)


def one_of(*choices: str) -> Check:
    def check(value: Any) -> str:
        if value not in choices:
            raise ValueError(f"one of {', '.join(choices)}")
        return value

    return check


def matching(pattern: str, words: str) -> Check:
    def check(value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise ValueError(words)
        return value

    return check


def metadata(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(one, str) and len(one) <= 500 for one in value.values()):
        raise ValueError("up to 50 keys with texts of 500 characters")
    return value


URL = matching(r"https?://[^\s]{1,4990}", "a URL")
# Nested as Stripe's own: a dict is an object, a list of one is a list of such; "!" marks what must be there.
SESSION: Row = {
    "mode!": one_of("payment"),
    "allowed_payment_method_types": [one_of("card")],
    "line_items!": [
        {
            "quantity!": positive,
            "price_data!": {
                "currency!": one_of(*LEAST),
                "unit_amount!": positive,
                "product_data!": {"name!": text(), "description": text()},
            },
        }
    ],
    "client_reference_id": text(200),
    "customer_email": matching(r"[^@\s]+@[^@\s]+\.[^@\s]+", "an email address"),
    "metadata": metadata,
    "payment_intent_data": {"description": text(1000), "metadata": metadata},
    "expires_at": whole,
    "success_url!": URL,
    "cancel_url": URL,
}
REFUND: Row = {"payment_intent!": text(), "amount": positive, "metadata": metadata, "reason": text()}


def nested(pairs: list[tuple[str, str]]) -> Row:
    """`a[b][0]=c` as {"a": {"b": {"0": "c"}}}."""
    found: Row = {}
    for name, value in pairs:
        path = [part for part in re.split(r"[\[\]]+", name) if part] or [name]
        here = found
        for part in path[:-1]:
            here = here.setdefault(part, {})
        here[path[-1]] = value
    return found


def checked(given: Row, wanted: Row, path: str = "") -> Row:
    names = {name.rstrip("!"): name for name in wanted}
    clean = {}
    for name, value in given.items():
        here = f"{path}[{name}]" if path else name
        if name not in names:
            raise Refusal(f"Received unknown parameter: {here}", param=here, code="parameter_unknown")
        clean[name] = one(value, wanted[names[name]], here)
    for name in wanted:
        if name.endswith("!") and name[:-1] not in clean:
            here = f"{path}[{name[:-1]}]" if path else name[:-1]
            raise Refusal(f"Missing required param: {here}.", param=here, code="parameter_missing")
    return clean


def one(value: Any, wanted: Any, here: str) -> Any:
    if isinstance(wanted, list):
        rows = value.values() if isinstance(value, dict) else [value]
        return [one(row, wanted[0], f"{here}[{number}]") for number, row in enumerate(rows)]
    if isinstance(wanted, dict):
        return checked(value if isinstance(value, dict) else {"": value}, wanted, here)
    try:
        return wanted(value)
    except ValueError as error:
        raise Refusal(f"Invalid {here}: must be {error}", param=here, code="parameter_invalid") from error


# The books ----------------------------------------------------------------------------------------------------


class Standin:
    """All that it knows. Methods that change something are called under `lock`."""

    def __init__(self, events_url: str, address: str) -> None:
        self.address = address
        self.lock = threading.RLock()
        self.rows: dict[str, Row] = {}
        self.events: dict[str, Row] = {}
        self.answers: dict[str, tuple[Any, int, Row]] = {}
        self.calls: list[Row] = []
        self.behave: Row = {
            "events": events_url,
            "deliver": "once",
            "hang": 0,
            "fail": 0,
            "refunds": "succeeded",
            "forward": 0,
        }

    @property
    def now(self) -> int:
        return int(time.time()) + self.behave["forward"]

    def add(self, prefix: str, kind: str, **fields: Any) -> Row:
        row = {"id": f"{prefix}_{secrets.token_hex(12)}", "object": kind, "created": self.now, **fields}
        self.rows[row["id"]] = row
        return row

    def get(self, row_id: str, kind: str) -> Row:
        row = self.rows.get(row_id)
        if row is None or row["object"] != kind:
            raise Refusal(f"No such {kind}: '{row_id}'", param="id", code="resource_missing", status=404)
        return self.aged(row) if kind == "checkout.session" else row

    # Sessions

    def create_session(self, params: Row) -> Row:
        params = checked(params, SESSION)
        items = params["line_items"]
        currency = items[0]["price_data"]["currency"]
        total = sum(item["quantity"] * item["price_data"]["unit_amount"] for item in items)
        if total < LEAST[currency]:
            words = f"The Checkout Session's total amount must convert to at least {LEAST[currency]} cents."
            raise Refusal(words, code="amount_too_small")
        closes = params.get("expires_at", self.now + OPEN_MOST)
        if not OPEN_LEAST <= closes - self.now <= OPEN_MOST:
            words = "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation."
            raise Refusal(words, param="expires_at")
        row = self.add(
            "cs_test",
            "checkout.session",
            amount_total=total,
            currency=currency,
            client_reference_id=params.get("client_reference_id"),
            customer_email=params.get("customer_email"),
            metadata=params.get("metadata", {}),
            mode="payment",
            status="open",
            payment_status="unpaid",
            payment_intent=None,
            expires_at=closes,
            success_url=params["success_url"],
            cancel_url=params.get("cancel_url"),
        )
        row["url"] = f"{self.address}/c/pay/{row['id']}"
        row["standin"] = {
            "name": items[0]["price_data"]["product_data"]["name"],
            **params.get("payment_intent_data", {}),
        }
        return row

    def aged(self, session: Row) -> Row:
        if session["status"] == "open" and session["expires_at"] <= self.now:
            self.close(session)
        return session

    def close(self, session: Row) -> None:
        session.update(status="expired", url=None)
        self.tell("checkout.session.expired", session)

    def expire_session(self, session: Row) -> Row:
        if session["status"] != "open":
            raise Refusal('Only Checkout Sessions with a status in ["open"] can be expired. This is not one of them.')
        self.close(session)
        return session

    def press(self, session: Row, answer: str, deliver: str = "") -> None:
        if session["status"] != "open":
            raise Refusal("This Checkout Session is no longer active.", code="resource_missing", status=404)
        intent = self.rows.get(session["payment_intent"] or "") or self.add(
            "pi",
            "payment_intent",
            amount=session["amount_total"],
            currency=session["currency"],
            metadata=session["standin"].get("metadata", {}),
            status="requires_payment_method",
        )
        session["payment_intent"] = intent["id"]
        if answer == "decline":
            self.tell("payment_intent.payment_failed", intent, deliver)
            return
        intent["status"] = "succeeded"
        session.update(status="complete", payment_status="paid", url=None)
        self.tell("payment_intent.succeeded", intent, deliver)
        self.tell("checkout.session.completed", session, deliver)

    # Refunds

    def create_refund(self, params: Row) -> Row:
        params = checked(params, REFUND)
        intent = self.get(params["payment_intent"], "payment_intent")
        if intent["status"] != "succeeded":
            raise Refusal("This PaymentIntent does not have a successful charge to refund.", param="payment_intent")
        left = intent["amount"] - sum(
            row["amount"] for row in self.refunds_of(intent["id"]) if row["status"] not in ("failed", "canceled")
        )
        amount = params.get("amount", left)
        if not left:
            raise Refusal("Charge has already been refunded.", code="charge_already_refunded")
        if amount > left:
            raise Refusal(
                f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", param="amount"
            )
        refund = self.add(
            "re",
            "refund",
            amount=amount,
            currency=intent["currency"],
            payment_intent=intent["id"],
            metadata=params.get("metadata", {}),
            reason=params.get("reason"),
            status="pending",
            failure_reason=None,
        )
        self.tell("refund.created", refund)
        if self.behave["refunds"] != "pending":
            self.end_refund(refund, self.behave["refunds"])
        return refund

    def end_refund(self, refund: Row, status: str) -> None:
        refund.update(status=status, failure_reason="lost_or_stolen_card" if status == "failed" else None)
        self.tell("refund.failed" if status == "failed" else "refund.updated", refund)

    def refunds_of(self, intent: str) -> list[Row]:
        return [row for row in self.rows.values() if row["object"] == "refund" and row["payment_intent"] == intent]

    # Events

    def tell(self, kind: str, subject: Row, deliver: str = "") -> None:
        event = {
            "id": f"evt_{secrets.token_hex(12)}",
            "object": "event",
            "type": kind,
            "created": self.now,
            "livemode": False,
            "data": {"object": public(subject)},
        }
        self.events[event["id"]] = event = json.loads(json.dumps(event))
        deliver = deliver or self.behave["deliver"]
        times = {"once": 1, "late": 1, "twice": 2}.get(deliver, 0)
        if times:
            wait = LATE if deliver == "late" else 0
            threading.Thread(target=self.deliver, args=[event, times, wait], daemon=True).start()

    def deliver(self, event: Row, times: int = 1, wait: float = 0) -> list[int]:
        """Post an event until it is taken, as often as told; returns the last answers."""
        time.sleep(wait)
        return [self._deliver(event) for _time in range(times)]

    def _deliver(self, event: Row) -> int:
        status = 0
        for pause in PAUSES:
            time.sleep(pause)
            status = post(self.behave["events"], *signed(event))
            if 200 <= status < 300:
                break
        return status


def public(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "standin"}


def signed(event: Row, at: float | None = None, secret: str = SECRET) -> tuple[bytes, dict[str, str]]:
    body = json.dumps(event, indent=2).encode()
    stamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return body, {"Content-Type": "application/json", "Stripe-Signature": f"t={stamp},v1={digest}"}


def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    try:
        with urlopen(Request(url, data=body, headers=headers), timeout=30) as answer:
            return answer.status
    except HTTPError as error:
        return error.code
    except (URLError, OSError):
        return 0


# The server ---------------------------------------------------------------------------------------------------


class Handler(BaseHTTPRequestHandler):
    standin: Standin
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self.route()

    def do_POST(self) -> None:
        self.route()

    def route(self) -> None:
        self.raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path).path
        if path.startswith("/v1/"):
            self.api(path.removeprefix("/v1/"))
        elif path.startswith("/c/pay/"):
            self.page(path.removeprefix("/c/pay/"))
        elif path.startswith("/standin/"):
            self.send_json(200, self.control(path.removeprefix("/standin/")))
        else:
            self.send_json(404, {})

    def log_message(self, *args: Any) -> None:
        pass

    # What Stripe answers

    def api(self, path: str) -> None:
        time.sleep(self.standin.behave["hang"])
        key = self.headers.get("Idempotency-Key", "")
        with self.standin.lock:
            try:
                status, answer = self.kept_or_new(path, key)
            except Refusal as refusal:
                status, answer = refusal.status, refusal.body
            self.standin.calls.append({"method": self.command, "path": path, "key": key, "status": status})
            self.send_json(status, public(answer))

    def kept_or_new(self, path: str, key: str) -> tuple[int, Row]:
        if self.headers.get("Authorization") != f"Bearer {KEY}":
            raise Refusal("Invalid API Key provided", status=401)
        wish = (self.command, path, self.raw)
        known = self.standin.answers.get(key) if key and self.command == "POST" else None
        if known and known[0] != wish:
            words = "Keys for idempotent requests can only be used with the same parameters they were first used with."
            raise Refusal(words, kind="idempotency_error")
        if known:
            return known[1], known[2]
        fail = self.standin.behave["fail"]
        answer = {"error": {"type": "api_error", "message": "down"}} if fail else self.resource(path)
        if key and self.command == "POST":
            self.standin.answers[key] = (wish, fail or 200, json.loads(json.dumps(answer)))
        return fail or 200, answer

    def resource(self, path: str) -> Row:
        """The calls that are known. A refusal is not kept with its key, as Stripe does with wrong parameters."""
        books, parts = self.standin, path.split("/")
        params = nested(parse_qsl((self.raw.decode() or urlsplit(self.path).query), keep_blank_values=True))
        match self.command, *parts:
            case "POST", "checkout", "sessions":
                return books.create_session(params)
            case "GET", "checkout", "sessions", session_id:
                return books.get(session_id, "checkout.session")
            case "POST", "checkout", "sessions", session_id, "expire":
                return books.expire_session(books.get(session_id, "checkout.session"))
            case "POST", "refunds":
                return books.create_refund(params)
            case "GET", "refunds":
                checked(params, {"payment_intent!": text(), "limit": positive})
                return listed(books.refunds_of(params["payment_intent"]), "/v1/refunds")
            case "GET", "refunds", refund_id:
                return books.get(refund_id, "refund")
            case "GET", "events":
                return listed(list(reversed(books.events.values())), "/v1/events")
        raise Refusal(f"Unrecognized request URL ({self.command}: /v1/{path}).", status=404)

    # What the buyer sees

    def page(self, session_id: str) -> None:
        with self.standin.lock:
            try:
                session = self.standin.get(session_id, "checkout.session")
                answers = dict(parse_qsl(self.raw.decode())) if self.command == "POST" else {}
                if answers:
                    self.standin.press(session, answers.get("answer", ""), answers.get("deliver", ""))
            except Refusal as refusal:
                self.send_page(refusal.status, f"<h1>{html.escape(str(refusal))}</h1>")
                return
        if answers.get("answer") == "pay":
            self.redirect(session["success_url"])
        elif session["status"] != "open":
            self.send_page(410, "<h1>This payment page has closed.</h1>")
        else:
            self.send_page(200, PAGE.format(**shown(session, is_declined=bool(answers))))

    # How it is told to behave

    def control(self, path: str) -> Any:
        """settings: events (where to), deliver (once, twice, late, never), hang (seconds), fail (a status), refunds
        (their status), forward (seconds its clock is ahead)
        press: session, answer (pay, decline) · deliver: ids in order, times · refund: id, status
        events, calls: what there was.
        """
        books = self.standin
        wish = json.loads(self.raw or b"{}")
        if path == "deliver":
            return [books.deliver(books.events[one], wish.get("times", 1)) for one in wish["ids"]]
        with books.lock:
            if path == "settings":
                books.behave |= wish
            elif path == "press":
                books.press(books.get(wish["session"], "checkout.session"), wish["answer"], wish.get("deliver", ""))
            elif path == "refund":
                books.end_refund(books.get(wish["id"], "refund"), wish["status"])
            elif path == "calls":
                return books.calls
            return list(books.events.values())

    # Answers

    def send_json(self, status: int, answer: Any) -> None:
        self.send_bytes(status, json.dumps(answer).encode(), "application/json")

    def send_page(self, status: int, body: str) -> None:
        self.send_bytes(status, f"<!doctype html><title>Stand-in for Stripe</title>{body}".encode(), "text/html")

    def redirect(self, url: str) -> None:
        self.send_bytes(303, b"", "text/html", url)

    def send_bytes(self, status: int, body: bytes, kind: str, location: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        with suppress(BrokenPipeError):  # who was kept waiting may have gone
            self.wfile.write(body)


PAGE = """<meta name="viewport" content="width=device-width">
<h1>{name}: {amount}</h1><p>{said}</p>
<form method="post"><button name="answer" value="pay">Pay {amount}</button>
<button name="answer" value="decline">Decline the card</button>
<p><label>Events are sent <select name="deliver"><option value="">as usual</option><option>once</option>
<option>twice</option><option value="late">20 seconds late</option><option>never</option></select></label></p></form>
<p><a href="{cancel_url}">Back</a></p>"""


def shown(session: Row, *, is_declined: bool) -> dict[str, str]:
    amount = f"{session['amount_total'] / 100:.2f} {session['currency'].upper()}"
    said = "Your card was declined." if is_declined else "A stand-in for Stripe. No money moves."
    words = {"name": session["standin"]["name"], "amount": amount, "said": said}
    return {name: html.escape(value) for name, value in (words | {"cancel_url": session["cancel_url"] or "#"}).items()}


def listed(rows: list[Row], url: str) -> Row:
    return {"object": "list", "url": url, "has_more": False, "data": rows}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8203)
    parser.add_argument("--events", default="http://127.0.0.1:8000/pay/stripe/events/", help="where events are posted")
    options = parser.parse_args()
    Handler.standin = Standin(options.events, f"http://127.0.0.1:{options.port}")
    ThreadingHTTPServer.request_queue_size = 128
    ThreadingHTTPServer(("127.0.0.1", options.port), Handler).serve_forever()


if __name__ == "__main__":
    main()
