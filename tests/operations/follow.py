"""Subscribes to one series and reads until it is ended: python3 follow.py ws://127.0.0.1:8765"""
import base64
import os
import socket
import struct
import sys
from urllib.parse import urlparse

address = urlparse(sys.argv[1])
wire = socket.create_connection((address.hostname, address.port))
wire.sendall((f"GET / HTTP/1.1\r\nHost: {address.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
              f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n\r\n").encode())
text = b'{"op":"subscribe","id":1,"exchange":"binance","symbols":["BTCUSDT"],"interval":"1s"}'
mask = os.urandom(4)
wire.sendall(struct.pack("!BB", 0x81, 0x80 | len(text)) + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(text)))
while data := wire.recv(65536):
    print(len(data), flush=True)
