"""A wire that breaks once: passes bytes on to the server, but ends the first connection after so many bytes from it; later ones live.

    python3 cut.py ws://127.0.0.1:8765 20000      says its own address, and runs until it is ended
"""
import asyncio
import sys
import urllib.parse

upstream = urllib.parse.urlparse(sys.argv[1])
left = [int(sys.argv[2])]


async def pass_on(reader, writer, left):
    try:
        while data := await reader.read(4096):
            writer.write(data[:left] if left is not None else data)
            await writer.drain()
            if left is not None:
                left -= len(data)
                if left <= 0:
                    break
    except ConnectionError:
        pass
    finally:
        writer.transport.abort()


async def connect(reader, writer):
    there, away = await asyncio.open_connection(upstream.hostname, upstream.port)
    await asyncio.gather(pass_on(reader, away, None), pass_on(there, writer, left.pop() if left else None))


async def main():
    server = await asyncio.start_server(connect, "127.0.0.1", 0)
    print(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


asyncio.run(main())
