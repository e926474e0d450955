"""What an electronics shop sells, as sellers write it: nouns, brands, models, features, sizes; and things for things.

A feature is written in several ways, apart by "/". Sellers use any of them, or leave it to the description.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    key: str
    nouns: str  # the first is what a shopper types
    brands: str
    models: str
    features: str
    sizes: str = ""
    price: tuple[int, int] = (20, 200)


@dataclass(frozen=True)
class Extra:
    """A thing for a kind of device."""

    key: str
    nouns: str
    brands: str
    features: str
    fits: str  # keys of kinds
    sizes: str = ""
    price: tuple[int, int] = (5, 50)


KINDS = [
    Kind("laptop", "laptop/notebook/laptop computer/notebook pc", "HP/Dell/Lenovo/Acer/ASUS/Apple/MSI",
         "Pavilion 15/Inspiron 15 3000/IdeaPad 3/Aspire 5/VivoBook 14/MacBook Pro/MacBook Air/ThinkPad X1 Carbon/Stealth GS66",
         "touchscreen/touch screen|gaming|16GB RAM/16 GB memory|8GB RAM/8 GB memory|512GB SSD/512 GB solid state drive|256GB SSD/256 GB SSD|backlit keyboard|Windows 10/Win 10|fingerprint reader",
         "13.3 inch|14\"|15.6 inch|15.6\"|17.3-inch|16-inch", (300, 2500)),
    Kind("tablet", "tablet/tablet pc/android tablet", "Samsung/Amazon/Lenovo/Apple/Dragon Touch/Fusion5",
         "Galaxy Tab A7/Galaxy Tab S7/Fire HD 10/Fire 7/Tab M10/iPad Air/iPad Pro/Notepad K10/F104",
         "32GB/32 GB storage|64GB/64 GB storage|kids/for kids|WiFi/Wi-Fi|LTE|with stylus/S Pen included", "7 inch|8\"|10.1 inch|10.4\"|12.9-inch", (60, 1100)),
    Kind("phone", "cell phone/smartphone/mobile phone/phone", "Samsung/Apple/Google/Motorola/OnePlus/Nokia/BLU",
         "Galaxy S21/Galaxy A12/Galaxy Note 10/iPhone 11/iPhone 12 Pro Max/iPhone XR/Pixel 5/Moto G Power/Nord N10/3.4/Vivo XL",
         "unlocked/factory unlocked|5G|dual SIM/dual sim|128GB/128 GB|64GB/64 GB|renewed/refurbished|waterproof/water resistant", "", (80, 1300)),
    Kind("headphones", "headphones/headset/over-ear headphones/bluetooth headphones", "Sony/Bose/Sennheiser/JBL/Beats/Audio-Technica/COWIN/Mpow/AKG",
         "WH-1000XM4/WH-CH510/QuietComfort 35 II/HD 450BT/Tune 500BT/Solo3/ATH-M50x/E7/H12/K240",
         "wireless/bluetooth|noise cancelling/noise canceling/active noise cancellation/ANC|with microphone/with mic|over ear/over-ear|on ear/on-ear|foldable|deep bass|wired|for kids/kids", "", (20, 400)),
    Kind("earbuds", "earbuds/earphones/in-ear headphones/wireless earbuds/ear buds", "Apple/Samsung/Sony/Jabra/Anker/TOZO/JLab/Skullcandy",
         "AirPods Pro/AirPods/Galaxy Buds Live/WF-1000XM3/Elite 75t/Soundcore Liberty Air 2/T10/GO Air/Indy",
         "true wireless/wireless|noise cancelling/ANC|waterproof/IPX8 waterproof|with charging case|with microphone/built-in mic|sport/for running|bluetooth 5.0", "", (15, 250)),
    Kind("speaker", "speaker/bluetooth speaker/portable speaker/loudspeaker", "JBL/Bose/Sony/Anker/Ultimate Ears/Marshall/OontZ",
         "Flip 5/Charge 4/SoundLink Micro/SRS-XB12/Soundcore 2/BOOM 3/Stockwell II/Angle 3",
         "portable|bluetooth/blue tooth|waterproof/IPX7|20 hour battery|stereo|outdoor|shower", "10W|20 watt|30W", (20, 350)),
    Kind("soundbar", "soundbar/sound bar", "Samsung/VIZIO/Bose/Sonos/LG/Polk Audio/TCL",
         "HW-T550/V21-H8/Solo 5/Beam/SN6Y/Signa S2/Alto 6",
         "with subwoofer/wireless subwoofer|2.1 channel|dolby atmos|bluetooth|HDMI ARC|wall mountable", "120W|300 watt", (80, 900)),
    Kind("tv", "TV/smart TV/television/LED TV", "Samsung/LG/Sony/TCL/Hisense/VIZIO/Insignia",
         "Q60T/OLED CX/BRAVIA X800H/4-Series/H8G/V-Series/F30",
         "4K/4K UHD/ultra HD|smart|OLED|QLED|HDR|roku|fire tv|curved", "32-inch|43\"|50 inch|55\"|65-inch|75 inch", (120, 3000)),
    Kind("monitor", "monitor/computer monitor/LED monitor/display", "Dell/ASUS/Acer/LG/Samsung/BenQ/HP/ViewSonic/Sceptre",
         "P2419H/VG248QE/R240HY/27GL850/C24F390/EX2780Q/24mh/XG2405/E248W",
         "gaming|curved|144Hz/144 Hz|75Hz/75 Hz|4K/UHD 3840x2160|1080p/full HD|IPS|HDMI|ultrawide/ultra wide|height adjustable", "21.5 inch|24\"|24 inch|27-inch|27\"|32 inch|34\"", (90, 900)),
    Kind("keyboard", "keyboard/computer keyboard", "Logitech/Corsair/Razer/Redragon/Microsoft/HyperX/Apple/Arteck",
         "K120/K70/BlackWidow/K552/Ergonomic Desktop/Alloy Origins/Magic Keyboard/HW192",
         "wireless/2.4G wireless|mechanical|gaming|RGB/RGB backlit|backlit/illuminated|ergonomic|bluetooth|compact/mini|quiet/silent|wired|numeric keypad", "", (15, 200)),
    Kind("mouse", "mouse/computer mouse/optical mouse", "Logitech/Razer/Corsair/Microsoft/VicTsing/SteelSeries/TeckNet",
         "M185/G502/DeathAdder V2/M65/Arc/MM057/Rival 3/M003/MX Master 3",
         "wireless/cordless|gaming|ergonomic|vertical|bluetooth|rechargeable|silent/quiet|RGB|trackball|left handed", "", (8, 150)),
    Kind("webcam", "webcam/web cam/web camera/computer camera", "Logitech/Microsoft/Razer/NexiGo/Vitade/Ausdom",
         "C920/LifeCam HD-3000/Kiyo/N60/960A/AF640", "1080p/full HD 1080p|with microphone/built-in mic|autofocus|privacy cover|ring light|60fps|USB", "", (20, 200)),
    Kind("router", "router/wifi router/wireless router", "TP-Link/NETGEAR/ASUS/Linksys/Google/D-Link",
         "Archer A7/Nighthawk R7000/RT-AC68U/EA7500/Nest/DIR-867", "dual band/dual-band|wifi 6/Wi-Fi 6/AX|gigabit|mesh|AC1750|AC1900|gaming|long range|VPN", "", (30, 400)),
    Kind("extender", "wifi extender/wifi range extender/wifi booster/wifi repeater", "TP-Link/NETGEAR/Rockspace/Victony", "RE220/EX3700/AC1200/WA305",
         "dual band|ethernet port|1200Mbps|wall plug", "", (20, 130)),
    Kind("ssd", "SSD/solid state drive/internal SSD", "Samsung/Crucial/WD/SanDisk/Kingston/ADATA", "860 EVO/970 EVO Plus/MX500/BX500/Blue/SSD Plus/A400/SU800",
         "internal|NVMe/M.2 NVMe|SATA III/SATA|2.5 inch|M.2 2280|portable/external", "240GB|250GB|500GB|500 GB|1TB|1 TB|2TB", (30, 400)),
    Kind("hdd", "external hard drive/portable hard drive/external HDD/hard drive", "Seagate/WD/Toshiba/LaCie/Maxone", "Backup Plus Slim/My Passport/Elements/Canvio Basics/Rugged Mini/Expansion",
         "portable|USB 3.0/USB3.0|for PS4|for Mac|desktop|rugged", "500GB|1TB|1 TB|2TB|4 TB|5TB|8TB", (40, 250)),
    Kind("flash", "USB flash drive/flash drive/thumb drive/memory stick/USB stick", "SanDisk/Kingston/PNY/Samsung/Lexar", "Ultra Flair/DataTraveler/Attache/BAR Plus/Cruzer Blade",
         "USB 3.0/USB3.0|2 in 1/dual|USB C/type-c|10 pack/10-pack|metal|encrypted", "16GB|32GB|64 GB|128GB|256GB", (6, 70)),
    Kind("sdcard", "SD card/memory card/micro SD card/microSD card", "SanDisk/Samsung/Lexar/PNY/Transcend", "Ultra/Extreme Pro/EVO Select/Professional 1066x/Elite/350V",
         "microSDXC/micro SDXC|SDHC|UHS-I|with adapter|class 10|170MB/s", "32GB|64GB|128 GB|256GB|512GB", (8, 120)),
    Kind("printer", "printer/all-in-one printer/inkjet printer/laser printer", "HP/Canon/Epson/Brother", "OfficeJet 3830/DeskJet 2755/PIXMA TS3320/EcoTank ET-2720/HL-L2320D/MFC-J995DW/LaserJet Pro M15w",
         "wireless/WiFi|all in one/all-in-one|laser|inkjet|color/colour|monochrome/black and white|duplex|photo|scanner", "", (50, 500)),
    Kind("camera", "digital camera/camera/DSLR camera/mirrorless camera", "Canon/Nikon/Sony/Panasonic/Fujifilm/Kodak", "EOS Rebel T7/PowerShot SX540/D3500/COOLPIX B500/Alpha a6000/Lumix FZ80/X-T30/PIXPRO FZ53",
         "DSLR|mirrorless|4K video/4K|with lens/18-55mm lens|point and shoot|20.1 MP|24.2 megapixel|waterproof|compact", "", (80, 1500)),
    Kind("actioncam", "action camera/sports camera/action cam", "GoPro/AKASO/DJI/Dragon Touch", "HERO8 Black/HERO7/EK7000/Brave 7/Osmo Action/Vision 3",
         "4K|waterproof/underwater|image stabilization|touch screen|wifi", "", (50, 400)),
    Kind("security", "security camera/surveillance camera/CCTV camera/IP camera", "Arlo/Ring/Wyze/Blink/Reolink/YI/ZOSI", "Pro 3/Stick Up Cam/Cam v2/XT2/RLC-410/Dome Camera/C190",
         "wireless/WiFi|outdoor|indoor|night vision|solar|1080p|battery powered/wire-free|two way audio/2-way audio|motion detection", "", (25, 500)),
    Kind("smartwatch", "smart watch/smartwatch/fitness tracker/fitness watch", "Apple/Samsung/Fitbit/Garmin/Amazfit/Willful/Letsfit", "Watch Series 6/Watch SE/Galaxy Watch 3/Versa 3/Charge 4/Forerunner 245/Bip U/SW021/ID205L",
         "GPS|heart rate monitor|waterproof/5ATM|for women/women|for men/men|blood oxygen|sleep tracking", "40mm|41mm|44mm|45mm", (30, 600)),
    Kind("streaming", "streaming media player/streaming stick/media player", "Roku/Amazon/Google/Apple/NVIDIA", "Express/Streaming Stick+/Fire TV Stick/Chromecast/TV 4K/SHIELD TV",
         "4K|HDR|voice remote|with alexa|HD", "", (25, 200)),
    Kind("console", "game console/gaming console/video game console", "Sony/Microsoft/Nintendo", "PlayStation 5/PlayStation 4 Pro/Xbox One S/Xbox Series X/Switch Lite/Switch",
         "1TB|500GB|digital edition|bundle", "", (200, 700)),
    Kind("controller", "controller/gamepad/game controller/wireless controller", "Sony/Microsoft/PowerA/Logitech/8Bitdo", "DualShock 4/Xbox Wireless/Enhanced/F310/SN30 Pro/DualSense",
         "wireless|wired|for PS4|for PC|for Nintendo Switch|for Xbox One|bluetooth", "", (20, 90)),
    Kind("gpu", "graphics card/video card/GPU", "ASUS/EVGA/MSI/GIGABYTE/ZOTAC/XFX", "GeForce GTX 1660 Super/GeForce RTX 2060/RTX 3070/Radeon RX 580/GT 1030/RX 5700 XT",
         "6GB GDDR6|8GB/8 GB|4GB GDDR5|dual fan|overclocked|low profile", "", (90, 900)),
    Kind("ram", "RAM/memory/desktop memory/laptop memory", "Corsair/Crucial/G.SKILL/Kingston/TEAMGROUP", "Vengeance LPX/Ballistix/Ripjaws V/HyperX Fury/T-Force Vulcan/CT8G4SFS824A",
         "DDR4|DDR3|3200MHz/3200 MHz|2666MHz|SODIMM/laptop|desktop/DIMM|RGB", "8GB|16GB|16 GB|32GB|2x8GB", (30, 250)),
    Kind("cpu", "processor/CPU/desktop processor", "AMD/Intel", "Ryzen 5 3600/Ryzen 7 3700X/Ryzen 9 5900X/Core i5-10400F/Core i7-9700K/Core i9-9900K/Athlon 3000G",
         "6-core/6 core|8-core/8 core|unlocked|with cooler|LGA1200|AM4", "", (60, 600)),
    Kind("motherboard", "motherboard/mainboard/gaming motherboard", "ASUS/MSI/GIGABYTE/ASRock", "ROG Strix B550-F/B450 TOMAHAWK MAX/Z490 AORUS/B450M PRO4/TUF X570-PLUS", "ATX|micro ATX/mATX|AM4|LGA 1200|WiFi/Wi-Fi|DDR4", "", (60, 400)),
    Kind("projector", "projector/video projector/mini projector", "Epson/ViewSonic/BenQ/DR. J/VANKYO/Anker", "EX3260/M1/HT2050A/HI-04/Leisure 3/Nebula Capsule", "portable|1080p/full HD|4K|bluetooth|wifi/wireless|3600 lumens|short throw|outdoor", "", (70, 1500)),
    Kind("powerbank", "power bank/portable charger/external battery/battery pack", "Anker/RAVPower/INIU/Miady/Charmast", "PowerCore 10000/Xtreme/BI-B3/C10000/PowerCore Slim",
         "fast charging/quick charge|USB C/type c|wireless charging|slim|solar|PD 18W", "10000mAh|10000 mAh|20000mAh|26800mAh|5000 mAh", (15, 90)),
    Kind("hub", "USB hub/USB C hub/docking station/multiport adapter", "Anker/UGREEN/VAVA/Satechi/Atolla/Plugable", "A8346/CM136/VA-UC006/ST-TCMA/207U3/UD-3900",
         "4 port/4-port|7 in 1/7-in-1|HDMI/4K HDMI|USB 3.0/USB3.0|ethernet|powered|SD card reader", "", (12, 250)),
    Kind("ereader", "e-reader/ereader/ebook reader", "Amazon/Kobo/Barnes & Noble", "Kindle Paperwhite/Kindle Oasis/Kindle/Clara HD/Nook GlowLight 3", "waterproof|8GB/8 GB|32GB|built-in light|without ads", "6\"|7 inch", (80, 280)),
    Kind("drone", "drone/quadcopter/RC drone", "DJI/Holy Stone/Potensic/SNAPTAIN", "Mavic Mini/Mavic Air 2/HS110D/HS720/T25/SP650", "with camera/1080p camera|GPS|4K|foldable|for kids/for beginners|brushless", "", (50, 1000)),
    Kind("turntable", "record player/turntable/vinyl record player", "Victrola/Crosley/Audio-Technica/Fluance", "Vintage 3-Speed/Cruiser/AT-LP60X/RT81", "bluetooth|built-in speakers|belt drive|suitcase|USB", "", (50, 300)),
    Kind("smartplug", "smart plug/wifi plug/smart outlet", "Kasa/Amazon/Gosund/Wemo", "HS105/EP10/WP3/Mini", "works with alexa|4 pack/4-pack|outdoor|mini|timer", "", (8, 50)),
    Kind("microphone", "microphone/USB microphone/condenser microphone/mic", "Blue/Rode/HyperX/FIFINE/Shure/Audio-Technica", "Yeti/NT-USB/QuadCast/K669/SM58/AT2020", "USB|condenser|wireless|gaming|podcast/for podcasting|lavalier|with stand", "", (20, 250)),
]  # fmt: skip

EXTRAS = [
    Extra("case", "case/cover/protective case/shell", "OtterBox/Spigen/Fintie/MoKo/ProCase/Caseology/Supcase", "leather|clear|wallet|rugged/heavy duty|with stand/kickstand|waterproof|slim|pink|black|silicone|with screen protector", "phone/tablet/laptop/earbuds/ereader/smartwatch/console/hdd"),
    Extra("protector", "screen protector/tempered glass screen protector/screen film", "amFilm/Supershieldz/JETech/Ailun", "3 pack/3-pack|2 pack|tempered glass|anti glare/matte|privacy|blue light", "phone/tablet/laptop/smartwatch/camera/console/ereader"),
    Extra("charger", "charger/power adapter/AC adapter/charging cable", "Anker/iSmart/BoxWave/Belker/AmazonBasics", "fast charging/quick charge|65W|45W|USB C/type c|wall|car|replacement", "laptop/phone/tablet/camera/speaker/smartwatch/drone/headphones"),
    Extra("bag", "bag/backpack/sleeve/carrying case", "MOSISO/Case Logic/AmazonBasics/tomtoc/Lowepro/Hermitshell", "waterproof/water resistant|with USB charging port|shoulder|travel|hard|for women|black", "laptop/camera/tablet/drone/projector/console/turntable/headphones", "13.3 inch|14 inch|15.6 inch|17 inch"),
    Extra("stand", "stand/holder/dock", "Nulaxy/Lamicall/OMOTON/BESTEK", "adjustable|aluminum|foldable|desk|charging|wireless charging", "laptop/phone/tablet/headphones/controller/monitor/smartwatch"),
    Extra("mount", "wall mount/mount/bracket", "Mounting Dream/VideoSecu/PERLESMITH/Echogear", "full motion|tilting|swivel|ceiling|desk|fixed", "tv/monitor/security/speaker/soundbar/projector/router", "32-55 inch|37-70\""),
    Extra("band", "band/strap/replacement band/wristband", "Tobfit/GEAK/Wearlizer", "silicone|leather|stainless steel/metal|sport|milanese|for women", "smartwatch", "38mm|40mm|44mm"),
    Extra("battery", "battery/replacement battery", "Wasabi Power/Newmowa/SANISI/BattPit", "2 pack|rechargeable|1200mAh|lithium|long life|with charger", "laptop/camera/phone/actioncam/drone/headphones"),
    Extra("remote", "remote/remote control/replacement remote", "Nettech/Loutoc/GE/Beyution", "universal|voice|backlit|replacement|infrared", "tv/soundbar/streaming/projector"),
    Extra("ink", "ink cartridge/toner cartridge/ink cartridges/ink", "LD Products/E-Z Ink/GPC Image/Linkyo/HP/Canon", "black|tri-color|XL/high yield|2 pack|remanufactured|compatible", "printer"),
    Extra("cable", "cable/cord", "AmazonBasics/Anker/UGREEN/Cable Matters/Syncwire", "HDMI|USB C to USB A|lightning|braided|high speed|4K", "tv/monitor/phone/printer/tablet/hdd/camera/controller", "3 ft|6 feet|6ft|10 ft|25 feet"),
    Extra("mousepad", "mouse pad/mousepad/gaming mouse mat", "SteelSeries/Corsair/AmazonBasics/KTRIO", "large/extended|RGB|with wrist rest|non-slip|gaming", "mouse/keyboard"),
    Extra("cooler", "cooling pad/laptop cooler/cooling fan", "HAVIT/TopMate/KLIM/Kootek", "RGB|5 fans|quiet|adjustable|USB", "laptop/console"),
    Extra("cleaner", "cleaning kit/cleaner/screen cleaner", "Whoosh/OXO/Altura Photo/iRoller", "microfiber|spray|travel|wipes", "camera/tv/laptop/turntable/keyboard"),
    Extra("earpads", "replacement ear pads/ear cushions/ear tips", "Brainwavz/Wicked Cushions/SoloWIT/Comply", "memory foam|leather|velour|black|silicone", "headphones/earbuds"),
    Extra("tripod", "tripod/selfie stick", "JOBY/UBeesize/AmazonBasics/Manfrotto", "flexible|travel|with remote|lightweight|aluminum", "camera/phone/actioncam/projector/webcam", "50 inch|60-inch"),
    Extra("keycaps", "keycaps/keyboard cover/wrist rest", "HyperX/Glorious/YMDK/Gimars", "PBT|silicone|memory foam|ergonomic|backlit", "keyboard"),
]  # fmt: skip
