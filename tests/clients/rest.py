"""The description of REST, and answers against it, under validators that we did not write: python3 rest.py http://127.0.0.1:8766"""
import csv
import io
import json
import sys
import time
import urllib.error
import urllib.request
from decimal import Decimal

from openapi_schema_validator import OAS31Validator, oas31_format_checker
from openapi_spec_validator import validate

ACCOUNTS = "/api/v1/paper/accounts"
QUESTIONS = [
    ("/v1/prices", "?exchange=binance&symbols=BTC/USDT"),
    ("/v1/prices/{symbol}", "/BTC%2FUSDT?exchange=binance"),
    ("/v1/candles", "?exchange=okx&symbol=BTC/USDT&limit=3"),
    ("/v1/indicators", "?exchange=bybit&market=usdm&symbol=BTCUSDT&with=rsi:14&limit=3"),
    ("/v1/volume-profile", "?exchange=binance&symbol=BTCUSDT&rows=3"),
    ("/v1/symbols", "?exchange=gateio"),
    ("/v1/exchanges", "?names=camel"),
    ("/v1/indicators/catalog", ""),
    ("/api/v1/strategies", ""),
    ("/api/v1/series", "?closes=5"),
    ("/api/v1/search", "?text=btc&limit=5"),
    ("/api/v1/health", ""),
    ("/api/v1/settings", ""),
    ("/api/v1/archive/calendar", "?exchange=binance&symbol=BTCUSDT&interval=1m"),
    ("/api/v1/signals/rules/file", ""),
    ("/api/v1/backtests", ""),
    ("/prices", "?symbols=BTC,eth,NOPE&sparkline=24"),
    ("/prices/{symbol}", "/BTC?fields=price,stale"),
    ("/api/v1/notifications", "?limit=5"),
    ("/api/v1/signals", "?limit=5"),
    ("/api/v1/signals/latest", "?exchange=binance"),
    ("/api/v1/signals/rules", ""),
    ("/api/v1/ai/models", ""),
    ("/api/v1/ai/models/{model}", "/checked"),
    ("/api/v1/ai/forecast", "?exchange=binance&symbol=BTC/USDT&model=checked"),
    ("/api/v1/ai/explain", "?exchange=binance&symbol=BTC/USDT&model=checked&interval=1h"),
    (ACCOUNTS, ""),
    (ACCOUNTS + "/{account}", "/checked"),
    (ACCOUNTS + "/{account}/orders", "/checked/orders?limit=5"),
    (ACCOUNTS + "/{account}/fills", "/checked/fills"),
    (ACCOUNTS + "/{account}/trades", "/checked/trades"),
    (ACCOUNTS + "/{account}/equity", "/checked/equity"),
    (ACCOUNTS + "/{account}/positions", "/checked/positions"),
]
DAYS = [time.strftime("%Y-%m-%dT00:00:00Z", time.gmtime(time.time() - days * 86400)) for days in (20, 1)]
BACKTEST = {"strategy": "sma-cross", "parameters": {"fast": 5, "slow": 20}, "exchange": "binance", "symbols": ["BTC/USDT"], "interval": "1h",
            "from": DAYS[0], "to": DAYS[1]}
POSTS = [  # what is sent, and what comes back
    (ACCOUNTS, {"name": "checked", "exchange": "binance", "symbols": ["BTC/USDT"]}),
    ("/api/v1/signals/evaluate", {"exchange": "binance", "symbol": "BTCUSDT", "interval": "1m",
                                  "from": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 3600)),
                                  "rules": {"name": "up", "direction": "long", "when": ["close > open"]}}),
    ("/api/v1/notifications/test", {"channel": "told"}),
    ("/api/v1/notifications/retry", {"channel": "told"}),
]


def ask(url, sent=None):
    body = None if sent is None else json.dumps(sent).encode()
    headers = {} if sent is None else {"Content-Type": "application/json"}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


server = sys.argv[1].rstrip("/")
_, described = ask(server + "/openapi.json")
validate(described)
paths = {path for path, _ in QUESTIONS} | {"/api/v1/signals/{id}", "/api/v1/backtests/{id}"}
known = {path for path, methods in described["paths"].items()
         if path.startswith(("/v1", "/prices", "/api")) and path != "/prices-stream" and "get" in methods}
assert paths == known, f"asked for {sorted(paths)}, described are {sorted(known)}"


def check(path, method, status, answer):
    schema = described["paths"][path][method]["responses"][str(status)]["content"]["application/json"]["schema"]
    whole = {"$ref": schema["$ref"], "components": described["components"]}
    for mistake in OAS31Validator(whole, format_checker=oas31_format_checker).iter_errors(answer):
        sys.exit(f"{method} {path}: {mistake.json_path}: {mistake.message}")


for path, sent in POSTS:
    for more, expected in (({}, 200), ({"nonsense": 1}, 400)):
        status, answer = ask(server + path, {**sent, **more})
        assert status == expected, f"{path} {sent} {more}: {status} {answer}"
        check(path, "post", status, answer)
until = time.monotonic() + 30
while not (signals := ask(server + "/api/v1/signals")[1]["signals"]) or not ask(server + "/api/v1/notifications")[1]["notifications"]:
    assert time.monotonic() < until, "no signal, or no notice of it, came"
    time.sleep(0.2)
status, answer = ask(server + "/api/v1/backtests", BACKTEST)
assert status == 202, answer
check("/api/v1/backtests", "post", status, answer)
run = answer["id"]
until = time.monotonic() + 60
while (backtest := ask(f"{server}/api/v1/backtests/{run}")[1]["backtest"])["state"] not in ("done", "failed"):
    assert time.monotonic() < until, backtest
    time.sleep(0.2)
assert backtest["state"] == "done" and backtest["candles"] > 400, backtest
for path, question in QUESTIONS + [("/api/v1/signals/{id}", f"/{signals[0]['id']}"), ("/api/v1/backtests/{id}", f"/{run}")]:
    for more, expected in (("", 200), ("&nonsense=1" if "?" in question else "?nonsense=1", 400)):
        status, answer = ask(server + path.split("/{")[0] + question + more)
        assert status == expected, f"{path}{question}{more}: {status} {answer}"
        check(path, "get", status, answer)
question = "/v1/candles?exchange=okx&symbol=BTC/USDT&from=2026-01-01&to=2026-01-01T01:00Z"
_, answer = ask(server + question)
with urllib.request.urlopen(server + question + "&format=csv") as table:
    rows = list(csv.DictReader(io.TextIOWrapper(table, "utf-8")))
assert len(rows) == 60 and [row["openTime"] for row in rows] == [candle["openTime"] for candle in answer["candles"]], rows[:2]
for row, candle in zip(rows, answer["candles"]):
    for name in ("open", "high", "low", "close", "volume", "quoteVolume"):
        assert Decimal(row[name]) == Decimal(repr(candle[name])), (name, row, candle)
described_types = described["paths"]["/v1/candles"]["get"]["responses"]["200"]["content"]
types = {form: next(type for type in described_types if form in type) for form in ("parquet", "arrow")}
for form, magic in (("parquet", b"PAR1"), ("arrow", b"ARROW1")):
    with urllib.request.urlopen(urllib.request.Request(server + question, headers={"Accept": types[form]})) as table:
        body = table.read()
    assert body.startswith(magic) and body.endswith(magic), (form, body[:8], body[-8:])
print(f"{len(QUESTIONS) + 3 + len(POSTS)} paths are as they are described")
