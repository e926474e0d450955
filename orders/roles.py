"""Who may do what with orders. Nobody adds, edits or deletes one: acts have permissions of their own."""

LOOK = [
    f"orders.view_{model}"
    for model in (
        "order",
        "orderline",
        "orderevent",
        "payment",
        "refund",
        "shipment",
        "shippingmethod",
        "shippingzone",
        "return",
    )
]
PACK = ["orders.fulfill_order"]
TALK = ["orders.note_order", "orders.hold_order"]
CARE = [
    "orders.create_order",
    "orders.cancel_order",
    "orders.edit_order_lines",
    "orders.refund_order",
    "orders.resend_mail",
]
RETURNS = ["orders.handle_return"]
TAXES = ["orders.confirm_vat_number"]
TERMS = [
    f"orders.{verb}_{model}"
    for model in ("shippingmethod", "shippingzone", "taxrate")
    for verb in ("view", "add", "change", "delete")
]

GRANTS = {
    "Owner": [*LOOK, *PACK, *TALK, *CARE, *RETURNS, *TAXES, *TERMS],
    "Catalog": [],
    "Fulfillment": [*LOOK, *PACK, *TALK, *RETURNS, *TAXES],
    "Support": [*LOOK, *TALK, *CARE, *RETURNS, *TAXES],
}
