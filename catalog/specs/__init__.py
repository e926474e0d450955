"""What a device is, field by field: writing typed values, and reading them as data sheet, card facts and pills.

Nothing here tells the search index: whoever changed values calls `publishing.product_changed`.
"""

from catalog.specs.choosing import Option, OptionChoice, options
from catalog.specs.sheets import SpecGroup, SpecRow, card_specs, data_sheet, sheet, values_by_product
from catalog.specs.values import accepted, exact_text, extent, facts_of, magnitude, number_text, read_value, value_text
from catalog.specs.writing import Change, fields_of, refresh_label, refresh_labels, set_values

__all__ = [
    "Change",
    "Option",
    "OptionChoice",
    "SpecGroup",
    "SpecRow",
    "accepted",
    "card_specs",
    "data_sheet",
    "exact_text",
    "extent",
    "facts_of",
    "fields_of",
    "magnitude",
    "number_text",
    "options",
    "read_value",
    "refresh_label",
    "refresh_labels",
    "set_values",
    "sheet",
    "value_text",
    "values_by_product",
]
