"""Who may do what in the catalog's back office. Stock moves by "change stock level": movements are only ever added."""

from collections.abc import Iterable

EDITED = (
    *("brand", "category", "fitcondition", "fitrule", "image", "importmapping", "product", "producttype"),
    *("specchoice", "specfield", "synonym", "variant"),
)
SHOWN = ("stockmovement", "pricechange", "searchcount", "stockplace", "stockcount")


def _allowed(verbs: Iterable[str], models: Iterable[str]) -> list[str]:
    return [f"catalog.{verb}_{model}" for model in models for verb in verbs]


WORK = [
    *_allowed(("view", "add", "change", "delete"), EDITED),
    *_allowed(("view", "change"), ["importbatch", "stocklevel"]),
    *_allowed(("view", "change", "delete"), ["review"]),
    *_allowed(("view",), SHOWN),
]
LOOK = _allowed(("view",), (*EDITED, *SHOWN, "importbatch", "review", "stocklevel"))
CARE = _allowed(("change",), ["review"])  # publish, reject and answer

GRANTS = {"Owner": WORK, "Catalog": WORK, "Fulfillment": LOOK, "Support": [*LOOK, *CARE]}
