"""A server under attack: it stays up, others are served, keys that are revoked end, SIGTERM ends it, and nothing unexpected is logged.

python3 attack.py connector-wss.dll connector-cli.dll FOLDER [SECONDS of each attack; 1]"""
import base64
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import threading
import time

WSS, CLI, FOLDER = sys.argv[1:4]
SECONDS = float(sys.argv[4]) if len(sys.argv) > 4 else 1
KEYS = pathlib.Path(FOLDER, "keys.jsonl")
LOG = pathlib.Path(FOLDER, "attack.log")
PATIENCE = 5  # seconds in which others must be served, on a busy machine, too
problems = []


def key(name, role="read"):
    return subprocess.run(["dotnet", CLI, "keys", "add", name, "--role", role, "--file", str(KEYS)], check=True, capture_output=True, text=True).stdout.strip()


def dial(port):
    wire = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    wire.settimeout(PATIENCE)
    return wire


def handshake(port, secret, extra=""):
    wire = dial(port)
    wire.sendall(f"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                 f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\nX-Api-Key: {secret}\r\n{extra}\r\n".encode())
    head = b""
    while b"\r\n\r\n" not in head:
        got = wire.recv(1)
        if not got:
            break
        head += got
    return wire, head.split(b"\r\n")[0]


def frame(opcode, payload):
    length = bytes([0x80 | len(payload)]) if len(payload) < 126 else bytes([0x80 | 126]) + len(payload).to_bytes(2, "big")
    return bytes([0x80 | opcode]) + length + b"\0\0\0\0" + payload  # a mask of zeros is one


def ask(request, port=None):
    """The status of a raw request; None when the server closes without one."""
    with dial(port or health) as wire:
        try:
            wire.sendall(request)
            line = wire.makefile("rb").readline()
        except (ConnectionError, BrokenPipeError):
            return None
        return int(line.split()[1]) if line.startswith(b"HTTP/") else None


def get(path, secret=None):
    return ask(b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + (f"X-Api-Key: {secret}\r\n".encode() if secret else b"") + b"\r\n")


def served():
    """Others are served, and soon."""
    began = time.monotonic()
    try:
        if get(b"/health") != 200 or get(b"/v1/prices/BTCUSDT?exchange=binance", good) != 200:
            problems.append("others are not served over HTTP")
        wire, status = handshake(stream, good)
        wire.sendall(frame(1, b'{"op":"ping","id":1}'))
        if b"101" not in status or not wire.recv(4096):
            problems.append("others are not served over the WebSocket")
        wire.close()
    except OSError as error:
        problems.append(f"others are not served: {error}")
    if time.monotonic() - began > PATIENCE:
        problems.append(f"others waited {time.monotonic() - began:.1f} s")


def under(name, attack):
    """Attacks from four threads while others are looked after."""
    before = len(problems)
    end = time.monotonic() + SECONDS
    threads = [threading.Thread(target=repeat, args=(attack, end), daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    while time.monotonic() < end:
        served()
        time.sleep(0.2)
    for thread in threads:
        thread.join(PATIENCE + 5)
    served()
    if server.poll() is not None:
        problems.append(f"the server ended with {server.returncode}")
    print(f"{'passed' if len(problems) == before else 'FAILED'}: {name} {problems[before:][:3] or ''}", flush=True)


def repeat(attack, end):
    while time.monotonic() < end:
        try:
            attack(end)
        except OSError:
            pass  # it was refused, or cut


def slowloris(port):
    def attack(end):
        wires = []
        while time.monotonic() < end:
            if len(wires) < 100:
                wires.append(dial(port))
                wires[-1].sendall(b"GET / HTTP/1.1\r\nX-A: ")
            for wire in list(wires):
                try:
                    wire.sendall(b"a")
                except OSError:
                    wires.remove(wire)
            time.sleep(0.01)
    return attack


def pings(end):
    wire, _ = handshake(stream, evil)
    while time.monotonic() < end:
        wire.sendall(frame(9, b"x" * 100) * 50)


def garbage(end):
    for opening in (b"", b"GET / HTTP/1.1\r\n"):
        with dial(stream) as wire:
            wire.sendall(opening + os.urandom(20_000))
    wire, _ = handshake(stream, evil)
    wire.sendall(os.urandom(20_000))
    for text in (b'"\\ud800"', b'{"op":"\\udfff"}', b"\xff\xfe", b'{"op":"subscribe","exchange":"binance","symbols":["\\ud800"]}', b"[" * 10_000):
        wire, _ = handshake(stream, evil)
        wire.sendall(frame(1, text))


URLS = [
    (b"/v1/candles?symbol=" + b"A" * 65_536, {400, 414, 431, None}),
    (b"/" + b"a" * 65_536, {400, 404, 414, 431, None}),
    (b"/v1/candles?" + b"&".join(b"a%d=1" % i for i in range(1000)), {400, 414}),
    (b"/v1/candles?" + b"&".join([b"symbol=A"] * 1000), {400, 414}),
    (b"/v1/prices/%ED%A0%80?exchange=binance", {400, 404}),
    (b"/v1/prices/%FF%FE?exchange=binance", {400, 404}),
    (b"/v1/prices/%ud800?exchange=binance", {400, 404}),
    (b"/v1/prices/%00?exchange=binance", {400, 404}),
    (b"/v1/prices/..%2f..%2fetc?exchange=binance", {400, 404}),
    (b"/v1/candles?exchange=binance&symbol=%ED%A0%80", {400, 404}),
    (b"/v1/candles?exchange=%FF&symbol=BTCUSDT", {400, 404}),
    (b"/v1/candles?exchange=binance&symbol=BTCUSDT&from=%F0%9F%98%80", {400}),
    (b"/v1/symbols?exchange=binance&filter=\xff\xfe", {200, 400}),
    (b"/v1/candles?%ED%A0%80=1", {400}),
    (b"/docs/%2e%2e/%2e%2e/appsettings.json", {404, 400, 302}),
    (b"/api/v1/backtests/%ED%A0%80", {400, 404}),
    (b"/api/v1/backtests/..%2f..%2fetc", {400, 404}),
    (b"/api/v1/search?text=" + b"A" * 4_000, {200}),
    (b"/api/v1/search?text=%00", {400}),
    (b"/api/v1/series?closes=101", {400}),
    (b"/api/v1/archive/calendar?exchange=binance&symbol=BTCUSDT", {404}),
    (b"/api/v1/settings", {403}),
    (b"/api/v1/signals/rules/file", {403}),
    (b"/udf/history?symbol=binance:BTCUSDT&resolution=1&from=-9999999999999&to=99999999999999999999&countback=2147483647", {200}),
    (b"/udf/history?symbol=%ED%A0%80&resolution=" + b"9" * 100 + b"&from=x&to=y", {200}),
    (b"/udf/search?query=%FF%FE", {200}),
]


def urls(end):
    for path, expected in URLS:
        status = get(path, evil)
        if status not in expected:
            problems.append(f"{path[:60]} is answered with {status}")


def send(method, path, secret, body, headers=b"Host: 127.0.0.1\r\nContent-Type: application/json\r\n"):
    return ask(method + b" " + path + b" HTTP/1.1\r\n" + headers + f"X-Api-Key: {secret}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)


BACKTEST = b'{"strategy":"sma-cross","exchange":"binance","symbols":["BTCUSDT"],"interval":"1m","from":"2020-01-01T00:00:00Z"}'
FOREIGN = b"Host: evil.example\r\nContent-Type: application/json\r\n"
PAGE = b"Host: 127.0.0.1\r\nOrigin: https://evil.example\r\nContent-Type: application/json\r\n"
FORM = b"Host: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"


def writes(end):
    """Nothing is changed by who may not, nor by what is no sense."""
    for method, path, body in ((b"POST", b"/api/v1/backtests", BACKTEST), (b"POST", b"/api/v1/series", b'{"exchange":"okx","symbols":["BTC-USDT"]}'),
                               (b"PATCH", b"/api/v1/settings", b'{"settings":{"MaxClients":"1"}}'), (b"PUT", b"/api/v1/signals/rules", b"{}"),
                               (b"DELETE", b"/api/v1/series?exchange=binance&symbol=BTCUSDT", b"")):
        is_for_admins = b"settings" in path or b"rules" in path
        for who, secret, headers, expected in (
                ("a reader", evil, b"Host: 127.0.0.1\r\nContent-Type: application/json\r\n", {403}),
                ("a trader", trader, b"Host: 127.0.0.1\r\nContent-Type: application/json\r\n", {403} if is_for_admins else {400, 409, 200}),
                ("a foreign name", admin, FOREIGN, {403}), ("a foreign page", admin, PAGE, {403}), ("a form", admin, FORM, {415})):
            status = send(method, path, secret, body, headers)
            if status not in expected:
                problems.append(f"{method} {path} of {who} is answered with {status}")
    for body in (b"[" * 50_000, b'{"strategy":' + b'"a' * 30_000, b'{"strategy":"sma-cross","parameters":{"fast":1e999},"exchange":"binance","symbols":["BTCUSDT"],"from":0}', os.urandom(20_000),
                 BACKTEST[:-1] + b',"walkForward":{"folds":2000000000,"ranges":{"fast":[' + b",".join([b"1"] * 10_000) + b"]}}}"):
        for path, method in ((b"/api/v1/backtests", b"POST"), (b"/api/v1/settings", b"PATCH"), (b"/api/v1/signals/rules", b"PUT"), (b"/api/v1/signals/rules?check=true", b"PUT")):
            status = send(method, path, admin, body)
            if status != 400:
                problems.append(f"{method} {path} of {body[:20]} is answered with {status}")
    if send(b"PUT", b"/api/v1/signals/rules", admin, b" " * 2_000_000) not in (413, None):
        problems.append("rules of 2 MB are taken")


def backtests(end):
    """As many backtests as are taken, and more."""
    begin = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 100 * 3600))
    status = send(b"POST", b"/api/v1/backtests", trader, BACKTEST.replace(b"2020-01-01T00:00:00Z", begin.encode()))
    if status not in (202, 429):
        problems.append(f"a backtest is answered with {status}")


good = key("good")
trader = key("trader", "trade")
admin = key("admin", "admin")
evil = key("evil")
victims = [key(f"victim{i}") for i in range(3)]
with LOG.open("wb") as log:
    server = subprocess.Popen(
        ["dotnet", WSS, "--sandbox", "--sandbox-speed", "60", "--port", "0", "--health-port", "0", "--keys", str(KEYS), "--preload", "binance:spot:1m:BTCUSDT"], stderr=log)
try:
    for _ in range(300):
        if ports := re.search(r"ws://127.0.0.1:(\d+).*http://127.0.0.1:(\d+)", LOG.read_text()):
            break
        time.sleep(0.1)
    stream, health = int(ports[1]), int(ports[2])
    under("slowloris, WebSocket", slowloris(stream))
    under("slowloris, HTTP", slowloris(health))
    under("a flood of pings", pings)
    under("a flood of garbage", garbage)
    under("URLs that are too long or wrongly encoded", urls)
    under("changes that are not allowed, or no sense", writes)
    under("a flood of backtests", backtests)

    # keys that are revoked under load
    subscribe = frame(1, b'{"op":"subscribe","exchange":"binance","symbols":["BTCUSDT"]}')
    wires = [handshake(stream, victim)[0] for victim in victims for _ in range(20)]
    for wire in wires:
        wire.sendall(subscribe)
    ids = [json.loads(line)["id"] for line in KEYS.read_text().splitlines() if "victim" in line]
    for one in ids:
        subprocess.run(["dotnet", CLI, "keys", "revoke", one, "--file", str(KEYS)], check=True, capture_output=True)
    end = time.monotonic() + 2 * PATIENCE
    for wire in wires:
        try:
            wire.settimeout(max(0.1, end - time.monotonic()))
            while wire.recv(65_536):
                if time.monotonic() > end:
                    problems.append("a connection outlives its key")
                    break
        except TimeoutError:
            problems.append("a connection outlives its key")
        except OSError:
            pass
    if get(b"/v1/symbols?exchange=binance", victims[0]) != 401:
        problems.append("a revoked key may read REST")
    served()
    print(f"{'FAILED' if problems else 'passed'}: keys that are revoked under load", flush=True)

    # SIGTERM under load
    wires = [handshake(stream, good)[0] for _ in range(100)]
    for wire in wires:
        wire.sendall(subscribe)
    slow = threading.Thread(target=repeat, args=(slowloris(health), time.monotonic() + 15), daemon=True)
    slow.start()
    time.sleep(0.5)
    server.send_signal(signal.SIGTERM)
    if server.wait(timeout=20) != 0:
        problems.append(f"SIGTERM ended it with {server.returncode}")
    print(f"{'FAILED' if problems else 'passed'}: SIGTERM under load", flush=True)
except subprocess.TimeoutExpired:
    problems.append("SIGTERM does not end it")
finally:
    if server.poll() is None:
        server.kill()
        server.wait()
said = [line for line in LOG.read_text().splitlines() if re.search(r" (fail|crit): |[Uu]nhandled|^   at ", line)]
problems += said[:5]
print("\n".join(problems[:20]) if problems else f"nothing unexpected in {len(LOG.read_text().splitlines())} lines of log")
sys.exit(1 if problems else 0)
