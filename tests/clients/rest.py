"""The description of REST, and answers against it, under validators that we did not write: python3 rest.py http://127.0.0.1:8766"""
import json
import sys
import urllib.error
import urllib.request

from openapi_schema_validator import OAS31Validator, oas31_format_checker
from openapi_spec_validator import validate

QUESTIONS = [
    ("/v1/prices", "?exchange=binance&symbols=BTC/USDT"),
    ("/v1/prices/{symbol}", "/BTC%2FUSDT?exchange=binance"),
    ("/v1/candles", "?exchange=okx&symbol=BTC/USDT&limit=3"),
    ("/v1/indicators", "?exchange=bybit&market=usdm&symbol=BTCUSDT&with=rsi:14&limit=3"),
    ("/v1/volume-profile", "?exchange=binance&symbol=BTCUSDT&rows=3"),
    ("/v1/symbols", "?exchange=gateio"),
    ("/v1/exchanges", "?names=camel"),
]


def ask(url):
    try:
        with urllib.request.urlopen(url) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


server = sys.argv[1].rstrip("/")
_, described = ask(server + "/openapi.json")
validate(described)
paths = {path for path, _ in QUESTIONS}
known = {path for path in described["paths"] if path.startswith("/v1")}
assert paths == known, f"asked for {sorted(paths)}, described are {sorted(known)}"
for path, question in QUESTIONS:
    for more, expected in (("", 200), ("&nonsense=1", 400)):
        status, answer = ask(server + path.replace("/{symbol}", "") + question + more)
        assert status == expected, f"{path}{question}{more}: {status} {answer}"
        schema = described["paths"][path]["get"]["responses"][str(status)]["content"]["application/json"]["schema"]
        whole = {"$ref": schema["$ref"], "components": described["components"]}
        for mistake in OAS31Validator(whole, format_checker=oas31_format_checker).iter_errors(answer):
            sys.exit(f"{path}: {mistake.json_path}: {mistake.message}")
print(f"{len(QUESTIONS)} paths are as they are described")
