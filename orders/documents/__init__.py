"""Invoices, credit notes and what is printed for a parcel.

A document is issued in the transaction of what causes it: number, snapshot and sums. Its files follow after the commit.
"""

from orders.documents.crediting import issue_credit_notes
from orders.documents.invoicing import issue_invoice
from orders.documents.listing import Listed, listed, listed_by_order
from orders.documents.rendering import files_of
from orders.documents.seller import missing_settings
from orders.documents.slips import address_label, packing_slip, return_label

__all__ = [
    "Listed",
    "address_label",
    "files_of",
    "issue_credit_notes",
    "issue_invoice",
    "listed",
    "listed_by_order",
    "missing_settings",
    "packing_slip",
    "return_label",
]
