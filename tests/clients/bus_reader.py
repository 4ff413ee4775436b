#!/usr/bin/env python3
"""Reads a JetStream stream of candles by plain sockets, with nothing of ours and no library: the NATS protocol is text.

    bus_reader.py HOST:PORT USER PASSWORD STREAM > candles.jsonl

Checks that of each subject candles come in order and without a hole that no gap tells, that numbers count up by one within one epoch, that labels and
versions are there, and that open, high, low and close are possible. Writes each candle as one line of JSON, numbers as the text that was sent.
Ends with 1 and the reason when something is wrong.
"""
import base64
import json
import socket
import sys
from decimal import Decimal

MINUTE = 60_000
INTERVALS = {"1s": 1_000, "1m": MINUTE, "3m": 3 * MINUTE, "5m": 5 * MINUTE, "15m": 15 * MINUTE, "1h": 60 * MINUTE, "4h": 240 * MINUTE, "1d": 1440 * MINUTE}


class Nats:
    def __init__(self, address, user, password):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=60)
        self.file = self.socket.makefile("rb")
        assert self.file.readline().startswith(b"INFO ")
        self.send("CONNECT " + json.dumps({"user": user, "pass": password, "verbose": False, "headers": True, "no_responders": True, "lang": "python", "version": "0"}))
        self.send("SUB _INBOX.reader 1")

    def send(self, line, payload=None):
        data = line.encode() + b"\r\n" + (payload + b"\r\n" if payload is not None else b"")
        self.socket.sendall(data)

    def ask(self, subject, question):
        payload = json.dumps(question).encode() if question is not None else b""
        self.send(f"PUB {subject} _INBOX.reader {len(payload)}", payload)
        while True:
            line = self.file.readline().decode().strip()
            words = line.split()
            if words[0] == "PING":
                self.send("PONG")
            elif words[0] == "-ERR":
                sys.exit(f"NATS says {line}")
            elif words[0] == "MSG":
                body = self.file.read(int(words[-1]) + 2)[:-2]
                return json.loads(body)
            elif words[0] == "HMSG":
                sys.exit(f"nobody answers {subject}")


def headers_of(message):
    lines = base64.b64decode(message.get("hdrs", "")).decode().split("\r\n")[1:]
    return {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines) if name}


def main():
    address, user, password, stream = sys.argv[1:5]
    nats = Nats(address, user, password)
    state = nats.ask(f"$JS.API.STREAM.INFO.{stream}", None)["state"]
    ends, numbers, count = {}, {}, 0
    for sequence in range(state["first_seq"], state["last_seq"] + 1):
        answer = nats.ask(f"$JS.API.STREAM.MSG.GET.{stream}", {"seq": sequence})
        if "error" in answer:
            sys.exit(f"message {sequence}: {answer['error']}")
        message = answer["message"]
        subject, headers = message["subject"], headers_of(message)
        body = json.loads(base64.b64decode(message["data"]), parse_float=str, parse_int=str)
        where = f"{subject} message {sequence}"
        if headers.get("Ohlcv-Version") != "1" or headers.get("Ohlcv-Label") not in ("live", "SANDBOX"):
            sys.exit(f"{where}: headers are {headers}")
        if (headers["Ohlcv-Label"] == "SANDBOX") != bool(body.get("sandbox")):
            sys.exit(f"{where}: the label of headers and body differ")
        number, epoch, end, kind = int(headers["Ohlcv-Seq"]), headers["Ohlcv-Epoch"], int(headers["Ohlcv-End"]), headers["Ohlcv-Kind"]
        before = numbers.get(subject)
        if kind == "candle":
            opened = end - INTERVALS[body["interval"]]
            if subject in ends and opened != ends[subject]:
                sys.exit(f"{where}: the candle of {opened} follows one that ends at {ends[subject]}")
            if before and before != (number - 1, epoch):
                sys.exit(f"{where}: number {number} of {epoch} follows {before}")
            low, high = Decimal(body["low"]), Decimal(body["high"])
            if not all(low <= Decimal(body[name]) <= high for name in ("open", "close")) or body["is_closed"] is not True:
                sys.exit(f"{where}: no possible closed candle: {body}")
            print(json.dumps({"subject": subject, "open_ms": opened, **{name: body[name] for name in ("open", "high", "low", "close", "volume", "seq")}}))
            count += 1
        elif before and before != (number, epoch):
            sys.exit(f"{where}: a {kind} has number {number} of {epoch} behind {before}")
        numbers[subject] = (number, epoch)
        ends[subject] = end
    print(f"{count} candles of {len(ends)} series: in order, numbered, without an untold hole", file=sys.stderr)


if __name__ == "__main__":
    main()
