"""Prints the candles of one series from the server: closed ones of the past first, then live ones. After a disconnect it goes on where it was.

    python3 client.py [--server ws://127.0.0.1:8765] [--exchange binance] [--symbol BTC/USDT] [--interval 1m] [--past 5] [--quotes N]

Needs the package websockets (Debian: python3-websockets).
"""
import argparse
import asyncio
import json
import os
import sys
from decimal import Decimal

import websockets

SILENCE = 45  # seconds; the server sends a heartbeat every 15
AGAIN = {"upstream_unavailable", "rate_limited", "slow_consumer"}  # errors that pass by themselves


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--server", default="ws://127.0.0.1:8765")
    parser.add_argument("--exchange", default="binance")
    parser.add_argument("--symbol", default="BTC/USDT")
    parser.add_argument("--interval", default="1m")
    parser.add_argument("--past", type=int, default=5, help="closed candles to begin with")
    parser.add_argument("--quotes", type=int, help="end after so many live quotes")
    return parser.parse_args()


def note(words):
    print(words, file=sys.stderr, flush=True)


def show(candle, sandbox):
    words = [candle["open_time"], candle["open"], candle["high"], candle["low"], candle["close"], candle["volume"], "closed" if candle["is_closed"] else "open"]
    try:
        print(*words, *(["SANDBOX"] if sandbox else []), flush=True)
    except BrokenPipeError:  # nobody reads any more, as after "| head"
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit()


class Client:
    def __init__(self, arguments):
        self.arguments = arguments
        self.left = arguments.quotes
        self.next = None  # open time of the first closed candle that we do not have
        self.attempts = 0

    def request(self):
        a = self.arguments
        begin = {"resume_from": self.next} if self.next else {"snapshot": a.past}
        return {"op": "subscribe", "id": 1, "exchange": a.exchange, "symbols": [a.symbol], "interval": a.interval, **begin}

    async def run(self):
        while self.left != 0:
            try:
                await self.stream()
            except (OSError, asyncio.TimeoutError, websockets.WebSocketException) as error:
                wait = min(30, 2**self.attempts)
                self.attempts += 1
                note(f"disconnected ({error or 'silence'}), again in {wait} s")
                await asyncio.sleep(wait)

    async def stream(self):
        async with websockets.connect(self.arguments.server) as socket:
            await socket.send(json.dumps(self.request()))
            while self.left != 0:
                text = await asyncio.wait_for(socket.recv(), SILENCE)
                self.hear(json.loads(text, parse_float=Decimal))  # Decimal: the digits as the exchange wrote them

    def hear(self, message):
        kind = message["type"]
        if kind == "ack":
            self.attempts = 0
            if "recovered" in message:
                lost = message["subscriptions"][0].get("missing")
                note(f"resumed from {self.next}, " + (f"but {lost['from']} to {lost['to']} is missing: {lost['reason']}" if lost else "nothing is missing"))
        elif kind == "snapshot":
            for candle in message["candles"]:
                self.take(candle, message)
        elif kind == "quote":
            self.take(message, message)
            if self.left is not None:
                self.left -= 1
        elif kind == "gap":
            note(f"missing: {message['from']} to {message['to']}: {message['reason']}")
        elif kind == "status":
            note(f"status: {message['status']} {message['reason']}")
        elif kind == "error":
            self.fail(message)

    def take(self, candle, message):
        show(candle, message.get("sandbox"))
        if candle["is_closed"]:
            self.next = candle["close_time"]

    def fail(self, error):
        if error["code"] == "bad_request" and self.next:  # too long ago to resume: begin anew
            self.next = None
        elif error["code"] not in AGAIN:
            sys.exit(f"error: {error['message']}")
        raise ConnectionError(error["message"])


try:
    asyncio.run(Client(parse_arguments()).run())
except KeyboardInterrupt:
    pass
