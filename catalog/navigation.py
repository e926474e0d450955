"""The category tree as the menu, breadcrumbs and listings need it: read once, shared by all processes.

The cached tree carries the version it was read under. A change of any category writes a new version, so a tree
that was read before the change but stored after it is not believed either.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import uuid4

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from catalog.models import Category

TREE = "catalog:navigation:tree"
VERSION = "catalog:navigation:version"
LIFETIME = 3600


@dataclass
class Node:
    """A visible category; one below a hidden category is hidden too."""

    pk: int
    name: str
    slug: str
    path: str
    description: str
    image: str
    children: list[Node] = field(default_factory=list)

    def get_absolute_url(self) -> str:
        return reverse("catalog:category", args=[self.slug])


@dataclass(frozen=True)
class Tree:
    roots: list[Node]
    by_slug: dict[str, Node]
    by_path: dict[str, Node]
    paths: dict[int, str]  # of every category, hidden ones too

    def ids_under(self, path: str) -> frozenset[int]:
        """The category at `path` and all below it, whether they are shown or not."""
        return frozenset(pk for pk, other in self.paths.items() if other.startswith(path))

    def trail(self, path: str) -> list[Node]:
        """From the root down to the category at `path`, itself included; hidden ones are left out."""
        step = Category.steplen
        steps = (path[:end] for end in range(step, len(path) + 1, step))
        return [self.by_path[one] for one in steps if one in self.by_path]

    def leaves(self) -> list[Node]:
        return [node for node in self.by_slug.values() if not node.children]


def tree(request: HttpRequest) -> Tree:
    """The tree, at most once a request; one query to the cache or, after a change, to the categories."""
    if not hasattr(request, "_category_tree"):
        request._category_tree = _cached_tree()  # type: ignore[attr-defined]
    return request._category_tree  # type: ignore[attr-defined]


def forget() -> None:
    """Categories changed: this process uses the old tree no more, and nobody does after the commit.

    Twice, because a cache that is no part of the transaction is written before it ends, and another process may
    read the categories as they were in between.
    """
    cache.set(VERSION, uuid4().hex, None)
    transaction.on_commit(lambda: cache.set(VERSION, uuid4().hex, None))


def _cached_tree() -> Tree:
    cached = cache.get_many([TREE, VERSION])
    version = cached.get(VERSION, "")
    read_under, known = cached.get(TREE, (None, None))
    if known is None or read_under != version:
        known = _read()
        cache.set(TREE, (version, known), LIFETIME)
    return known


def _read() -> Tree:
    found = Tree([], {}, {}, {})
    columns = ("pk", "name", "slug", "path", "description", "image", "is_visible")
    for *values, is_visible in Category.objects.order_by("path").values_list(*columns):
        node = Node(*values)
        found.paths[node.pk] = node.path
        if is_visible:
            _hang(found, node)
    return found


def _hang(found: Tree, node: Node) -> None:
    above = node.path[: -Category.steplen]
    if above and above not in found.by_path:
        return
    found.by_slug[node.slug] = found.by_path[node.path] = node
    (found.by_path[above].children if above else found.roots).append(node)
