"""The style guide: every component with sample values, so that a change of the look can be judged on one page."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.paginator import Paginator
from django.templatetags.static import static
from django.views.generic import TemplateView

from catalog.models import Rating
from devicehub.lib.money import Money, shop_money

TIME_ZONE = ZoneInfo("Europe/Berlin")


@dataclass
class Availability:
    state: str
    words: str


@dataclass
class Card:
    name: str
    brand: str
    price: Money
    specs: list[str]
    availability: Availability
    picture: str = ""
    was: Money | None = None
    price_from: bool = False
    condition_label: str = ""
    variant_count: int = 1
    rating: Rating | None = None
    url: str = "#cards"
    sku: str = ""
    image_srcset: str = ""
    image_width: int = 600
    image_height: int = 600

    @property
    def image_url(self) -> str:
        return static(f"img/samples/{self.picture}.svg") if self.picture else ""

    @property
    def image_alt(self) -> str:
        return self.name


@dataclass
class SampleProduct:
    name: str


@dataclass
class SampleVariant:
    product: SampleProduct
    label: str
    sku: str


@dataclass
class SampleEntry:
    variant: SampleVariant
    image: None = None


@dataclass
class SampleTray:
    entries: list[SampleEntry]
    address: str = "#compare"

    @property
    def skus(self) -> list[str]:
        return [entry.variant.sku for entry in self.entries]


@dataclass
class Line:
    name: str
    variant_label: str
    sku: str
    unit_price: Money
    quantity: int
    picture: str
    notes: list[str] = field(default_factory=list)
    url: str = "#lines"

    @property
    def image_url(self) -> str:
        return static(f"img/samples/{self.picture}.svg")

    @property
    def total(self) -> Money:
        return self.unit_price * self.quantity


@dataclass
class Totals:
    rows: list[tuple[str, Money, str]]
    total: Money
    tax_note: str


@dataclass
class Event:
    title: str
    at: datetime
    text: str = ""


@dataclass
class SampleAddress:
    lines: list[str]
    phone: str = ""


@dataclass
class Message:
    level_tag: str
    words: str

    def __str__(self) -> str:
        return self.words


class SampleForm(forms.Form):
    full_name = forms.CharField(max_length=120)
    email = forms.EmailField(label="E-mail address", help_text="For the receipt and news of this order.")
    country = forms.ChoiceField(choices=[("DE", "Germany"), ("FR", "France")])
    note = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))
    company = forms.BooleanField(label="I buy for a company", required=False)
    delivery = forms.ChoiceField(
        choices=[("home", "To my door"), ("shop", "To a parcel shop")], widget=forms.RadioSelect
    )


class QuantityForm(forms.Form):
    quantity = forms.IntegerField(min_value=1, max_value=99, initial=2)


def euros(amount: str) -> Money:
    return shop_money(Decimal(amount))


def sample_cards() -> list[Card]:
    in_stock = Availability("in", "In stock, with you in 2 days")
    low = Availability("low", "Only 3 left")
    out = Availability("out", "Sold out")
    return [
        Card(
            "Aurel Nova 5",
            "Aurel",
            euros("699"),
            ["6.1″ OLED", "128 GB", "5,000 mAh"],
            in_stock,
            "phone",
            variant_count=6,
            rating=Rating(52, 12),
            sku="AUR-N5",
        ),
        Card(
            "Meridian Book 14 Air with a name that needs two lines",
            "Meridian",
            euros("1249"),
            ["14″ 2.8K", "16 GB memory", "1 TB"],
            low,
            "laptop",
            was=euros("1399"),
            price_from=True,
            sku="MER-B14-1T",
        ),
        Card(
            "Aurel Nova 5 Mini",
            "Aurel",
            euros("449.90"),
            ["5.4″ OLED", "64 GB"],
            in_stock,
            "phone",
            condition_label="Refurbished",
        ),
        Card("Kestrel Pad 11", "Kestrel", euros("379"), ["11″ LCD", "128 GB", "Wi-Fi 6E"], out),
    ]


def sample_tray() -> SampleTray:
    return SampleTray(
        [
            SampleEntry(SampleVariant(SampleProduct("Aurel Nova 5"), "128 GB", "AUR-N5")),
            SampleEntry(SampleVariant(SampleProduct("Kestrel Pad 11"), "128 GB", "KES-P11")),
        ]
    )


def sample_lines() -> list[Line]:
    return [
        Line("Aurel Nova 5", "256 GB, graphite", "AUR-N5-256-GR", euros("749"), 1, "phone"),
        Line(
            "Meridian Book 14 Air",
            "16 GB, 1 TB, silver",
            "MER-B14-1T",
            euros("1249"),
            2,
            "laptop",
            notes=["The price rose by 20.00 € since you added it."],
        ),
    ]


def sample_totals() -> Totals:
    return Totals(
        rows=[
            ("3 devices", euros("3247"), "subtotal"),
            ("Welcome voucher", euros("-50"), "discount"),
            ("Delivery", euros("0"), "shipping"),
        ],
        total=euros("3197"),
        tax_note="Includes 510.45 € tax.",
    )


def sample_events() -> list[Event]:
    return [
        Event("On its way", datetime(2026, 5, 5, 16, 40, tzinfo=TIME_ZONE), "Handed to the carrier in one parcel."),
        Event("Packed", datetime(2026, 5, 5, 9, 15, tzinfo=TIME_ZONE)),
        Event("Payment received", datetime(2026, 5, 4, 20, 3, tzinfo=TIME_ZONE), "3,197.00 € by card."),
        Event("Order placed", datetime(2026, 5, 4, 20, 1, tzinfo=TIME_ZONE)),
    ]


def sample_context() -> dict[str, Any]:
    """One value of every kind that the components take."""
    faulty = SampleForm({"full_name": "", "email": "alice@", "country": "DE", "delivery": "home"})
    return {
        "icon_names": ICON_NAMES,
        "colours": COLOURS,
        "sizes": [14, 16, 18, 22, 28, 36, 48],
        "cards": sample_cards(),
        "tray": sample_tray(),
        "lines": sample_lines(),
        "totals": sample_totals(),
        "events": sample_events(),
        "address": SampleAddress(["Alice Shopper", "Lindenweg 4", "10115 Berlin", "Germany"], "+49 30 5550199"),
        "notices": [
            Message("success", "Aurel Nova 5 is in your cart."),
            Message("info", "We have put the two devices of your last visit into this cart."),
            Message("warning", "Only 3 of these are left; we have set the quantity to 3."),
            Message("error", "The payment was declined. Nothing was charged; choose another way to pay."),
        ],
        "crumbs": [("Home", "#"), ("Phones", "#"), ("Aurel Nova 5", None)],
        "steps": [
            ("Address", "#", "done"),
            ("Delivery", "#", "done"),
            ("Payment", None, "current"),
            ("Review", None, "todo"),
        ],
        "statuses": STATUSES,
        "availabilities": [
            *(card.availability for card in sample_cards()),
            Availability("preorder", "Pre-order: ships from 12 Dec"),
            Availability("backorder", "Back-order: expected 12 Dec"),
        ],
        "page_obj": Paginator(range(240), 24).page(4),
        "form": SampleForm(),
        "faulty_form": faulty,
        "quantity": QuantityForm()["quantity"],
        "ratings": [Rating(52, 12), Rating(9, 4)],
        "price": euros("1249"),
        "was": euros("1399"),
    }


STATUSES = [
    ("pending", "waiting for payment"),
    ("confirmed", "confirmed"),
    ("completed", "completed"),
    ("canceled", "canceled"),
    ("unpaid", "unpaid"),
    ("paid", "paid"),
    ("refunded", "refunded"),
    ("unfulfilled", "not shipped"),
    ("partial", "partly shipped"),
    ("shipped", "shipped"),
    ("delivered", "delivered"),
]

COLOURS = [
    "surface",
    "surface-soft",
    "surface-pressed",
    "line",
    "line-strong",
    "ink",
    "ink-soft",
    "accent",
    "accent-soft",
    "good",
    "low",
    "bad",
]

ICON_NAMES = [
    "arrow-down",
    "arrow-left",
    "arrow-right",
    "arrow-up",
    "bank",
    "battery",
    "bell",
    "box",
    "calendar",
    "camera",
    "card",
    "cart",
    "cash",
    "check",
    "chevron-down",
    "chevron-left",
    "chevron-right",
    "clock",
    "close",
    "compare",
    "copy",
    "cpu",
    "desktop",
    "device",
    "display",
    "document",
    "download",
    "edit",
    "error",
    "external",
    "eye",
    "filter",
    "grid",
    "headphones",
    "heart",
    "help",
    "home",
    "info",
    "key",
    "keyboard",
    "laptop",
    "lock",
    "login",
    "logout",
    "mail",
    "memory",
    "menu",
    "minus",
    "monitor",
    "moon",
    "mouse",
    "package",
    "phone",
    "pin",
    "plug",
    "plus",
    "printer",
    "receipt",
    "refresh",
    "returns",
    "search",
    "settings",
    "shield",
    "smarthome",
    "sort",
    "sparkles",
    "star",
    "storage",
    "store",
    "success",
    "sun",
    "system",
    "tablet",
    "tag",
    "telephone",
    "tool",
    "trash",
    "truck",
    "user",
    "warning",
    "watch",
]


class StyleGuideView(TemplateView):
    """/styleguide/, in demo and development only."""

    template_name = "styleguide.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**sample_context(), **kwargs)
