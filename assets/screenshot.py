#!/usr/bin/env python3
"""Takes pictures of connector-cli watch on simulated exchanges: runs it in a pseudo-terminal, reads its last frame, and writes docs/images/watch-WIDTH.png.

    assets/screenshot.py [width ...]      default: 80 160

Needs rsvg-convert (librsvg2-bin) and the font DejaVu Sans Mono; the program must have been built (./start.sh builds it).
"""
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
TARGETS = ["binance:BTCUSDT", "okx:BTC-USDT", "bybit:BTCUSDT", "gateio:BTC_USDT", "hyperliquid:BTC", "binance:ETHUSDT", "okx:ETH-USDT", "binance/usdm:BTCUSDT", "binance/coinm:BTCUSD_PERP"]
HEIGHT, CELL_WIDTH, CELL_HEIGHT, MARGIN = 14, 9, 20, 14
BACKGROUND, PLAIN, DIM = "#0d1117", "#d0d7de", "#7d8590"
COLOURS = {31: "#ff7b72", 32: "#3fb950", 33: "#d29922", 36: "#39c5cf", 91: "#ff7b72", 92: "#3fb950", 93: "#d29922", 96: "#56d4dd"}
COLOURS_256 = {1: "#ff7b72", 2: "#3fb950", 3: "#d29922", 6: "#39c5cf", 9: "#ff7b72", 10: "#3fb950", 11: "#d29922", 14: "#56d4dd"}


def record(width, seconds=12):
    """The bytes that the program writes to a terminal of this width."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", LANG="C.UTF-8")
        os.environ.pop("NO_COLOR", None)
        program = ROOT / "artifacts/bin/OhlcvConnector.Cli/release/connector-cli.dll"
        os.execvp("dotnet", ["dotnet", str(program), "watch", *TARGETS, "--sandbox", "--limit", str(seconds * 2)])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, width, 0, 0))
    written, end = b"", time.monotonic() + seconds + 30
    while time.monotonic() < end:
        if select.select([terminal], [], [], 1)[0]:
            try:
                data = os.read(terminal, 65536)
            except OSError:
                break
            if not data:
                break
            written += data
    os.waitpid(pid, 0)
    return written.decode()


def cells(written):
    """The last whole frame as lines of (character, colour, bold)."""
    frame = written.split("\x1b[?25h")[0].split("\x1b[H")[-1]
    lines, line, colour, bold = [], [], PLAIN, False
    for code, other, character in re.findall(r"\x1b\[([0-9;]*)m|(\x1b\[[?0-9;]*[A-Za-z])|(.)", frame.replace("\r", ""), re.S):
        if character == "\n":
            lines.append(line)
            line = []
        elif character:
            line.append((character, colour, bold))
        elif not other:
            numbers = [int(number) for number in code.split(";") if number] or [0]
            if numbers[:2] == [38, 5]:
                colour = COLOURS_256.get(numbers[2], PLAIN)
            else:
                for number in numbers:
                    if number == 0:
                        colour, bold = PLAIN, False
                    elif number == 1:
                        bold = True
                    elif number == 2:
                        colour = DIM
                    else:
                        colour = COLOURS.get(number, colour)
    return lines


def draw(lines, width):
    """An SVG of a terminal window."""
    total = width * CELL_WIDTH + 2 * MARGIN, len(lines) * CELL_HEIGHT + 2 * MARGIN
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{total[0]}" height="{total[1]}"><rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>']
    out.append('<g font-family="DejaVu Sans Mono" font-size="15" xml:space="preserve">')
    for row, line in enumerate(lines):
        y = MARGIN + row * CELL_HEIGHT + 15
        for column, (character, colour, bold) in enumerate(line):
            x = MARGIN + column * CELL_WIDTH
            bar = "▁▂▃▄▅▆▇█".find(character)
            if bar >= 0:
                height = (bar + 1) * 2
                out.append(f'<rect x="{x}" y="{y + 3 - height}" width="{CELL_WIDTH - 1}" height="{height}" fill="{colour}"/>')
            elif character != " ":
                weight = ' font-weight="bold"' if bold else ""
                out.append(f'<text x="{x}" y="{y}" fill="{colour}"{weight}>{escape(character)}</text>')
    return "\n".join([*out, "</g></svg>"])


for text in sys.argv[1:] or ["80", "160"]:
    width = int(text)
    target = ROOT / f"docs/images/watch-{width}.png"
    target.parent.mkdir(parents=True, exist_ok=True)
    svg = draw(cells(record(width)), width)
    subprocess.run(["rsvg-convert", "--output", str(target)], input=svg.encode(), check=True)
    print(target.relative_to(ROOT))
