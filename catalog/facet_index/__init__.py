"""Who has which value: the index that listings are filtered, counted and ordered by. See docs/search.md.

Sets of products as compressed bitmaps in the shop's own tables, a row per facet and 65,536 products. Products that
changed since the last merge are left out of them and read from their own rows, so that a change is true at once, in
its own transaction, and waits for nobody.
"""

from catalog.facet_index.storing import Snapshot, clear, hold, merge

__all__ = ["Snapshot", "clear", "hold", "merge"]
