"""Tags and filters that every template has without loading them."""

from datetime import datetime
from decimal import Decimal

from django import template
from django.templatetags.static import static
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from devicehub.lib.money import Money, shop_money

register = template.Library()


@register.filter
def money(amount: Money | Decimal | int | None) -> str:
    """`{{ price|money }}`: Money as it is, a number in the shop's currency, nothing for nothing."""
    if amount is None or amount == "":
        return ""
    return str(amount if isinstance(amount, Money) else shop_money(amount))


@register.filter
def grouped(count: int) -> str:
    """`{{ listing.total|grouped }}`: 11,652. Most counts are small, and the reader's format is dear to ask for."""
    return str(count) if -1000 < count < 1000 else number_format(count, force_grouping=True)


@register.filter
def moment(at: datetime) -> str:
    """`{{ order.expires_at|moment }}`: 14:32 today, 27 November, 14:32 on another day, by the shop's clock."""
    is_today = localtime(at).date() == localtime().date()
    return date_format(localtime(at), "H:i" if is_today else "j F, H:i")


@register.filter
def per_cent_below(price: Money, prior: Money) -> int:
    """`{{ price|per_cent_below:was }}`: 12 for "−12 %"; 0 is not worth telling."""
    return price.per_cent_below(prior)


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """`{% icon "cart" %}` decorates; `{% icon "cart" label="Cart" %}` speaks to screen readers too."""
    href = f"{static('img/icons.svg')}#{name}"
    classes = f"icon {css}".strip()
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"></use></svg>', classes, label, href
        )
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', classes, href
    )
