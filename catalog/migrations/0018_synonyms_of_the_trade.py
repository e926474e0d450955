"""What shoppers of electronics call the same thing; staff take it from there in the admin."""

from django.db import migrations

SYNONYMS = """
    tv, television, telly
    laptop, notebook computer, laptop computer, notebook pc
    smartphone, cell phone, cellphone, mobile phone
    earbuds, earphones, in ear headphones
    headphones, headset
    ssd, solid state drive, solid state disk
    hdd, hard drive, hard disk, hard disk drive
    usb stick, flash drive, thumb drive, usb drive, pen drive, pendrive
    power bank, portable charger, battery pack
    charger, power adapter, ac adapter, charging adapter
    adapter, adaptor, converter
    power supply, psu
    gpu, graphics card, video card
    cpu, processor
    motherboard, mainboard
    ram, memory
    micro sd, microsd, tf card, microsdhc, microsdxc
    usb c, type c
    wi fi, wlan, wireless network
    bluetooth, bt
    ethernet, lan, rj45
    4k, uhd, ultra hd, 2160p
    full hd, fhd, 1080p
    qhd, wqhd, 1440p
    noise cancelling, noise cancellation, noise reduction, anc
    webcam, web camera
    smart watch, smartwatch
    fitness tracker, fitness band, activity tracker
    speaker, loudspeaker
    sound bar, soundbar
    av receiver, stereo receiver
    security camera, surveillance camera, cctv
    drone, quadcopter
    e reader, ereader, ebook reader
    camcorder, video camera
    dslr, digital slr
    toner, toner cartridge
    ink, ink cartridge
    inkjet, ink jet
    all in one, aio, multifunction
    remote, remote control
    game pad, gamepad, controller
    playstation 5, ps5
    playstation 4, ps4
    playstation 3, ps3
    mic, microphone
    router, wireless router
    range extender, wifi extender, wifi repeater
    nas, network attached storage
    ups, uninterruptible power supply, battery backup
    surge protector, power strip
    screen protector, tempered glass
    kvm, kvm switch
    photo, picture
    grey, gray
    colour, color
    generation, gen
    dvd, dvd player
    sat nav, gps navigator, navigation system
    hoover, vacuum cleaner, vacuum
    1tb, 1000gb, 1024gb
    2tb, 2000gb, 2048gb
"""


def add(apps, schema_editor):
    Synonym = apps.get_model("catalog", "Synonym")
    Synonym.objects.bulk_create(Synonym(words=line.strip()) for line in SYNONYMS.strip().splitlines())


def remove(apps, schema_editor):
    apps.get_model("catalog", "Synonym").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("catalog", "0017_own_search_index")]

    operations = [migrations.RunPython(add, remove)]
