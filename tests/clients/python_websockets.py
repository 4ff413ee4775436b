"""Python's websockets, in both protocols: python3 python_websockets.py ws://127.0.0.1:8765"""
import asyncio
import json
import sys

import websockets


async def main(address):
    async with websockets.connect(address) as socket:
        await socket.send(json.dumps({"exchange": "binance", "contract_type": "spot", "symbols": ["BTCUSDT"], "limit": 3}))
        messages = [json.loads(message) async for message in socket]
        assert messages[0]["type"] == "subscribed", messages
        assert [message["type"] for message in messages[1:]] == ["quote"] * 3, messages
        assert isinstance(messages[1]["open"], float) and messages[1]["timestamp"].endswith("+00:00"), messages
    async with websockets.connect(address) as socket:
        await socket.send(json.dumps({"op": "subscribe", "id": 1, "exchange": "bybit", "market": "usdm", "symbols": ["BTCUSDT"], "snapshot": 3}))
        seen = []
        while "quote" not in seen:
            message = json.loads(await asyncio.wait_for(socket.recv(), 30))
            seen.append(message["type"])
            assert message["sandbox"] is True, message
        assert seen[0] == "ack" and "snapshot" in seen, seen
        await socket.ping()
        assert len(socket.extensions) == 1 and socket.extensions[0].name == "permessage-deflate", socket.extensions

    async def closes(compression):
        async with websockets.connect(address, compression=compression) as socket:
            await socket.send(json.dumps({"op": "subscribe", "exchange": "binance", "symbols": ["BTC/USDT", "ETH/USDT"]}))
            found = {}
            while len(found) < 4:
                message = json.loads(await asyncio.wait_for(socket.recv(), 30))
                if message.get("is_closed"):
                    found[message["symbol"], message["open_time"]] = [message[name] for name in ("open", "high", "low", "close", "volume")]
            return found

    # twenty alike, who share a window, beside one without compression
    plain, *packed = await asyncio.gather(closes(None), *(closes("deflate") for _ in range(20)))
    for found in packed:
        common = plain.keys() & found.keys()
        assert common and all(plain[key] == found[key] for key in common), (plain, found)
    print(f"python websockets {websockets.__version__}: both protocols")


asyncio.run(asyncio.wait_for(main(sys.argv[1]), 60))
