"""What is kept of searches, and what is not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog import searchlog
from catalog.models import SearchCount, SearchEntry
from catalog.tests.factories import make_product

pytestmark = pytest.mark.django_db


def counted():
    searchlog.sum_up()
    return {row.words: (row.searches, row.results) for row in SearchCount.objects.all()}


def test_counts_searches_by_words_and_day(client):
    make_product("Orvane Meridian")
    for q in ("meridian", " Meridián ", "xylophone"):
        client.get("/products/", {"q": q})
    assert SearchEntry.objects.count() == 3
    assert counted() == {"meridian": (2, 1), "xylophone": (1, 0)}
    assert SearchEntry.objects.count() == 0
    client.get("/products/", {"q": "meridian"})
    assert counted()["meridian"] == (3, 1)


@pytest.mark.parametrize("query", [{"page": "2"}, {"sort": "price"}, {"in_stock": "1"}])
def test_counts_a_search_once_not_its_pages_and_filters(client, query):
    for number in range(25):
        make_product(f"Meridian {number}")
    client.get("/products/", {"q": "meridian", **query})
    assert counted() == {}


@pytest.mark.parametrize(
    "text",
    ["anna@example.com", "+49 170 1234567", "4111 1111 1111 1111", "https://x.example", "12345", "a" * 40, "a b " * 9],
)
def test_keeps_nothing_that_may_be_a_persons_or_garbage(client, text):
    client.get("/products/", {"q": text})
    assert counted() == {}


def test_forgets_after_half_a_year():
    SearchCount.objects.create(day=timezone.localdate() - timedelta(days=181), words="old", searches=1, results=1)
    assert counted() == {}


def test_keeps_no_more_different_words_a_day_than_people_type(monkeypatch):
    monkeypatch.setattr(searchlog, "DIFFERENT_A_DAY", 2)
    for words in ("one", "two", "three", "one"):
        SearchEntry.objects.create(day=timezone.localdate(), words=words, results=1)
    assert counted() == {"one": (2, 1), "two": (1, 1)}


def test_suggests_what_several_people_searched_and_found(client):
    today = timezone.localdate()
    for words, searches, results in (
        ("phone case", 3, 5),
        ("phone", 9, 7),
        ("phone of anna", 2, 1),
        ("phonograph", 9, 0),
        ("tablet", 9, 9),
    ):
        SearchCount.objects.create(day=today, words=words, searches=searches, results=results)
    assert list(searchlog.popular("Phon", 5)) == ["phone", "phone case"]
    assert "/products/?q=phone+case" in client.get("/search/suggest/", {"q": "phon"}).text.replace("%20", "+")


def test_costs_no_page_when_the_log_cannot_be_written(client, monkeypatch):
    def refuse(*args, **kwargs):
        raise searchlog.DatabaseError

    monkeypatch.setattr(SearchEntry.objects, "bulk_create", refuse)
    assert client.get("/products/", {"q": "meridian"}).status_code == 200


def test_shows_staff_what_was_not_found(client, carol):
    for words, results in (("xylophone", 0), ("phone", 3)):
        SearchCount.objects.create(day=timezone.localdate(), words=words, searches=2, results=results)
    client.force_login(carol)
    text = client.get("/admin/catalog/searchcount/", {"found": "none"}).text
    assert "xylophone" in text
    assert "phone</" not in text.replace("xylophone</", "")
    assert client.get("/admin/catalog/searchcount/add/").status_code == 403


@pytest.mark.parametrize("words", ["tv", "tv, TV", " , ", "a b c d e, tv"])
def test_refuses_synonyms_that_say_nothing(client, carol, words):
    client.force_login(carol)
    assert client.post("/admin/catalog/synonym/add/", {"words": words}).status_code == 200
