"""Reviews in the back office: read, published, rejected, answered; what the buyer wrote is never edited."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.models import User
from catalog.models import Review
from catalog.tests.browsing import form_of, send
from catalog.tests.factories import make_product, make_review
from conftest import make_user

pytestmark = pytest.mark.django_db

LIST = "/admin/catalog/review/"
FORM = "review_form"
MODERATORS = ("Owner", "Catalog", "Support")


@pytest.fixture
def product():
    return make_product("Orvane 5")


@pytest.fixture
def back_office(client, carol):
    client.force_login(carol)
    return client


@pytest.fixture
def member(client):
    def log_in(group):
        user = make_user(f"{group.lower()}@example.com", is_staff=True)
        user.groups.set(Group.objects.filter(name=group))
        client.force_login(user)
        return client

    return log_in


def act(client, action, *reviews, **more):
    data = {"action": action, "_selected_action": [review.pk for review in reviews], **more}
    return client.post(LIST, data)


def page(review):
    return reverse("admin:catalog_review_change", args=[review.pk])


def figures(product):
    product.refresh_from_db()
    return product.rating_sum, product.review_count


def state(review):
    review.refresh_from_db()
    return review.state, review.published_at is not None


def test_publishes_and_rejects_in_bulk_with_the_products_figures(back_office, product):
    other = make_product("Orvane 6")
    reviews = [make_review(product, stars, state="pending") for stars in (5, 2)]
    reviews.append(make_review(other, 3, state="pending"))
    assert (figures(product), figures(other)) == ((0, 0), (0, 0))
    act(back_office, "publish", *reviews)
    assert (figures(product), figures(other)) == ((7, 2), (3, 1))
    assert [state(review) for review in reviews] == [("published", True)] * 3
    act(back_office, "reject", reviews[0])
    assert (figures(product), state(reviews[0])) == ((2, 1), ("rejected", False))
    assert figures(other) == (3, 1)


def test_tells_who_moved_what_and_only_what_moved(back_office, product, carol):
    review = make_review(product, state="pending")
    act(back_office, "publish", review)
    act(back_office, "publish", review)
    entry = LogEntry.objects.get()
    assert (entry.user, entry.get_change_message()) == (carol, "Changed State: waiting → published.")


def test_publishes_and_answers_by_the_form(back_office, product):
    review = make_review(product, 4, state="pending")
    send(back_office, page(review), FORM, state="published", answer="Thank you!")
    assert (figures(product), state(review), review.answer) == ((4, 1), ("published", True), "Thank you!")
    shown_since = review.published_at
    send(back_office, page(review), FORM, answer="Thank you very much!")
    assert (figures(product), state(review), review.published_at) == ((4, 1), ("published", True), shown_since)
    assert review.answer == "Thank you very much!"
    send(back_office, page(review), FORM, state="pending")
    assert (figures(product), state(review)) == ((0, 0), ("pending", False))


def test_never_edits_what_the_buyer_wrote(back_office, product):
    review = make_review(product, 2, title="Loud", text="The fan howls.", author_name="Ada L.", state="pending")
    assert set(form_of(back_office.get(page(review)), FORM)) == {"csrfmiddlewaretoken", "state", "answer"}
    forged = {"stars": 5, "title": "Quiet", "text": "Lovely", "author_name": "Eve", "purchase": "x", "user": 1}
    send(back_office, page(review), FORM, state="published", **forged)
    review.refresh_from_db()
    told = (review.stars, review.title, review.text, review.author_name, review.state)
    assert told == (2, "Loud", "The fan howls.", "Ada L.", "published")


def test_follows_what_is_deleted(back_office, product):
    reviews = [make_review(product, stars) for stars in (5, 3, 1)]
    back_office.post(reverse("admin:catalog_review_delete", args=[reviews[0].pk]), {"post": "yes"})
    assert figures(product) == (4, 2)
    act(back_office, "delete_selected", *reviews[1:], post="yes")
    assert (figures(product), Review.objects.count()) == ((0, 0), 0)


def test_goes_with_its_product(back_office):
    product = make_product(stock=0)
    make_review(product)
    back_office.post(reverse("admin:catalog_product_delete", args=[product.pk]), {"post": "yes"})
    assert Review.objects.count() == 0


def test_takes_a_name_away_on_request_and_with_the_account(back_office, product, alice):
    asked, kept = (make_review(product, author_name=name) for name in ("Ada L.", "Bea M."))
    act(back_office, "forget_author", asked)
    assert list(Review.objects.order_by("pk").values_list("author_name", flat=True)) == ["", "Bea M."]
    assert "Ada" not in LogEntry.objects.get().get_change_message()
    hers = make_review(product, 3, user=alice, author_name="Alice A.")
    User.objects.get(pk=alice.pk).delete()
    hers.refresh_from_db()
    assert (hers.author_name, hers.user, hers.state, figures(product)) == ("", None, "published", (13, 3))
    kept.refresh_from_db()
    assert kept.author_name == "Bea M."


@pytest.mark.parametrize("group", MODERATORS)
def test_lets_those_who_care_for_shoppers_moderate(member, product, group):
    review, other = (make_review(product, state="pending") for _ in range(2))
    client = member(group)
    act(client, "publish", review)
    send(client, page(other), FORM, state="rejected", answer="No names, please.")
    assert (state(review), state(other), figures(product)) == (("published", True), ("rejected", False), (5, 1))


@pytest.mark.parametrize("group", ["Fulfillment", "None"])
def test_lets_the_others_move_nothing(member, product, group, admin_client):
    review = make_review(product, state="pending")
    form = form_of(admin_client.get(page(review)), FORM) | {"state": "published", "answer": "Ha"}
    client = member(group)
    assert client.post(page(review), form).status_code == 403
    for action in ("publish", "reject", "forget_author", "delete_selected"):
        act(client, action, review, post="yes")
    assert (state(review), review.answer, figures(product)) == (("pending", False), "", (0, 0))


@pytest.mark.parametrize("group", ["Support", "Fulfillment"])
def test_lets_only_the_catalogs_people_delete(member, product, group):
    review = make_review(product)
    client = member(group)
    assert client.post(reverse("admin:catalog_review_delete", args=[review.pk]), {"post": "yes"}).status_code == 403
    act(client, "delete_selected", review, post="yes")
    assert Review.objects.count() == 1


def test_says_on_the_first_page_how_many_wait(member, product):
    make_review(product)
    waiting = [make_review(product, state="pending") for _ in range(2)]
    client = member("Support")
    figure = next(one for one in client.get("/admin/").context["todo"] if one.label == "Reviews to read")
    assert (figure.count, figure.url) == (2, f"{LIST}?state__exact=pending")
    listed = client.get(figure.url).context["cl"].queryset
    assert set(listed) == set(waiting)


@pytest.mark.parametrize(("group", "is_told"), [("Fulfillment", False), ("Catalog", True)])
def test_tells_of_reviews_only_those_who_moderate(member, product, group, is_told):
    labels = [one.label for one in member(group).get("/admin/").context["todo"]]
    assert ("Reviews to read" in labels) is is_told


def test_finds_reviews_by_state_answer_and_words(back_office, product):
    make_review(product, title="Loud", answer="Sorry!")
    quiet = make_review(product, title="Quiet", state="rejected")
    for query in ("state__exact=rejected", "answered=no", "q=quiet"):
        assert list(back_office.get(f"{LIST}?{query}").context["cl"].queryset) == [quiet], query
