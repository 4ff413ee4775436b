#!/usr/bin/env python3
"""Draws icon.png, the packages' picture: three candles in order, none missing. Needs nothing but Python."""
import struct
import zlib
from pathlib import Path

SIZE = 128
DARK, GREEN, RED = (16, 24, 40), (38, 194, 129), (235, 87, 87)
# left edge of the body, wick's top and bottom, body's top and bottom, colour
CANDLES = [(22, 34, 108, 62, 96, GREEN), (54, 22, 90, 38, 72, RED), (86, 12, 84, 24, 66, GREEN)]
BODY, WICK, CORNER = 20, 4, 24


def inside(x, y):
    """Whether a pixel is within the rounded square."""
    dx, dy = max(CORNER - x, x - (SIZE - 1 - CORNER), 0), max(CORNER - y, y - (SIZE - 1 - CORNER), 0)
    return dx * dx + dy * dy <= CORNER * CORNER


def colour(x, y):
    if not inside(x, y):
        return (0, 0, 0, 0)
    for left, wick_top, wick_bottom, top, bottom, fill in CANDLES:
        middle = left + (BODY - WICK) // 2
        if left <= x < left + BODY and top <= y < bottom or middle <= x < middle + WICK and wick_top <= y < wick_bottom:
            return (*fill, 255)
    return (*DARK, 255)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


rows = b"".join(b"\0" + bytes(value for x in range(SIZE) for value in colour(x, y)) for y in range(SIZE))
png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">2I5B", SIZE, SIZE, 8, 6, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
Path(__file__).with_name("icon.png").write_bytes(png)
