"""Who may do what with orders. Nobody adds, edits or deletes one: acts have permissions of their own."""

LOOK = [
    f"orders.view_{model}"
    for model in (
        *("order", "orderline", "orderevent", "payment", "refund"),
        *("return", "shipment", "deviceunit", "shippingmethod", "shippingzone"),
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
    for model in ("shippingmethod", "shippingzone", "pickupplace", "closeddays", "taxrate")
    for verb in ("view", "add", "change", "delete")
]
OFFERS = [
    f"orders.{verb}_{model}"
    for model in ("promotion", "promotiongoods", "voucher")
    for verb in ("view", "add", "change", "delete")
]
CREDIT = [f"orders.{verb}_creditaccount" for verb in ("view", "add", "change")] + ["orders.view_creditentry"]
SEE_OFFERS = ["orders.view_promotion", "orders.view_promotiongoods", "orders.view_voucher"]

GRANTS = {
    "Owner": [*LOOK, *PACK, *TALK, *CARE, *RETURNS, *TAXES, *TERMS, *OFFERS, *CREDIT],
    "Catalog": OFFERS,
    "Fulfillment": [*LOOK, *PACK, *TALK, *RETURNS, *TAXES],
    "Support": [*LOOK, *TALK, *CARE, *RETURNS, *TAXES, *SEE_OFFERS, *CREDIT],
}
