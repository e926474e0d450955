"""Takes the pictures in docs/screenshots: python demo/screenshots.py [name …]   ("make screenshots")

Opens a demo shop in a folder that is thrown away afterwards, looks at it with Chromium and closes it again. Needs the
libraries for development; CHROMIUM names the browser where it is not /usr/bin/chromium.
"""

from __future__ import annotations

import argparse
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from rich.progress import track

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "screenshots"
LARGEST = 150 * 1024
DESK, PHONE = (1440, 900), (390, 844)
PASSWORD = "demo-shop-2026"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
PATIENCE = 120  # seconds that a shop may take to open

# A member with a parcel on its way, and an order that staff have to pack.
FACTS = """
from orders.models import Order
sent = Order.objects.filter(shipments__status__in=["shipped", "delivered"], user__isnull=False)
sent = sent.filter(lines__is_serial_tracked=True)
sent = sent.exclude(shipments__tracking_number="").order_by("-placed_at").first()
packing = Order.objects.filter(status="confirmed", fulfillment_status="unfulfilled").order_by("-placed_at").first()
print(sent.user.email, sent.number, packing.pk)
"""


@dataclass
class Shop:
    """`member` has the order `number`; `to_pack` is the key of one for staff."""

    url: str
    member: str
    number: str
    to_pack: str

    def open(self, page: Page, address: str) -> None:
        page.goto(self.url + address, wait_until="networkidle")

    def log_in(self, page: Page, email: str, address: str) -> None:
        self.open(page, f"/accounts/login/?next={address}")
        page.fill("main [name=login]", email)
        page.fill("main [name=password]", PASSWORD)
        page.press("main [name=password]", "Enter")
        page.wait_for_url(f"**{address}")
        self.open(page, address)  # once more, without the greeting


@dataclass(frozen=True)
class Shot:
    show: Callable[[Shop, Page], None]
    size: tuple[int, int] = DESK
    dark: bool = False


def address(path: str) -> Callable[[Shop, Page], None]:
    return lambda shop, page: shop.open(page, path)


def review(shop: Shop, page: Page) -> None:
    """A member's cart up to the last step."""
    shop.log_in(page, "shopper@example.com", PRODUCT)
    press(page, "Add to cart")
    shop.open(page, "/checkout/")
    press(page, "Continue to delivery")
    press(page, "Continue to payment")
    page.locator("[name=payment_provider][value=sandbox]").check()
    press(page, "Continue to review")


def order(shop: Shop, page: Page) -> None:
    shop.log_in(page, shop.member, f"/orders/{shop.number}/")


def device(shop: Shop, page: Page) -> None:
    order(shop, page)
    shop.open(page, page.locator(f'a[href*="/orders/{shop.number}/devices/"]').first.get_attribute("href") or "")


def back_office(path: str) -> Callable[[Shop, Page], None]:
    return lambda shop, page: shop.log_in(page, "owner@example.com", path.format(to_pack=shop.to_pack))


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=re.compile(words)).first.click()
    page.wait_for_load_state("networkidle")


PRODUCT = "/products/orvane-meridian-6/"
LISTING = "/categories/laptops/"
COMPARE = "/compare/?v=ORV-MR6-128-BLK&v=ORV-MR6G-256-CPR&v=PEL-LP4-128-BLU"
SHOTS = {
    "home": Shot(address("/")),
    "listing": Shot(address(LISTING)),
    "product": Shot(address(PRODUCT)),
    "compare": Shot(address(COMPARE)),
    "checkout": Shot(review),
    "order": Shot(order),
    "device": Shot(device),
    "back-office": Shot(back_office("/admin/")),
    "back-office-order": Shot(back_office("/admin/orders/order/{to_pack}/change/")),
    "home-dark": Shot(address("/"), dark=True),
    "product-dark": Shot(address(PRODUCT), dark=True),
    "back-office-dark": Shot(back_office("/admin/"), dark=True),
    "home-phone": Shot(address("/"), PHONE),
    "listing-phone": Shot(address(LISTING), PHONE),
    "product-phone": Shot(address(PRODUCT), PHONE),
}


@contextmanager
def open_shop() -> Iterator[Shop]:
    with TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        env = os.environ | {"VAR_DIR": folder, "PORT": str(port), "ENV_FILE": os.devnull, "SHOP_MODE": "demo"}
        env.pop("DATABASE_URL", None)
        run(env, "manage.py", "prepare", "--verbosity", "0")
        run(env, "manage.py", "collectstatic", "--noinput", "--verbosity", "0")
        facts = run(env, "manage.py", "shell", "--no-imports", "-c", FACTS).split()
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        serving = subprocess.Popen(
            [sys.executable, "-m", "devicehub.serve", "web", "worker"], env=env, cwd=ROOT, **silent
        )
        try:
            shop = Shop(f"http://127.0.0.1:{port}", *facts[-3:])
            wait_for(shop.url, serving)
            yield shop
        finally:
            serving.terminate()
            serving.wait()


def run(env: dict[str, str], *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, *arguments], env=env, cwd=ROOT, check=True, stdout=subprocess.PIPE
    ).stdout.decode()


def wait_for(url: str, serving: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while serving.poll() is None and time.monotonic() < deadline:
        try:
            with urlopen(f"{url}/healthz", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise SystemExit("The shop did not open.")


def take(browser: Browser, shop: Shop, shot: Shot) -> Image.Image:
    width, height = shot.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if shot.dark else "light",
        device_scale_factor=2 if shot.size == PHONE else 1,
        reduced_motion="reduce",
        locale="en-GB",
    )
    page = context.new_page()
    shot.show(shop, page)
    page.evaluate("window.scrollTo(0, 0)")
    picture = Image.open(BytesIO(page.screenshot()))
    context.close()
    return picture.convert("RGB")


def packed(picture: Image.Image) -> bytes:
    """As good as fits."""
    for quality in range(88, 30, -8):
        out = BytesIO()
        picture.save(out, "WEBP", quality=quality, method=6)
        if out.tell() <= LARGEST:
            break
    return out.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[*SHOTS, []], metavar="name", help=", ".join(SHOTS))
    names = parser.parse_args().names or list(SHOTS)
    with open_shop() as shop, sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for name in track(names, description="Looking"):
            (FOLDER / f"{name}.webp").write_bytes(packed(take(browser, shop, SHOTS[name])))
        browser.close()


if __name__ == "__main__":
    main()
