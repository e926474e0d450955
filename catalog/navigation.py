"""The category tree as the menu, breadcrumbs and listings need it: read once, shared by all requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from django.http import HttpRequest
from django.urls import reverse

from catalog import reference
from catalog.models import Category


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
    version: str  # of `catalog.reference`, under which it was read

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
    """The tree, at most once a request."""
    if not hasattr(request, "_category_tree"):
        request._category_tree = current()  # type: ignore[attr-defined]
    return request._category_tree  # type: ignore[attr-defined]


def current() -> Tree:
    """One query to the cache or, after a change, also to the categories."""
    return _read(reference.version())


@lru_cache(maxsize=2)
def _read(version: str) -> Tree:
    found = Tree([], {}, {}, {}, version)
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
