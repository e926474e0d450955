"""The pages with words: their addresses and titles. The words are templates in catalog/info/."""

from django.utils.translation import gettext_lazy as _

PAGES = {
    "delivery": _("Delivery"),
    "returns": _("Returns and warranty"),
    "privacy": _("Privacy"),
    "terms": _("Terms"),
    "imprint": _("Imprint"),
}
