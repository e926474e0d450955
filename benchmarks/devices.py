"""The types of device and the categories they stand in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from benchmarks.fields import Field, Scope, choice, colour, flag, number, several, span, text

VARIANT: dict[str, Any] = {"scope": Scope.VARIANT, "better": "higher"}
PANELS = "IPS LCD, OLED, VA LCD, Mini LED, E-paper"
WIFI = "Wi-Fi 6, Wi-Fi 6E, Wi-Fi 7, Wi-Fi 5, Wi-Fi 4"
PORTS = "USB-C, USB-A, HDMI, Thunderbolt, DisplayPort, Ethernet, Audio, SD, microSD"
HEIGHT = number("height", "Height", "mm", range(8, 620, 4), facet=False)
CHIPS = [f"{maker} {line}{step}" for step in range(1, 9) for maker in ("Corvex", "Tensa", "Helio") for line in "ABX"]
PROCESSORS = [
    f"{maker} {row} {step}00U" for row in (5, 7, 9, 3) for step in range(12, 19) for maker in ("Rydon", "Cora")
]


@dataclass(frozen=True, eq=False)
class DeviceType:
    """`box` is what lies in the box, `series` the lines that makers name such devices by."""

    key: str
    name: str
    series: tuple[str, ...]
    box: tuple[str, ...]
    fields: tuple[Field, ...]

    def of_variants(self) -> list[Field]:
        return [field for field in self.fields if field.scope == Scope.VARIANT]

    def of_products(self) -> list[Field]:
        return [field for field in self.fields if field.scope == Scope.PRODUCT]


@dataclass(frozen=True)
class Leaf:
    """A category with products: its share of all, the price of the cheapest and of the dearest, words for a name."""

    path: tuple[str, ...]
    device: DeviceType
    share: int
    cheapest: int
    dearest: int
    noun: str

    @property
    def name(self) -> str:
        return self.path[-1]


def _type(key: str, name: str, series: str, box: str, *fields: Field) -> DeviceType:
    return DeviceType(key, name, tuple(series.split()), tuple(box.split(", ")), fields)


PHONE = _type(
    "phone",
    "Phone",
    "Nova Edge Mira Pulse Zen Arc Halo Flux Lyra Onyx",
    "Phone, USB-C cable, Quick start guide",
    colour(),
    number("storage", "Storage", "GB", (128, 256, 512, 1000, 64), card=True, **VARIANT),
    number("memory", "Memory", "GB", (8, 12, 6, 16, 4), better="higher"),
    text("chip", "Chip", CHIPS),
    number("screen_size", "Screen size", "in", (6.1, 6.7, 6.5, 6.4, 6.8, 6.3, 6.0, 5.8, 5.4, 6.9), card=True),
    choice("panel", "Panel", "OLED, IPS LCD, E-paper"),
    number("refresh_rate", "Refresh rate", "Hz", (120, 60, 90, 144, 165), better="higher"),
    number("main_camera", "Main camera", "MP", (50, 48, 64, 108, 12, 200), better="higher"),
    number("battery", "Battery", "mAh", range(3000, 6600, 100), card=True, better="higher"),
    number("charging", "Charging", "W", (25, 45, 33, 67, 18, 120), better="higher"),
    flag("wireless_charging", "Wireless charging", 0.4),
    choice("network", "Network", "5G, 4G"),
    several("wifi_bands", "Bands", "n78, n1, n3, n28, n41, n258"),
    choice("protection", "Protection", "IP68, IP67, IP54, None, IP69"),
    flag("headphone_jack", "Headphone jack", 0.2),
    number("weight", "Weight", "g", range(150, 260, 2), better="lower", facet=False),
)

TABLET = _type(
    "tablet",
    "Tablet",
    "Slate Folio Canvas Leaf Pad Plane Sketch Vista",
    "Tablet, USB-C cable, Quick start guide",
    colour(),
    number("storage", "Storage", "GB", (128, 256, 64, 512, 1000), card=True, **VARIANT),
    choice("connection", "Connection", "Wi-Fi, Wi-Fi and 5G"),
    number("memory", "Memory", "GB", (8, 6, 4, 12, 16), better="higher"),
    text("chip", "Chip", CHIPS),
    number("screen_size", "Screen size", "in", (10.9, 11, 12.4, 8.7, 10.4, 13, 14.6), card=True),
    choice("panel", "Panel", PANELS),
    number("refresh_rate", "Refresh rate", "Hz", (60, 120, 90, 144), better="higher"),
    flag("pen", "Takes a pen", 0.6),
    flag("memory_card", "Memory card", 0.5),
    number("speakers", "Speakers", "", (4, 2, 6), better="higher"),
    number("battery_life", "Battery life", "h", range(8, 19), card=True, better="higher"),
    several("ports", "Ports", "USB-C, Audio, microSD, Pogo pins"),
    number("weight", "Weight", "g", range(300, 780, 10), better="lower"),
    HEIGHT,
)

LAPTOP = _type(
    "laptop",
    "Laptop",
    "Flux Book Swift Prime Ledger Atlas Nimbus Forge Spark Aero",
    "Laptop, Charger, Quick start guide",
    colour(),
    number("memory", "Memory", "GB", (16, 32, 8, 64, 24), card=True, **VARIANT),
    number("storage", "Storage", "GB", (512, 1000, 256, 2000, 4000), **VARIANT),
    text("processor", "Processor", PROCESSORS),
    number("cores", "Cores", "", (8, 10, 12, 6, 16, 24), better="higher"),
    choice("graphics_kind", "Graphics", "Integrated, Dedicated"),
    number("screen_size", "Screen size", "in", (14, 15.6, 13.3, 16, 17.3, 13.6, 14.5), card=True),
    choice("panel", "Panel", PANELS),
    number("refresh_rate", "Refresh rate", "Hz", (60, 120, 144, 165, 240), better="higher"),
    flag("touch", "Touch screen", 0.3),
    number("battery_life", "Battery life", "h", range(6, 25), better="higher"),
    several("ports", "Ports", PORTS),
    choice("wifi", "Wi-Fi", WIFI),
    flag("fingerprint", "Fingerprint reader", 0.6),
    choice("keyboard", "Keyboard", "QWERTY UK, QWERTZ DE, AZERTY FR, QWERTY US, QWERTY ES"),
    number("weight", "Weight", "kg", [kg / 20 for kg in range(18, 60)], card=True, better="lower"),
)

DESKTOP = _type(
    "desktop",
    "Desktop computer",
    "Tower Cube Forge Station Core Block Atlas",
    "Computer, Power cable, Guide",
    colour(),
    number("memory", "Memory", "GB", (16, 32, 8, 64, 128), card=True, **VARIANT),
    number("storage", "Storage", "GB", (512, 1000, 2000, 256, 4000), card=True, **VARIANT),
    text("processor", "Processor", PROCESSORS),
    number("cores", "Cores", "", (8, 6, 12, 16, 24), better="higher"),
    choice("form", "Form", "Tower, Small tower, Mini, All in one", card=True),
    choice("graphics_kind", "Graphics", "Integrated, Dedicated"),
    number("graphics_memory", "Graphics memory", "GB", (8, 12, 16, 6, 24), better="higher"),
    number("memory_slots", "Memory slots", "", (2, 4, 8)),
    several("ports", "Ports", PORTS),
    choice("wifi", "Wi-Fi", WIFI),
    number("power_supply", "Power supply", "W", (300, 500, 650, 90, 850, 1000)),
    flag("silent", "Without a fan", 0.1),
    number("noise", "Noise", "dB", range(18, 46), better="lower"),
    HEIGHT,
)

MONITOR = _type(
    "monitor",
    "Monitor",
    "View Scene Panorama Focus Prism Lumen Vista",
    "Monitor, Stand, Power cable, USB-C cable",
    colour(),
    number("screen_size", "Screen size", "in", (27, 24, 32, 34, 23.8, 21.5, 43, 49), card=True),
    choice("resolution_class", "Resolution", "Full HD, QHD, 4K, Ultrawide QHD, 5K", card=True),
    choice("panel", "Panel", PANELS),
    number("refresh_rate", "Refresh rate", "Hz", (60, 75, 144, 165, 100, 240, 360), card=True, better="higher"),
    number("response_time", "Response time", "ms", (5, 4, 1, 0.5, 8), better="lower"),
    number("brightness", "Brightness", "nits", (300, 250, 350, 400, 600, 1000), better="higher"),
    flag("curved", "Curved", 0.3),
    flag("hdr", "HDR", 0.4),
    several("ports", "Ports", "HDMI, DisplayPort, USB-C, USB-A, Audio, Ethernet"),
    number("usb_c_power", "Power over USB-C", "W", (65, 90, 15, 100, 140), better="higher"),
    flag("height_adjustable", "Height can be set", 0.7),
    text("stand", "Stand", ("Tilts", "Tilts and turns", "Tilts, turns and pivots", "Arm with clamp")),
    number("weight", "Weight", "kg", [kg / 10 for kg in range(30, 120, 2)], facet=False),
    HEIGHT,
)

HEADPHONES = _type(
    "headphones",
    "Headphones",
    "Beat Hush Aria Tone Chord Breeze Solo Wave",
    "Headphones, USB-C cable, Bag",
    colour(),
    choice("form", "Form", "In-ear, Over-ear, On-ear, Open-ear", card=True),
    number("driver_size", "Driver", "mm", (10, 40, 11, 6, 32, 50)),
    span("frequency_range", "Frequency range", "Hz", ((20, 20000), (10, 22000), (5, 40000), (20, 40000))),
    number("impedance", "Impedance", "Ω", (32, 16, 24, 48, 80, 250)),
    flag("noise_cancelling", "Noise cancelling", 0.5, card=True),
    flag("wireless", "Wireless", 0.8),
    text("bluetooth", "Bluetooth", ("5.3", "5.2", "5.0", "5.4, with LE Audio")),
    several("codecs", "Codecs", "SBC, AAC, aptX, aptX HD, LDAC, LC3"),
    number("microphones", "Microphones", "", (2, 4, 6, 1), better="higher"),
    number("battery_life", "Battery life", "h", (30, 24, 8, 6, 40, 50, 60), card=True, better="higher"),
    choice("protection", "Protection", "IPX4, None, IP54, IP55, IP57"),
    flag("multipoint", "Two devices at once", 0.5),
    flag("foldable", "Foldable", 0.4),
    HEIGHT,
)

SPEAKER = _type(
    "speaker",
    "Speaker",
    "Boom Pillar Stage Brick Orb Chorus Echoes",
    "Speaker, Power cable, Guide",
    colour(),
    choice("kind", "Kind", "Portable, Soundbar, Shelf, Smart", card=True),
    number("power", "Power", "W", (20, 40, 60, 10, 120, 300, 500), card=True, better="higher"),
    span("frequency_range", "Frequency range", "Hz", ((60, 20000), (45, 20000), (80, 18000), (35, 22000))),
    several("sources", "Plays from", "Bluetooth, Wi-Fi, USB, Audio, HDMI, Optical"),
    number("channels", "Channels", "", (2, 1, 3, 5, 7)),
    number("battery_life", "Battery life", "h", (12, 20, 24, 10, 15), card=True, better="higher"),
    choice("protection", "Protection", "IP67, IPX7, None, IP65"),
    flag("voice", "Voice assistant", 0.3),
    flag("stereo_pair", "Pairs for stereo", 0.6),
    flag("dolby", "Surround decoding", 0.2),
    text("drivers", "Drivers", ("One wide", "Two wide, one bass", "Two tweeters, two bass", "Five, upward firing")),
    number("weight", "Weight", "g", range(250, 6000, 50), better="lower"),
    HEIGHT,
)

WATCH = _type(
    "smartwatch",
    "Smartwatch",
    "Tempo Orbit Trail Stride Chrono Peak Rhythm",
    "Watch, Strap, Charger",
    colour(),
    number("case_size", "Case", "mm", (42, 44, 46, 40, 47), scope=Scope.VARIANT, card=True),
    choice("material", "Material", "Aluminium, Steel, Titanium, Plastic"),
    choice("panel", "Panel", "OLED, MIP, IPS LCD"),
    choice("network", "Network", "None, 4G"),
    number("battery_life", "Battery life", "days", (2, 7, 14, 1, 5, 20, 30), card=True, better="higher"),
    several("positioning", "Positioning", "GPS, Galileo, GLONASS, BeiDou, QZSS"),
    several("health", "Health", "Pulse, Sleep, Oxygen, ECG, Temperature, Stress"),
    flag("nfc", "Pays by NFC", 0.6),
    number("water_resistance", "Water resistance", "m", (50, 100, 30), card=True, better="higher"),
    number("music_storage", "Music storage", "GB", (4, 8, 32, 16), better="higher"),
    text("strap", "Strap", ("Silicone, 22 mm", "Leather, 20 mm", "Woven, 22 mm", "Steel links")),
    number("weight", "Weight", "g", range(24, 90), better="lower"),
    HEIGHT,
)

CAMERA = _type(
    "camera",
    "Camera",
    "Lumia Frame Optic Shutter Iris Scout Rapid",
    "Camera, Battery, Charger, Strap",
    colour(),
    choice("kit", "Kit", "Body, With zoom lens, With two lenses", scope=Scope.VARIANT),
    number("resolution", "Resolution", "MP", (24, 26, 33, 45, 20, 61, 12), card=True, better="higher"),
    choice("sensor", "Sensor", "APS-C, Full frame, One inch, Four thirds, Small", card=True),
    span("focal_length", "Focal length", "mm", ((24, 70), (18, 55), (16, 50), (28, 60), (24, 200))),
    number("optical_zoom", "Optical zoom", "", (3, 2.9, 8, 24, 30, 60), better="higher"),
    flag("stabilisation", "Stabilised sensor", 0.6),
    text("video", "Video", ("4K, 60 pictures a second", "4K, 30 pictures a second", "8K, 24 pictures a second")),
    number("burst", "Burst", "fps", (10, 8, 20, 30, 5), better="higher"),
    choice("viewfinder", "Viewfinder", "Electronic, None, Optical"),
    several("memory_card", "Memory card", "SD, CFexpress, microSD, XQD"),
    flag("tilting_screen", "Tilting screen", 0.7),
    choice("protection", "Protection", "None, Sealed, Waterproof"),
    number("shots", "Pictures per charge", "", range(250, 1250, 50), card=True, better="higher"),
    HEIGHT,
)

PRINTER = _type(
    "printer",
    "Printer",
    "Scribe Press Quill Folio Script Ledger",
    "Printer, First cartridges, Power cable",
    colour(),
    choice("technology", "Technology", "Ink, Colour laser, Mono laser, Ink tank", card=True),
    several("functions", "Functions", "Print, Scan, Copy, Fax"),
    number("speed", "Speed", "ppm", (15, 22, 30, 40, 10, 50), card=True, better="higher"),
    number("resolution", "Resolution", "dpi", (1200, 600, 2400, 4800), better="higher"),
    choice("paper_size", "Paper", "A4, A3, 10 × 15 cm"),
    flag("duplex", "Prints both sides", 0.7, card=True),
    number("tray", "Tray, sheets", "", (250, 150, 100, 500, 550), better="higher"),
    flag("document_feeder", "Document feeder", 0.5),
    several("connection", "Connection", "Wi-Fi, USB, Ethernet, Bluetooth"),
    number("noise", "Noise", "dB", range(38, 60), better="lower"),
    number("power", "Power", "W", (15, 20, 350, 480, 600), better="lower"),
    text("cartridge", "Cartridge", [f"{letter}{figure}" for letter in "CKT" for figure in range(100, 900, 50)]),
    HEIGHT,
)

ROUTER = _type(
    "router",
    "Router",
    "Mesh Beacon Relay Signal Span Node",
    "Router, Power supply, Ethernet cable",
    colour(),
    number("pack", "Pieces", "", (1, 2, 3), scope=Scope.VARIANT),
    choice("wifi", "Wi-Fi", WIFI, card=True),
    number("speed", "Speed", "Mbit/s", (3000, 5400, 1800, 1200, 7200, 11000, 19000), card=True, better="higher"),
    number("bands", "Bands", "", (2, 3, 4), better="higher"),
    number("ports_lan", "Ethernet ports", "", (4, 3, 2, 1, 8), better="higher"),
    choice("port_speed", "Port speed", "1 Gbit/s, 2.5 Gbit/s, 10 Gbit/s"),
    choice("uplink", "Uplink", "Ethernet, DSL, Cable, Fibre, 5G"),
    flag("mesh", "Mesh", 0.6),
    flag("usb", "USB port", 0.4),
    several("features", "Functions", "Guest network, Child protection, VPN, Firewall, Traffic rules"),
    number("antennas", "Antennas", "", (4, 6, 2, 8)),
    number("range", "Covers up to", "m", (50, 80, 30, 120), card=True, better="higher"),
    text("chip", "Chip", CHIPS),
    HEIGHT,
)

STORAGE = _type(
    "storage",
    "Storage",
    "Vault Stash Rapid Carry Depot Keep",
    "Drive, Cable, Guide",
    colour(),
    number("capacity", "Capacity", "GB", (1000, 2000, 500, 4000, 8000, 16000), card=True, **VARIANT),
    choice("kind", "Kind", "Portable SSD, Internal SSD, Hard disk, Network drive", card=True),
    number("read_speed", "Reads", "MB/s", (1050, 560, 2000, 3500, 7400, 210, 14000), card=True, better="higher"),
    number("write_speed", "Writes", "MB/s", (1000, 530, 1900, 3000, 6900, 200), better="higher"),
    choice("interface", "Interface", "USB-C, M.2, SATA, USB-A, Ethernet, Thunderbolt"),
    several("cables", "Cables", "USB-C to C, USB-C to A, SATA, Ethernet"),
    flag("encryption", "Encryption", 0.4),
    choice("protection", "Protection", "None, IP55, IP67, IP68"),
    number("endurance", "May be written", "TB", (600, 300, 1200, 150, 2400), better="higher"),
    number("drop", "Withstands a fall of", "m", (2, 3, 1.2, 5), better="higher"),
    span("temperature_range", "Temperature", "°C", ((0, 60), (0, 70), (-20, 60), (5, 40))),
    text("standard", "Standard", ("USB 3.2 Gen 2", "NVMe 1.4", "NVMe 2.0", "SATA 6 Gbit/s", "USB4")),
    number("weight", "Weight", "g", range(8, 240, 4), better="lower", facet=False),
    HEIGHT,
)

PHONES, COMPUTERS, AUDIO = ("Phones and tablets",), ("Computers",), ("Audio",)
LEAVES = (
    Leaf((*PHONES, "Smartphones", "Android phones"), PHONE, 90, 180, 1400, "Smartphone"),
    Leaf((*PHONES, "Smartphones", "Compact phones"), PHONE, 40, 250, 1100, "Compact Phone"),
    Leaf((*PHONES, "Smartphones", "Rugged phones"), PHONE, 30, 200, 900, "Rugged Phone"),
    Leaf((*PHONES, "Simple phones"), PHONE, 20, 40, 220, "Phone"),
    Leaf((*PHONES, "Tablets", "Slates"), TABLET, 50, 150, 1300, "Tablet"),
    Leaf((*PHONES, "Tablets", "Drawing tablets"), TABLET, 20, 300, 1900, "Drawing Tablet"),
    Leaf((*COMPUTERS, "Laptops", "Ultrabooks"), LAPTOP, 60, 700, 2600, "Ultrabook"),
    Leaf((*COMPUTERS, "Laptops", "Gaming laptops"), LAPTOP, 40, 900, 4200, "Gaming Laptop"),
    Leaf((*COMPUTERS, "Laptops", "Business laptops"), LAPTOP, 50, 600, 2800, "Business Laptop"),
    Leaf((*COMPUTERS, "Laptops", "Student laptops"), LAPTOP, 40, 250, 800, "Laptop"),
    Leaf((*COMPUTERS, "Desktops", "Towers"), DESKTOP, 35, 400, 3800, "Tower PC"),
    Leaf((*COMPUTERS, "Desktops", "Mini PCs"), DESKTOP, 30, 180, 1300, "Mini PC"),
    Leaf((*COMPUTERS, "Desktops", "All-in-ones"), DESKTOP, 20, 600, 2400, "All-in-One"),
    Leaf((*COMPUTERS, "Monitors", "Office monitors"), MONITOR, 40, 90, 700, "Monitor"),
    Leaf((*COMPUTERS, "Monitors", "Gaming monitors"), MONITOR, 35, 150, 1500, "Gaming Monitor"),
    Leaf((*COMPUTERS, "Monitors", "Studio monitors"), MONITOR, 15, 500, 3500, "Studio Display"),
    Leaf((*COMPUTERS, "Storage", "Portable drives"), STORAGE, 35, 50, 700, "Portable SSD"),
    Leaf((*COMPUTERS, "Storage", "Internal drives"), STORAGE, 35, 40, 900, "SSD"),
    Leaf((*COMPUTERS, "Storage", "Network drives"), STORAGE, 15, 180, 1800, "NAS"),
    Leaf((*COMPUTERS, "Networking", "Routers"), ROUTER, 35, 40, 450, "Router"),
    Leaf((*COMPUTERS, "Networking", "Mesh sets"), ROUTER, 25, 120, 900, "Mesh Set"),
    Leaf((*AUDIO, "Headphones", "Over-ear headphones"), HEADPHONES, 50, 50, 900, "Headphones"),
    Leaf((*AUDIO, "Headphones", "Earbuds"), HEADPHONES, 55, 25, 350, "Earbuds"),
    Leaf((*AUDIO, "Headphones", "Headsets"), HEADPHONES, 25, 40, 400, "Headset"),
    Leaf((*AUDIO, "Speakers", "Bluetooth speakers"), SPEAKER, 40, 30, 500, "Bluetooth Speaker"),
    Leaf((*AUDIO, "Speakers", "Soundbars"), SPEAKER, 25, 100, 1500, "Soundbar"),
    Leaf(("Wearables", "Smartwatches"), WATCH, 45, 90, 900, "Smartwatch"),
    Leaf(("Wearables", "Running watches"), WATCH, 30, 120, 1100, "Running Watch"),
    Leaf(("Cameras", "Mirrorless cameras"), CAMERA, 30, 500, 6500, "Mirrorless Camera"),
    Leaf(("Cameras", "Action cameras"), CAMERA, 20, 120, 600, "Action Camera"),
    Leaf(("Cameras", "Compact cameras"), CAMERA, 20, 180, 1500, "Compact Camera"),
    Leaf(("Printers", "Laser printers"), PRINTER, 25, 120, 1200, "Laser Printer"),
    Leaf(("Printers", "Ink printers"), PRINTER, 30, 60, 700, "Ink Printer"),
)
TYPES = tuple(dict.fromkeys(leaf.device for leaf in LEAVES))
