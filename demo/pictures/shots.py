"""Which picture shows what: a device by its product's slug, anything else by the picture's own name."""

from devices import around, audio, cameras, computers, home, inputs, phones, power, printers, storage, watches
from studio.geometry import move
from studio.light import colour_of
from studio.scene import Scene

BLACK, GRAPHITE, SILVER, WHITE = map(colour_of, ("#1d1e21", "#53565c", "#c8ccd1", "#f2f2ef"))
GREEN, SAND, BLUE, COPPER, MINT = map(colour_of, ("#4d6b58", "#d6c5ab", "#38598b", "#b37452", "#b5d8c8"))
PHONE_TONES = {
    "green": "forest",
    "black": "night",
    "silver": "ice",
    "copper": "sun",
    "blue": "fjord",
    "orange": "coral",
}


def tones(name, fallback="dusk"):
    return PHONE_TONES.get(name, fallback)


# slug: (elevation of the camera, builder of the models from the colour's name and value)
SHOTS = {
    "orvane-meridian-6": (12, lambda n, c: phones.pair(phones.meridian(c, "waves", tones(n)), 71.4)),
    "orvane-meridian-6-grand": (12, lambda n, c: phones.pair(phones.grand(c, {"copper": "sun"}.get(n, "violet")), 77)),
    "orvane-hinge": (12, lambda n, c: phones.hinge(c, {"sand": "coral"}.get(n, "dusk"))),
    "pelkor-loop-4": (12, lambda n, c: phones.pair(phones.loop(c, {"black": "violet"}.get(n, tones(n))), 76)),
    "pelkor-easy-2": (12, lambda n, c: phones.pair(phones.easy(c), 58)),
    "skarnix-rock-2": (12, lambda n, c: phones.pair(phones.rock(c), 81)),
    "folianta-paper-phone": (12, lambda n, c: phones.pair(phones.paper_phone(c), 74)),
    "orvane-plateau-11": (14, lambda n, c: phones.plateau_11(c, {"sky": "ice"}.get(n, "coral"))),
    "orvane-plateau-13": (18, lambda n, c: phones.plateau_13(c)),
    "pelkor-tab-10": (14, lambda n, c: phones.tab_10(c, {"green": "mint"}.get(n, "sun"))),
    "folianta-leaf-8": (14, lambda n, c: phones.leaf(c)),
    "folianta-studio-12": (22, lambda n, c: phones.studio_12(c, {"sand": "fjord"}.get(n, "violet"))),
    "orvane-airframe-13": (20, lambda n, c: computers.shown(computers.airframe(c, {"blue": "fjord"}.get(n, "ice")))),
    "brennick-ledger-14": (20, lambda n, c: computers.shown(computers.ledger_14())),
    "brennick-ledger-16": (22, lambda n, c: computers.shown(computers.ledger_16(), -32)),
    "ravenholt-gale-16": (22, lambda n, c: computers.shown(computers.gale(), -28)),
    "folianta-flip-13": (20, lambda n, c: computers.flip_with_pen(c)),
    "pelkor-note-15": (20, lambda n, c: computers.shown(computers.note_15(), -20)),
    "brennick-tally-mini": (22, lambda n, c: computers.tally_mini()),
    "brennick-tally-tower": (14, lambda n, c: computers.tally_tower()),
    "ravenholt-keep": (14, lambda n, c: computers.keep(c)),
    "ravenholt-turret": (14, lambda n, c: computers.turret()),
    "orvane-panorama-27": (10, lambda n, c: computers.panorama()),
    "mirrane-clear-27": (10, lambda n, c: computers.clear_27(c)),
    "mirrane-clear-24": (10, lambda n, c: computers.clear_24()),
    "mirrane-span-34": (10, lambda n, c: computers.span(c)),
    "mirrane-proof-32": (10, lambda n, c: computers.proof(c)),
    "ravenholt-sight-27": (10, lambda n, c: computers.sight()),
    "mirrane-carry-16": (12, lambda n, c: computers.carry(c, {"silver": "ice"}.get(n, "ember"))),
    "sonderby-hush": (12, lambda n, c: audio.hush(c)),
    "sonderby-hush-buds": (24, lambda n, c: audio.hush_buds(c)),
    "sonderby-hall-one": (14, lambda n, c: audio.hall(c)),
    "zephlo-pips": (16, lambda n, c: audio.pips(c)),
    "zephlo-hop": (12, lambda n, c: audio.hop(c)),
    "ravenholt-herald": (12, lambda n, c: audio.herald(c)),
    "fjordell-trek-2": (12, lambda n, c: watches.trek(c)),
    "fjordell-skerry": (12, lambda n, c: watches.skerry(c)),
    "orvane-dial-3": (
        12,
        lambda n, c: watches.dial_3(
            c, watches.dial_picture(34, 40, "waves", {"sand": "sand", "blue": "fjord"}[n]) if n != "black" else None
        ),
    ),
    "orvane-dial-3-steel": (12, lambda n, c: watches.dial_3_steel(c)),
    "zephlo-stride": (12, lambda n, c: watches.stride(c)),
    "pelkor-tick": (12, lambda n, c: watches.tick(c)),
    "kaimori-k7": (18, lambda n, c: cameras.k7(c)),
    "kaimori-k3": (18, lambda n, c: cameras.k3(c)),
    "kaimori-far-60": (18, lambda n, c: cameras.far_60()),
    "skarnix-edge-4": (16, lambda n, c: cameras.edge_4(c)),
    "skarnix-orbit": (12, lambda n, c: cameras.orbit()),
    "castellin-gelato": (14, lambda n, c: cameras.gelato(c)),
    "homrik-murmur": (20, lambda n, c: [home.murmur(c)]),
    "homrik-pane-10": (12, lambda n, c: home.pane(c)),
    "homrik-porch": (12, lambda n, c: home.porch(c)),
    "homrik-lookout": (14, lambda n, c: [home.lookout(c)]),
    "emberlin-halo": (14, lambda n, c: home.halo_box()),
    "emberlin-ember": (12, lambda n, c: home.ember(c)),
    "emberlin-tap": (16, lambda n, c: home.taps()),
    "quillon-serif-75": (46, lambda n, c: inputs.serif(c)),
    "quillon-folio-100": (46, lambda n, c: inputs.folio(c)),
    "quillon-wings": (46, lambda n, c: inputs.wings()),
    "ravenholt-anvil": (46, lambda n, c: inputs.anvil()),
    "quillon-pebble": (26, lambda n, c: inputs.pebble(c)),
    "quillon-upright": (20, lambda n, c: inputs.upright()),
    "quillon-orb": (26, lambda n, c: inputs.orb()),
    "ravenholt-dart": (26, lambda n, c: inputs.dart(c)),
    "papyrel-well-3": (24, lambda n, c: printers.well(c)),
    "papyrel-clerk-20": (24, lambda n, c: printers.clerk()),
    "papyrel-bureau-40": (18, lambda n, c: printers.bureau()),
    "papyrel-postcard": (26, lambda n, c: printers.postcard(c)),
    "papyrel-docket-30": (18, lambda n, c: printers.docket(c)),
    "papyrel-lightbox": (26, lambda n, c: printers.lightbox()),
    "granett-flint": (18, lambda n, c: storage.flint(c)),
    "granett-core": (24, lambda n, c: storage.core()),
    "granett-cellar": (14, lambda n, c: storage.cellar()),
    "granett-shelf-2": (16, lambda n, c: storage.shelf()),
    "granett-key": (30, lambda n, c: storage.stick()),
    "granett-slate-sd": (14, lambda n, c: storage.sd_cards(c)),
    "granett-grain": (14, lambda n, c: storage.micro_with_adapter(c)),
    "pelkor-plug-20": (16, lambda n, c: power.plug_20(c)),
    "orvane-brick-45": (18, lambda n, c: power.brick_45(c)),
    "brennick-desk-100": (24, lambda n, c: power.desk_100(c)),
    "ravenholt-forge-240": (26, lambda n, c: power.forge(c)),
    "pelkor-cradle": (18, lambda n, c: power.cradle(c)),
    "tarsel-wall-65": (12, lambda n, c: power.wall_65(c)),
    "tarsel-travel-30": (18, lambda n, c: power.travel(c)),
    "orvane-pad-15": (32, lambda n, c: power.pad(c)),
    "orvane-cable-60": (36, lambda n, c: power.orvane_cable(c)),
    "brennick-cable-240": (36, lambda n, c: power.thick_cable(c)),
    "pelkor-cable-a": (36, lambda n, c: power.old_cable(c)),
    "tarsel-spring": (26, lambda n, c: power.spring_cable(c)),
    "skarnix-rope": (36, lambda n, c: power.rope_cable(c)),
    "tarsel-cell-10": (12, lambda n, c: power.cell_10(c)),
    "tarsel-cell-20": (14, lambda n, c: power.cell_20(c)),
    "pelkor-pocket-5": (14, lambda n, c: power.pocket_5(c)),
    "skarnix-sun-25": (12, lambda n, c: power.solar(c)),
    "orvane-reserve-8": (14, lambda n, c: power.reserve_8(c)),
    "folianta-felt-11": (12, lambda n, c: around.felt_11(c)),
    "folianta-felt-13": (12, lambda n, c: around.felt_13(c)),
    "brennick-canvas-16": (12, lambda n, c: around.canvas_16(c)),
    "pelkor-pouch-15": (12, lambda n, c: around.pouch_15(c)),
    "velmoor-satchel-14": (12, lambda n, c: around.satchel(c)),
    "velmoor-rucksack-16": (10, lambda n, c: around.rucksack(c)),
    "velmoor-cover-6": (12, lambda n, c: around.cover(c)),
    "velmoor-wallet-6": (14, lambda n, c: around.wallet(c)),
    "skarnix-armour-2": (12, lambda n, c: around.armour(c)),
    "pelkor-rim-4": (12, lambda n, c: around.bumper(c)),
    "orvane-shell-grand": (12, lambda n, c: around.hard_shell(c)),
    "tarsel-riser": (22, lambda n, c: around.riser(c)),
    "tarsel-arm": (12, lambda n, c: around.arm(c)),
    "velmoor-easel": (18, lambda n, c: around.easel(c)),
    "pelkor-perch": (14, lambda n, c: around.phone_stand(c)),
    "folianta-lectern": (16, lambda n, c: around.lectern(c)),
    "tarsel-hub-4": (26, lambda n, c: around.hub_4(c)),
    "orvane-hub-7": (26, lambda n, c: around.hub_7(c)),
    "brennick-dock-8": (22, lambda n, c: around.dock_8(c)),
    "tarsel-dock-12": (16, lambda n, c: around.dock_12(c)),
    "pelkor-hdmi": (26, lambda n, c: around.adapter(c)),
    "oskarin-drum": (12, lambda n, c: around.drum(c)),
    "oskarin-bar": (14, lambda n, c: around.bar(c)),
    "oskarin-lantern": (12, lambda n, c: around.lantern(c)),
    "zephlo-puck": (18, lambda n, c: around.puck(c)),
    "sonderby-parlour": (12, lambda n, c: around.shelf_pair(c)),
    "pelkor-kitchen-fm": (12, lambda n, c: around.kitchen_radio(c)),
    "emberlin-sprout": (12, lambda n, c: around.sprout(c)),
}


def beside(*groups):
    """Puts groups of models next to each other: (models, x, z)."""
    return [model.posed(move(x, 0, z)) for models, x, z in groups for model in models]


def camera_close_up():
    model = phones.turned(phones.meridian(GREEN), 180 - 26)
    return Scene(model, elevation=10).render(box=(-0.55, 0.16, 2.1, 2.9))


def hero():
    green, silver, black = (
        phones.meridian(*args)
        for args in ((GREEN, "waves", "forest"), (SILVER, "waves", "ice"), (BLACK, "waves", "night"))
    )
    models = [
        phones.turned(silver, 180 - 30, x=-112, z=-70),
        phones.turned(black, -30, x=92, z=-64),
        phones.turned(green, 180 - 22, x=-36, z=-6),
        phones.turned(green, -20, x=34, z=34),
    ]
    return Scene(*models, elevation=11).render(1600, 1000, (0.10, 0.09, 0.90, 0.90))


def tile(elevation, *groups):
    return lambda: Scene(*beside(*groups_of(groups)), elevation=elevation).render(800, 600, (0.09, 0.09, 0.91, 0.90))


def groups_of(groups):
    return [(build(), x, z) for build, x, z in groups]


# pictures that are not simply a product in one of its colours
OTHERS = {
    "hero": hero,
    "orvane-meridian-6-camera": camera_close_up,
    "orvane-plateau-13-pen": lambda: Scene(*phones.plateau_13_flat(GRAPHITE), elevation=38).render(),
    "folianta-flip-13-tent": lambda: Scene(*computers.tent(SAND), elevation=14).render(),
    "tile-phones": tile(
        12,
        (lambda: [phones.turned(phones.grand(COPPER, "sun"), 180 - 26)], -92, -40),
        (lambda: [phones.turned(phones.loop(BLUE, "fjord"), -26)], 88, -30),
        (lambda: [phones.turned(phones.meridian(GREEN, "waves", "forest"), -16)], 0, 30),
    ),
    "tile-tablets": tile(
        16, (lambda: phones.tab_10(GRAPHITE, "violet"), 70, -90), (lambda: [phones.leaf(WHITE)[0]], -98, 40)
    ),
    "tile-laptops": tile(
        22,
        (lambda: computers.shown(computers.airframe(BLUE, "fjord"), 22), 150, -120),
        (lambda: computers.shown(computers.airframe(SILVER, "ice"), -24), -130, 60),
    ),
    "tile-desktops": tile(14, (lambda: computers.keep(BLACK), -120, -120), (lambda: computers.tally_mini(), 260, 180)),
    "tile-monitors": tile(10, (lambda: computers.span(BLACK), 0, 0)),
    "tile-headphones": tile(14, (lambda: audio.hush(SAND), -60, -30), (lambda: audio.pips(MINT), 100, 60)),
    "tile-smartwatches": tile(12, (lambda: watches.dial_3(SAND), 32, -14), (lambda: watches.trek(GREEN), -34, 12)),
    "tile-cameras": tile(
        18, (lambda: cameras.k7(SILVER), -50, -30), (lambda: cameras.edge_4(colour_of("#e0742c")), 98, 54)
    ),
    "tile-smart-home": tile(
        16,
        (lambda: [home.murmur(GRAPHITE)], -100, -10),
        (lambda: [home.lookout(WHITE, degrees=-14)], 20, -20),
        (lambda: [home.halo()], 110, 40),
    ),
    "tile-keyboards-and-mice": tile(
        44, (lambda: inputs.serif(SAND), -70, -40), (lambda: inputs.pebble(WHITE), 168, 46)
    ),
    "tile-printers-and-scanners": tile(
        22, (lambda: printers.well(WHITE), -70, -60), (lambda: printers.postcard(SAND), 240, 200)
    ),
    "tile-storage": tile(
        16,
        (lambda: storage.shelf(), -80, -60),
        (lambda: [storage.flint(colour_of("#e0742c"))[0]], 60, 40),
        (lambda: [storage.turned(storage.sd_card(BLUE, "128"), -26, lean=12)], 118, 84),
    ),
    "tile-speakers": tile(
        14,
        (lambda: around.shelf_pair(colour_of("#7a5238"))[:1], 0, 0),
        (lambda: around.drum(GREEN), 110, 60),
        (lambda: around.puck(MINT)[:1], 190, 110),
    ),
    "tile-chargers-and-cables": tile(
        22, (lambda: power.wall_65(WHITE), -60, -40), (lambda: power.thick_cable(BLACK), 40, 30)
    ),
    "tile-power-banks": tile(
        14, (lambda: power.cell_20(SAND), -60, -20), (lambda: power.cell_10(GRAPHITE)[1:], 30, 10)
    ),
    "tile-hubs-and-docks": tile(
        18, (lambda: around.dock_12(GRAPHITE), -90, -50), (lambda: around.hub_7(SILVER), 60, 60)
    ),
    "tile-stands": tile(16, (lambda: around.riser(SILVER), -80, -60), (lambda: around.phone_stand(BLACK), 160, 90)),
    "tile-cases": tile(
        12, (lambda: around.cover(GREEN)[:1], -50, -20), (lambda: around.wallet(colour_of("#d6c5ab")), 66, 20)
    ),
    "tile-sleeves": tile(12, (lambda: around.satchel(GREEN), -120, -120), (lambda: around.rucksack(GRAPHITE), 250, 40)),
}
