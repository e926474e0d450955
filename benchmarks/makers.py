"""Brands that exist nowhere: sixty that sell most, and a tail of small ones."""

from __future__ import annotations

LARGE_NAMES = """
    Aurix Borealis Cendara Dynex Everlane Fujora Graviton Helionis Ionix Junora Kestrel Lumeno Mirado Nordvik Orbisen
    Pallasq Quantara Rivetta Solisto Tundrel Umbrio Vantara Wexel Xenora Yondera Zephyro Acmera Bravado Corvida Delphine
    Embera Foundryn Glacera Harborn Isobar Jetwing Keystone Latticia Meridian Nimbara Orvane Papyrel Quillon Rosemark
    Skylark Tavira Ultima Verdano Westmark Xylo Yarrow Zenitha Ardent Bellweather Coppera Drumlin Estuary Fathom Granite
    Hollin
"""
HEADS = "Bel Cor Dal Fen Gal Hex Kor Lin Mar Nev Ost Pel Qua Rem Sol Tor Urs Vel Wyn Zan"
TAILS = "ada bek cron dine elia forge gate hart ique jolt kara lux mora nix oria pont quist rand sonic tec"
LARGE = tuple(LARGE_NAMES.split())
SMALL = tuple(f"{head}{tail}" for tail in TAILS.split() for head in HEADS.split())
BRANDS = LARGE + SMALL
SMALL_SHARE = 0.08
PER_TYPE = 25  # large brands that make devices of one type
