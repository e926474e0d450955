"""Where a parcel can be followed, by carrier."""

from __future__ import annotations

from urllib.parse import quote

# Any word of the carrier's name, in small letters → address with the tracking number in it.
TRACKING = {
    "dhl": "https://www.dhl.com/global-en/home/tracking.html?tracking-id={}",
    "dpd": "https://tracking.dpd.de/status/en_GB/parcel/{}",
    "gls": "https://gls-group.com/GROUP/en/parcel-tracking?match={}",
    "hermes": "https://www.myhermes.de/empfangen/sendungsverfolgung/sendungsinformation#{}",
    "ups": "https://www.ups.com/track?tracknum={}",
    "fedex": "https://www.fedex.com/fedextrack/?trknbr={}",
    "postnl": "https://jouw.postnl.nl/track-and-trace/{}",
    "bpost": "https://track.bpost.cloud/btr/web/#/search?itemCode={}",
}


def tracking_url(carrier: str, tracking_number: str) -> str:
    """The carrier's page for a parcel; nothing when the carrier or the number is not known."""
    if not tracking_number:
        return ""
    known = (TRACKING[word] for word in carrier.lower().split() if word in TRACKING)
    template = next(known, "")
    return template.format(quote(tracking_number, safe="")) if template else ""
