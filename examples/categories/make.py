"""Makes words.csv: nouns and the category that each belongs to. Standard library only.

    python3 make.py            writes the file beside this script
    python3 make.py --check    says whether it is what it would write
"""

import csv
import io
import sys
from pathlib import Path

WORDS = {
    "animal": """
        dog cat horse cow pig sheep goat chicken duck goose turkey rabbit mouse rat squirrel hamster beaver otter seal
        whale dolphin shark salmon trout tuna eel frog toad snake lizard turtle crocodile lion tiger leopard cheetah wolf
        fox bear panda koala kangaroo monkey gorilla elephant giraffe zebra camel llama deer moose bison hippopotamus
        rhinoceros eagle hawk owl crow sparrow robin pigeon parrot penguin ostrich swan bee wasp ant spider butterfly
        moth beetle crab lobster octopus snail worm bat hedgehog badger mole raccoon skunk weasel
    """,
    "food": """
        bread butter cheese yogurt rice pasta noodles soup stew salad sandwich pizza burger sausage bacon ham steak
        omelette pancake waffle cereal porridge honey jam sugar salt pepper mustard ketchup apple pear peach plum cherry
        grape lemon orange banana mango pineapple melon strawberry raspberry blueberry carrot potato onion garlic tomato
        cucumber lettuce spinach cabbage broccoli cauliflower celery pea bean lentil corn pumpkin mushroom chocolate candy
        cookie cake pie doughnut muffin pudding custard biscuit cracker popcorn pretzel
    """,
    "tool": """
        hammer saw screwdriver wrench pliers drill chisel axe shovel spade rake hoe pitchfork wheelbarrow ladder crowbar
        file sandpaper clamp vise anvil tongs scissors knife needle tweezers ruler compass level trowel mallet pickaxe
        sickle scythe shears stapler nail screw bolt hatchet plunger broom mop bucket sponge paintbrush roller pulley
        lever jack
    """,
    "vehicle": """
        car bus truck van taxi ambulance motorcycle scooter bicycle tricycle train tram subway locomotive airplane
        helicopter glider balloon rocket ship boat canoe kayak ferry yacht submarine raft tractor bulldozer sled
        snowmobile wagon carriage cart limousine jeep minivan hovercraft spaceship lorry moped gondola sailboat tanker
        trolley
    """,
    "clothing": """
        shirt blouse sweater jacket coat vest trousers jeans shorts skirt dress suit tie belt sock shoe boot sandal
        slipper hat cap scarf glove mitten pajamas robe apron uniform stocking tights hoodie cardigan tunic kimono sari
        raincoat overcoat beret bonnet turban sneaker cloak poncho leggings underwear swimsuit
    """,
    "instrument": """
        piano guitar violin cello harp flute clarinet oboe bassoon trumpet trombone tuba saxophone drum tambourine
        xylophone banjo ukulele mandolin accordion harmonica organ recorder viola piccolo cymbal triangle bagpipe lute
        sitar bongo marimba bugle fiddle keyboard synthesizer maracas castanets zither lyre
    """,
}

KINDS = {
    "animal": "is a living creature",
    "food": "is something we eat",
    "tool": "is something we work with",
    "vehicle": "is something we travel in",
    "clothing": "is something we wear",
    "instrument": "is something we make music with",
}


def text():
    """The file's text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["question", "rationale", "answer"])
    for label, words in WORDS.items():
        for word in words.split():
            article = "an" if word[0] in "aeiou" else "a"
            writer.writerow([f"What is {article} {word}?", f" It {KINDS[label]}. The answer is {label}.", label])
    return out.getvalue()


def main():
    path = Path(__file__).resolve().parent / "words.csv"
    if sys.argv[1:] == ["--check"]:
        if not path.exists() or path.read_text() != text():
            sys.exit(f"{path} is not what make.py writes; run make.py again")
    else:
        path.write_text(text())


if __name__ == "__main__":
    main()
