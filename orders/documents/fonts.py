"""The fonts of printed documents: Noto Sans, and one more for each further script that a text uses.

They lie in `fonts/` unchanged, with their licences; a PDF embeds only the signs that it shows. Not covered are
scripts without a file here; their signs appear as empty boxes.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent / "fonts"
REGULAR = FOLDER / "NotoSans-Regular.ttf"  # Latin, Greek, Cyrillic, Devanagari
BOLD = FOLDER / "NotoSans-Bold.ttf"

# First and last sign of a Unicode block → the file that has it.
BLOCKS = (
    (0x0530, 0x058F, "NotoSansArmenian-Regular"),
    (0x0590, 0x05FF, "NotoSansHebrew-Regular"),
    (0x0600, 0x077F, "NotoSansArabic-Regular"),
    (0x0870, 0x08FF, "NotoSansArabic-Regular"),
    (0x0900, 0x097F, "NotoSansDevanagari-Regular"),
    (0x0980, 0x09FF, "NotoSansBengali-Regular"),
    (0x0A00, 0x0A7F, "NotoSansGurmukhi-Regular"),
    (0x0A80, 0x0AFF, "NotoSansGujarati-Regular"),
    (0x0B80, 0x0BFF, "NotoSansTamil-Regular"),
    (0x0C00, 0x0C7F, "NotoSansTelugu-Regular"),
    (0x0C80, 0x0CFF, "NotoSansKannada-Regular"),
    (0x0D00, 0x0D7F, "NotoSansMalayalam-Regular"),
    (0x0D80, 0x0DFF, "NotoSansSinhala-Regular"),
    (0x0E00, 0x0E7F, "NotoSansThai-Regular"),
    (0x0E80, 0x0EFF, "NotoSansLao-Regular"),
    (0x1000, 0x109F, "NotoSansMyanmar-Regular"),
    (0x10A0, 0x10FF, "NotoSansGeorgian-Regular"),
    (0x1100, 0x11FF, "NanumGothic-Regular"),
    (0x1200, 0x139F, "NotoSansEthiopic-Regular"),
    (0x1780, 0x17FF, "NotoSansKhmer-Regular"),
    (0x1C90, 0x1CBF, "NotoSansGeorgian-Regular"),
    (0x2D80, 0x2DDF, "NotoSansEthiopic-Regular"),
    (0x2E80, 0x312F, "DroidSansFallbackFull"),
    (0x3130, 0x318F, "NanumGothic-Regular"),
    (0x3190, 0x9FFF, "DroidSansFallbackFull"),
    (0xAC00, 0xD7AF, "NanumGothic-Regular"),
    (0xF900, 0xFAFF, "DroidSansFallbackFull"),
    (0xFB1D, 0xFB4F, "NotoSansHebrew-Regular"),
    (0xFB50, 0xFDFF, "NotoSansArabic-Regular"),
    (0xFE70, 0xFEFF, "NotoSansArabic-Regular"),
    (0xFF00, 0xFFEF, "DroidSansFallbackFull"),
)


def needed_for(text: str) -> list[Path]:
    """The files beside Noto Sans that a text needs, in the order of BLOCKS."""
    signs = {ord(sign) for sign in text if ord(sign) > 0x052F}
    names = [name for first, last, name in BLOCKS if any(first <= sign <= last for sign in signs)]
    return [FOLDER / f"{name}.ttf" for name in dict.fromkeys(names)]
