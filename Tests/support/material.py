"""Bytes by the megabyte, the same for everybody who asks for the same. Programs on a pty carry its text, too."""

import random


def material(kind, seed, size):
    chance = random.Random(f"{kind}{seed}")
    if kind == "random":
        return chance.randbytes(size)
    letters = "abcdefghijklmnopqrstuvwxyz 0123456789\n" if kind == "ascii" else "aé漢字🎉ع\u0301 \n"
    return "".join(chance.choices(letters, k=size)).encode()[:size]
