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
    print(f"python websockets {websockets.__version__}: both protocols")


asyncio.run(asyncio.wait_for(main(sys.argv[1]), 60))
