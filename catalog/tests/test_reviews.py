"""Reviews in the shop: written by who was invited, shown once they are published, on cards, pages and to machines."""

import json
import re
import time
from datetime import timedelta
from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog import publishing, reviews
from catalog.models import Product, Review
from catalog.reviews import SALT, invitation_url
from catalog.tests.browsing import data
from catalog.tests.factories import make_brand, make_category, make_product, make_review, make_variant
from devicehub.lib.codes import sign

pytestmark = pytest.mark.django_db

TYPED = {"stars": "4", "title": "A good one", "text": "Quiet and quick.\nThe lid creaks.", "author_name": "Gerda G."}
HOSTILE = "<script>alert(1)</script>\"'>"


@pytest.fixture
def product():
    return make_product("Nova 5", slug="nova", brand=make_brand("Orvane"), category=make_category("Phones"))


def invited(product, purchase="K7Q2", **fields):
    return invitation_url(product, purchase=purchase, author_name=fields.pop("author_name", "Gerda G."), **fields)


def facts(review):
    return review.stars, review.title, review.text, review.author_name, review.state, review.purchase, review.user


def errors(response):
    return {name: [str(error) for error in found] for name, found in response.context["form"].errors.items()}


# Writing ------------------------------------------------------------------------------------------------------


def test_takes_a_review_from_who_was_invited(client, product, alice):
    url = invited(product, user_id=alice.pk)
    page = client.get(url)
    assert (page.status_code, page["Cache-Control"]) == (200, "private, no-store")
    assert 'value="Gerda G."' in page.text
    assert page.text.count('type="radio" name="stars"') == 5
    answer = client.post(url, TYPED)
    assert (answer.status_code, answer["Location"]) == (303, url)
    review = Review.objects.get()
    text = "Quiet and quick.\nThe lid creaks."
    assert facts(review) == (4, "A good one", text, "Gerda G.", "pending", "K7Q2", alice)
    product.refresh_from_db()
    assert (product.rating_sum, product.review_count) == (0, 0)
    seen = client.get(url)
    assert "Thank you. We read your review before it is shown." in seen.text
    assert "Waiting to be read" in seen.text
    assert "A good one" in seen.text
    assert 'name="stars"' not in seen.text


@pytest.mark.parametrize(
    ("state", "words"),
    [("pending", "Waiting to be read"), ("published", "Shown on the device"), ("rejected", "Not shown")],
)
def test_shows_the_writer_what_became_of_it(client, product, state, words):
    make_review(product, 2, purchase="K7Q2", title="Loud", state=state, answer="We are sorry.")
    page = client.get(invited(product))
    assert words in page.text
    assert ("Loud" in page.text, "We are sorry." in page.text, 'name="stars"' in page.text) == (True, True, False)


def test_takes_one_review_however_often_it_is_sent(client, product):
    url = invited(product)
    for title in ("First", "Second"):
        assert client.post(url, {**TYPED, "title": title}).status_code == 303
    assert client.post(url, {}).status_code == 303
    assert list(Review.objects.values_list("title", flat=True)) == ["First"]
    client.post(invited(product, purchase="another"), TYPED)
    assert Review.objects.count() == 2


def test_keeps_to_one_review_when_two_posts_pass_each_other(client, product, monkeypatch):
    """The second has looked, and found nothing, before the first wrote."""
    make_review(product, purchase="K7Q2", title="First")
    monkeypatch.setattr("catalog.reviews.written", lambda invitation: None)
    assert client.post(invited(product), TYPED).status_code == 303
    assert list(Review.objects.values_list("title", flat=True)) == ["First"]


def test_opens_to_nobody_without_an_invitation_to_this_very_product(client, product):
    other = make_product("Nova 6", slug="other")
    token = invited(product).partition("?i=")[2]
    forged = [
        "",
        "?i=",
        "?i=abc",
        f"?i={token[:-1]}{'a' if token[-1] != 'a' else 'b'}",
        f"?i={sign([product.pk, 'K7Q2', '', None], 'order')}",
        f"?i={invited(other).partition('?i=')[2]}",
    ]
    for query in forged:
        for answer in (
            client.get(f"/products/nova/review/{query}"),
            client.post(f"/products/nova/review/{query}", TYPED),
        ):
            assert answer.status_code == 404, query
    assert client.get(f"/products/other/review/?i={token}").status_code == 404
    assert client.get(f"/products/nowhere/review/?i={token}").status_code == 404
    assert Review.objects.count() == 0
    assert client.get(f"/products/nova/review/?i={sign([product.pk, 'K7Q2', '', None], SALT)}").status_code == 200


def test_follows_a_product_to_its_new_address(client, product):
    url = invited(product)
    product.slug = "nova-5g"
    product.save()
    answer = client.get(url)
    assert (answer.status_code, answer["Location"]) == (301, url.replace("/nova/", "/nova-5g/"))
    assert client.get(answer["Location"]).status_code == 200
    Product.objects.update(is_published=False)
    assert client.get(answer["Location"]).status_code == 404


@pytest.mark.parametrize(
    ("typed", "refused"),
    [
        ({"stars": ""}, {"stars": ["Choose one to five stars."]}),
        ({"stars": "0"}, {"stars": ["Select a valid choice. 0 is not one of the available choices."]}),
        ({"stars": "6"}, {"stars": ["Select a valid choice. 6 is not one of the available choices."]}),
        ({"stars": "4.5"}, {"stars": ["Select a valid choice. 4.5 is not one of the available choices."]}),
        ({"title": "  "}, {"title": ["Sum it up in a few words."]}),
        ({"title": "a" * 101}, {"title": ["Ensure this value has at most 100 characters (it has 101)."]}),
        ({"text": "\n"}, {"text": ["Write what you think of it."]}),
        ({"text": "a" * 4001}, {"text": ["Ensure this value has at most 4000 characters (it has 4001)."]}),
        ({"author_name": "a" * 61}, {"author_name": ["Ensure this value has at most 60 characters (it has 61)."]}),
    ],
)
def test_refuses_beside_the_field_and_keeps_what_was_typed(client, product, typed, refused):
    url = invited(product)
    answer = client.post(url, {**TYPED, **typed})
    assert (answer.status_code, errors(answer)) == (422, refused)
    assert answer["Cache-Control"] == "private, no-store"
    (name,) = refused
    assert answer.text.count(refused[name][0]) == 2  # in the summary and beside the field
    kept = {key: value for key, value in TYPED.items() if key != name}
    form = answer.context["form"]
    assert {key: form[key].value() for key in kept} == kept
    if name != "stars":
        assert re.search(r'name="stars" value="4" checked', answer.text)
    assert Review.objects.count() == 0


def test_shows_a_buyer_without_a_name_as_one(client, product):
    client.post(invited(product), {**TYPED, "author_name": ""})
    assert Review.objects.get().author_name == ""
    assert "A buyer" in client.get(invited(product)).text


def test_takes_neither_state_nor_owner_from_the_form(client, product, alice, bob):
    client.force_login(bob)
    forged = {"state": "published", "user": alice.pk, "answer": "Ha", "purchase": "x", "product": 1}
    client.post(invited(product, user_id=alice.pk), {**TYPED, **forged})
    review = Review.objects.get()
    assert (review.state, review.user, review.answer, review.purchase) == ("pending", alice, "", "K7Q2")


@pytest.mark.parametrize("stars", [0, 6])
def test_holds_stars_between_one_and_five(product, stars):
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(product=product, stars=stars, purchase="x", title="a", text="b")


# Showing ------------------------------------------------------------------------------------------------------


def titles(page):
    return re.findall(r"<h3>(Title \d+|[A-Z][a-z]+)</h3>", page.text.partition('id="reviews"')[2])


def test_shows_nothing_where_nobody_has_reviewed(client, product):
    make_review(product, state="pending")
    make_review(product, state="rejected")
    make_product("Nova 6")
    for path in ("/products/nova/", "/products/", "/categories/phones/"):
        page = client.get(path)
        assert "stars" not in page.text, path
        assert "Rating" not in page.text, path
        assert "ating" not in json.dumps(page.context["structured_data"]), path
    assert 'id="reviews"' not in client.get("/products/nova/").text


def test_shows_figure_and_count_on_cards(client, product):
    make_product("Nova 6")
    for stars in (5, 4, 4):
        make_review(product, stars)
    for path in ("/products/", "/categories/phones/", "/products/?q=nova", f"/recently-viewed/?p={product.pk}"):
        text = client.get(path).text
        assert text.count('aria-label="4.3 of 5 stars, 3 reviews"') == 1, path
    make_review(product, 1, state="pending")
    assert "4.3 of 5 stars, 3 reviews" in client.get("/products/").text


def test_shows_the_published_reviews_on_the_products_page(client, product):
    day = timezone.now() - timedelta(days=5)
    make_review(product, 5, title="Great", author_name="Ada L.", created_at=day, answer="Thank you!")
    make_review(product, 2, title="Meh", created_at=day + timedelta(days=1))
    make_review(product, 1, title="Hidden", state="pending")
    make_review(product, 1, title="Insult", state="rejected")
    page = client.get("/products/nova/")
    assert titles(page) == ["Meh", "Great"]
    assert page.text.count('aria-label="3.5 of 5 stars, 2 reviews"') == 2  # beside the price and in the section
    link = '<a href="#reviews">\\s*<span class="rating" role="img" aria-label="3.5 of 5 stars, 2 reviews">'
    assert len(re.findall(link, page.text)) == 1
    shares = [(one.stars, one.count, one.per_cent) for one in page.context["reviews"].shares]
    assert shares == [(5, 1, 50), (4, 0, 0), (3, 0, 0), (2, 1, 50), (1, 0, 0)]
    assert 'aria-label="5 of 5 stars"' in page.text
    assert page.text.count("Verified purchase") == 2
    assert ("Ada L." in page.text, "A buyer" in page.text, "Thank you!" in page.text) == (True, True, True)
    assert "Only those who bought the device from" in page.text


def test_shows_ten_reviews_a_page(client, product):
    day = timezone.now() - timedelta(days=50)
    made = [make_review(product, created_at=day + timedelta(days=n)).title for n in range(12)]
    made.reverse()
    first, second = client.get("/products/nova/"), client.get("/products/nova/?page=2")
    assert (titles(first), titles(second)) == (made[:10], made[10:])
    assert 'href="?page=2#reviews"' in first.text
    for page in ("3", "0", "-1", "x", "9" * 30):
        assert client.get("/products/nova/", {"page": page}).status_code == 404, page


def test_escapes_what_the_writer_typed(client, product):
    make_review(product, purchase="K7Q2", title=HOSTILE, text=HOSTILE, author_name=HOSTILE, answer=HOSTILE)
    for path in ("/products/nova/", invited(product)):
        text = client.get(path).text
        assert "<script>alert" not in text, path
        assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x27;&gt;") == 4, path
    refused = client.post(invited(product, purchase="new"), {**TYPED, "stars": HOSTILE, "title": HOSTILE}).text
    assert "<script>alert" not in refused


def test_changes_the_figures_in_the_same_request(client, product, carol):
    review = make_review(product, 5)
    make_review(product, 2)
    staff = Client()
    staff.force_login(carol)
    staff.post("/admin/catalog/review/", {"action": "reject", "_selected_action": [review.pk]})
    assert "2.0 of 5 stars, 1 review" in client.get("/products/").text
    assert "2.0 of 5 stars, 1 review" in client.get("/products/nova/").text
    publishing.merge()
    assert "2.0 of 5 stars, 1 review" in client.get("/products/").text


# To machines --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["Product", "ProductGroup"])
def test_tells_machines_what_the_page_says(client, product, kind):
    if kind == "ProductGroup":
        make_variant(product, options={"colour": "Blue"})
    for number in range(7):
        make_review(product, 5 if number else 4, title=f"Title {number}", author_name=f"Ada {number}")
    page = client.get("/products/nova/")
    told = data(page, kind)
    assert told["aggregateRating"] == {
        "@type": "AggregateRating",
        "ratingValue": "4.9",
        "reviewCount": 7,
        "bestRating": 5,
        "worstRating": 1,
    }
    assert 'aria-label="4.9 of 5 stars, 7 reviews"' in page.text
    assert [one["name"] for one in told["review"]] == titles(page)[:5]
    first = Review.objects.get(title=told["review"][0]["name"])
    assert told["review"][0] == {
        "@type": "Review",
        "name": first.title,
        "reviewBody": first.text,
        "author": {"@type": "Person", "name": first.author_name},
        "datePublished": f"{timezone.localtime(first.created_at):%Y-%m-%d}",
        "reviewRating": {"@type": "Rating", "ratingValue": 5, "bestRating": 5, "worstRating": 1},
    }


# Comparison ---------------------------------------------------------------------------------------------------


def row(page):
    found = re.search(r'<tr><th scope="row">Rating</th>(.*?)</tr>', page.text, re.S)
    return found and [
        (match[0] or "", match[1]) for match in re.findall(r'<td( class="better")?>(.*?)</td>', found[1], re.S)
    ]


def test_compares_ratings_and_marks_the_higher(client):
    devices = [make_product(f"Device {n}", variants=[{"sku": f"V-{n}"}]) for n in range(3)]
    url = "/compare/?v=V-0&v=V-1&v=V-2"
    assert row(client.get(url)) is None
    make_review(devices[0], 3)
    assert [mark for mark, _text in row(client.get(url))] == ["", "", ""]
    make_review(devices[1], 5)
    cells = row(client.get(url))
    assert [mark for mark, _text in cells] == ["", ' class="better"', ""]
    assert "3.0 of 5 stars, 1 review" in cells[0][1]
    assert "5.0 of 5 stars, 1 review" in cells[1][1]
    assert "Not known" in cells[2][1]


# Queries ------------------------------------------------------------------------------------------------------


def asked(client, path):
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_asks_two_queries_for_reviews_however_many(client, product):
    without = asked(client, "/products/nova/")
    make_review(product)
    publishing.merge()
    assert asked(client, "/products/nova/") == without + 2
    for _ in range(15):
        make_review(product, answer="Thanks")
    publishing.merge()
    assert asked(client, "/products/nova/") == without + 2


# At once ------------------------------------------------------------------------------------------------------


def publish_elsewhere(review):
    try:
        reviews.move([review.pk], "published")
    finally:
        connection.close()


def is_waited_for():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
        return cursor.fetchone() is not None


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="writers of SQLite queue anyway")
def test_counts_both_of_two_that_are_published_at_once(product):
    first, second = make_review(product, 5, state="pending"), make_review(product, 2, state="pending")
    make_review(product, 3)
    other = Thread(target=publish_elsewhere, args=[second])
    with transaction.atomic():
        reviews.move([first.pk], "published")
        other.start()
        until = time.monotonic() + 20
        while not is_waited_for() and time.monotonic() < until:
            time.sleep(0.02)
    other.join()
    product.refresh_from_db()
    assert (product.rating_sum, product.review_count) == (10, 3)
