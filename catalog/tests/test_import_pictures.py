"""Pictures that a file names by address or by file name."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from ipaddress import ip_address
from urllib.error import HTTPError, URLError

import pytest
from django.core.management import CommandError
from PIL import Image as Picture

from catalog import fetching
from catalog.importing import pictures
from catalog.models import Image, ImportBatch, Product
from catalog.tests.importing import plain, run, write_csv

pytestmark = pytest.mark.django_db(transaction=True)

ONE, TWO = "https://pictures.example/one.png", "https://pictures.example/two.png"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def png(side: int = 8) -> bytes:
    out = BytesIO()
    Picture.new("RGB", (side, side), "#336699").save(out, "PNG")
    return out.getvalue()


class Opener:
    """Answers from a dict instead of the network; an exception in it is raised."""

    def __init__(self, **answers):
        self.answers, self.asked = answers, []

    def open(self, request, timeout):
        self.asked.append(request.full_url)
        answer = self.answers[request.full_url.rsplit("/", 1)[1].partition(".")[0]]
        if isinstance(answer, Exception):
            raise answer
        return BytesIO(answer)


@pytest.fixture
def web(monkeypatch):
    def answer(**answers):
        opener = Opener(**answers)
        monkeypatch.setattr(pictures, "OPENER", opener)
        return opener

    return answer


@pytest.fixture
def load(tmp_path):
    return lambda *rows, **options: run(write_csv(tmp_path / "a.csv", *rows), **options)


def test_fetches_pictures_once_after_the_import_is_committed(load, web):
    opener = web(one=png(), two=png())
    row = plain("A-1", image_url=f"{ONE} | {TWO}")
    load(row)
    assert opener.asked == [ONE, TWO]
    assert list(Image.objects.values_list("source", "alt", "position")) == [(ONE, "Lumo One", 0), (TWO, "Lumo One", 1)]
    assert Image.objects.first().file.name.endswith(".webp")
    assert "1 unchanged" in load(row)
    assert opener.asked == [ONE, TWO]


def test_asks_for_nothing_in_a_dry_run(load, web):
    opener = web(one=png())
    load(plain("A-1", image_url=ONE), dry_run=True)
    assert opener.asked == []


def test_tells_what_could_not_be_fetched(load, web):
    web(one=b"<html>", two=HTTPError(TWO, 404, "Not Found", {}, None))
    load(plain("A-1", image_url=f"{ONE} {TWO}"))
    report = ImportBatch.objects.get().report
    assert f"{ONE}: This is no picture of a kind that is taken" in report
    assert f"{TWO}: not fetched (HTTP Error 404: Not Found)" in report
    assert not Image.objects.exists()


def test_tries_again_later_what_may_pass(load, web, waiting_tasks):
    web(one=URLError("reset"))
    load(plain("A-1", image_url=ONE))
    assert [(task.args, task.kwargs["attempt"]) for task in waiting_tasks] == [([ImportBatch.objects.get().pk], 2)]
    web(one=png())
    pictures.fetch_pictures.func(ImportBatch.objects.get().pk, attempt=2)
    assert Image.objects.get().source == ONE


def test_refuses_files_beyond_the_limit(load, web, settings):
    settings.IMAGE_MAX_BYTES = 50
    web(one=png(200))
    load(plain("A-1", image_url=ONE))
    assert "larger than 50 bytes" in ImportBatch.objects.get().report


def test_takes_pictures_away_with_the_import_that_brought_them(load, web):
    load(plain("A-1"))
    web(one=png())
    load(plain("A-1", image_url=ONE))
    assert Image.objects.exists()
    run(undo=ImportBatch.objects.latest("pk").pk)
    assert not Image.objects.exists()
    assert Product.objects.exists()
    pictures.fetch_pictures.func(ImportBatch.objects.latest("pk").pk)
    assert not Image.objects.exists()


def test_takes_pictures_from_a_folder_and_none_from_outside(load, tmp_path):
    (tmp_path / "pics").mkdir()
    (tmp_path / "pics" / "one.png").write_bytes(png())
    (tmp_path / "secret.png").write_bytes(png())
    (tmp_path / "pics" / "link.png").symlink_to(tmp_path / "secret.png")
    row = plain("A-1", image_url="one.png | ../secret.png | link.png | none.png")
    said = load(row, images=tmp_path / "pics")
    assert "1 pictures taken" in said
    assert said.count("no such file in the folder") == 3
    assert Image.objects.get().source == "one.png"


def test_says_that_a_folder_is_needed(load, tmp_path):
    assert "1 pictures are named by file: say where they are with --images DIR" in load(
        plain("A-1", image_url="one.png")
    )
    assert not Image.objects.exists()
    with pytest.raises(CommandError, match="is no folder"):
        load(plain("A-1", image_url="one.png"), images=tmp_path / "nowhere")


# Whom it asks -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1",
        "fc00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "255.255.255.255",
    ],
)
def test_knows_addresses_that_are_not_public(address):
    assert not fetching.is_public(ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_knows_addresses_that_are_public(address):
    assert fetching.is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/a.png",
        "http://localhost/a.png",
        "http://[::1]/a.png",
        "http://2130706433/",
        "file:///etc/passwd",
        "ftp://example.com/a",
        "http://user:pw@example.com/",
        "http:///a",
        "data:image/png;base64,AA",
        "http://[bad/",
    ],
)
def test_fetches_nothing_from_inside(url):
    with pytest.raises(fetching.FetchError):
        fetching.fetch(url, max_bytes=100, opener=fetching.opener())


def test_follows_no_redirect_to_the_inside(monkeypatch):
    """The first hop is let through; the second, to another name of this machine, is judged anew."""

    class Redirects(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(302)
            self.send_header("Location", f"http://localhost:{server.server_port}/secret")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Redirects)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    judged = []

    def first_only(address):
        judged.append(str(address))
        return len(judged) == 1

    monkeypatch.setattr(fetching, "is_public", first_only)
    try:
        with pytest.raises(fetching.FetchError, match="localhost is no public address"):
            fetching.fetch(f"http://127.0.0.1:{server.server_port}/", max_bytes=100, opener=fetching.opener())
    finally:
        server.shutdown()
        server.server_close()
    assert len(judged) == 2
