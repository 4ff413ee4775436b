"""CoinAPI on loopback, written from its protocol's description alone: no packages needed, and nothing of this project's code.

usage: python3 coinapi_venue.py SECONDS     prints its address, and ends by itself

A pair trades at times that its name decides, so that what any candle must be is known for ever: GET /truth?symbol=&from=&to=&length= (seconds) tells, quiet ones left
out. What goes wrong is in the order of the connections: the first is told to reconnect and ends two seconds later, the second falls silent with its heartbeat,
the third is told that its buffer is full. Every fifth request for history is told that the quota is used up. REST is two seconds behind."""
import asyncio, base64, datetime, hashlib, json, struct, sys, time, urllib.parse

KEY = 'right-key-0123456789'
MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
SYMBOLS = ['KRAKEN_SPOT_BTC_USD', 'KRAKEN_SPOT_ETH_USD', 'KRAKEN_SPOT_BTC_USDT', 'BITSTAMP_SPOT_BTC_USD']
PERIODS = {'1SEC': 1, '5SEC': 5, '1MIN': 60}
BEHIND = 2.0
connections = 0
histories = 0


def iso(seconds):
    whole = datetime.datetime.fromtimestamp(int(seconds), datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%S')
    return f'{whole}.{int(seconds % 1 * 1e7):07d}Z'


def parse(text):
    return datetime.datetime.fromisoformat(text.replace('Z', '+00:00')).timestamp()


def trade(symbol, tick):
    """The trade of a tenth of a second, in hundredths of the price and in thousandths of the amount; None where there is none."""
    if int(hashlib.sha256(f'{symbol} {tick // 10}'.encode()).hexdigest()[:4], 16) % 5 == 0:
        return None  # a quiet second
    number = int(hashlib.sha256(f'{symbol}/{tick}'.encode()).hexdigest()[:8], 16)
    return (5_000_000 + number % 10_000, 1 + number // 10_000 % 900) if number % 3 else None


def candle(symbol, start, length, now):
    """The candle as of now; None without trades."""
    last = min((start + length) * 10, int(now * 10) + 1)
    trades = [(tick, one) for tick in range(start * 10, last) if (one := trade(symbol, tick))]
    if not trades:
        return None
    prices = [one[0] for _, one in trades]
    number = lambda value, digits: float(f'{value // 10 ** digits}.{value % 10 ** digits:0{digits}d}')  # written as short as it can be
    return {'time_period_start': iso(start), 'time_period_end': iso(start + length), 'time_open': iso(trades[0][0] / 10), 'time_close': iso(trades[-1][0] / 10),
            'price_open': number(prices[0], 2), 'price_high': number(max(prices), 2), 'price_low': number(min(prices), 2),
            'price_close': number(prices[-1], 2), 'volume_traded': number(sum(one[1] for _, one in trades), 3), 'trades_count': len(trades)}


class Socket:
    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer

    async def send(self, value, opcode=1):
        data = value if isinstance(value, bytes) else json.dumps(value).encode()
        size = len(data)
        head = bytes([0x80 | opcode]) + (bytes([size]) if size < 126 else b'\x7e' + struct.pack('>H', size))
        self.writer.write(head + data)
        await self.writer.drain()

    async def receive(self):
        while True:
            first, second = await self.reader.readexactly(2)
            opcode, size = first & 15, second & 127
            if size == 126:
                size, = struct.unpack('>H', await self.reader.readexactly(2))
            elif size == 127:
                size, = struct.unpack('>Q', await self.reader.readexactly(8))
            mask = await self.reader.readexactly(4)
            data = bytes(byte ^ mask[at % 4] for at, byte in enumerate(await self.reader.readexactly(size)))
            if opcode == 8:
                raise ConnectionError
            if opcode == 1:
                return json.loads(data)


def scope(hello):
    """The pairs and lengths that a message is about."""
    filters = hello.get('subscribe_filter_symbol_id') or ['']
    return {(symbol, period) for symbol in SYMBOLS for period in hello.get('subscribe_filter_period_id') or PERIODS
            if any(symbol == one[:-1] if one.endswith('$') else symbol.startswith(one) for one in filters)}


def listen(socket):
    task = asyncio.create_task(socket.receive())
    task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())  # whoever waits for it sees it
    return task


async def stream(socket, header_key):
    global connections
    connections += 1
    number, began = connections, time.time()
    wanted, state, sent = set(), {}, {}
    welcome, beats, last = False, False, time.time()
    inbox = listen(socket)
    told = False
    sequence = {}
    while True:
        await asyncio.wait({inbox}, timeout=0.1)
        if inbox.done():
            message = inbox.result()
            if message['type'] == 'hello':
                welcome = (header_key or message.get('apikey')) == KEY
                wanted = scope(message)
                beats = message.get('heartbeat') is True
            if not welcome or message['type'] not in ('hello', 'subscribe', 'unsubscribe'):
                await socket.send({'type': 'error', 'message': 'Invalid API key' if not welcome else 'Invalid message'})
                return
            if message['type'] == 'subscribe':
                wanted |= scope(message)
            if message['type'] == 'unsubscribe':
                wanted -= scope(message)
            inbox = listen(socket)
        now, age = time.time(), time.time() - began
        if not welcome and age > 5:
            return
        if number == 1 and age > 3 and not told:
            told = True
            await socket.send({'type': 'reconnect', 'within_seconds': 2, 'before_time': iso(now + 2)})
        if number == 1 and age > 5:
            return
        if number == 2 and age > 3:
            await asyncio.sleep(30)
            return
        if number == 3 and age > 3:
            await socket.send({'type': 'error', 'message': 'Reached maximum allowed buffered messages for this connection.'})
            return
        for symbol, period in sorted(wanted):
            length = PERIODS[period]
            start = int(now) // length * length
            before = state.get((symbol, period), start)
            for at in range(before, start + 1, length):
                one = candle(symbol, at, length, now)
                # a period that is over is said once more when a later trade was seen; an open one when it changed
                if one and sent.get((symbol, period, at)) != one['trades_count']:
                    sent[symbol, period, at] = one['trades_count']
                    sequence[symbol] = sequence.get(symbol, 0) + 1
                    await socket.send({'type': 'ohlcv', 'symbol_id': symbol, 'sequence': sequence[symbol], 'period_id': period, **one})
                    last = time.time()
            if candle(symbol, start, length, now):
                state[symbol, period] = start
            else:
                state[symbol, period] = before
        if beats and time.time() - last > 1:
            await socket.send({'type': 'heartbeat' if number % 2 else 'hearbeat'})
            last = time.time()


def answer(path, query, key):
    global histories
    if path == '/truth':
        length = int(query.get('length', 1))
        whole = [candle(query['symbol'], at, length, time.time()) for at in range(int(query['from']), int(query['to']), length)]
        return 200, {}, [one for one in whole if one]
    if key != KEY:
        return 401, {}, {'error': 'Invalid API key'}
    parts = path.strip('/').split('/')
    if path == '/v1/exchanges':
        return 200, {}, [{'exchange_id': one} for one in ('BITSTAMP', 'KRAKEN')]
    if path == '/v1/symbols':
        filters = query.get('filter_symbol_id', '').split(',')
        return 200, {}, [{'symbol_id': one, 'exchange_id': one.split('_')[0], 'symbol_type': 'SPOT', 'asset_id_base': one.split('_')[2],
                          'asset_id_quote': one.split('_')[3], 'price_precision': 0.01, 'data_end': iso(time.time())[:10]}
                         for one in SYMBOLS if any(one.startswith(prefix) for prefix in filters)]
    if len(parts) == 4 and parts[:2] == ['v1', 'ohlcv'] and parts[3] == 'history':
        histories += 1
        now = time.time() - BEHIND
        if histories % 5 == 0:
            return 429, {'X-RateLimit-Reset': iso(time.time() + 1), 'X-RateLimit-Remaining': '0'}, {'error': 'Quota exceeded'}
        if query.get('period_id') not in PERIODS:
            return 400, {}, {'error': 'Invalid period_id'}
        if parts[2] not in SYMBOLS:
            return 200, {}, []
        length = PERIODS[query['period_id']]
        start, end = parse(query['time_start']), min(parse(query.get('time_end') or iso(now)), now)
        first = -(-int(start) // length) * length
        rows = (candle(parts[2], at, length, now) for at in range(first, int(end) + 1, length) if at < end)
        return 200, {}, [one for one in rows if one][:int(query.get('limit', 100))]
    return 404, {}, {'error': 'Not found'}


async def serve(reader, writer):
    try:
        while True:
            lines = (await reader.readuntil(b'\r\n\r\n')).decode().split('\r\n')
            headers = {name.lower(): value.strip() for name, value in (line.split(':', 1) for line in lines[1:] if ':' in line)}
            url = urllib.parse.urlsplit(lines[0].split(' ')[1])
            key = headers.get('x-coinapi-key')
            if headers.get('upgrade', '').lower() == 'websocket':
                accept = base64.b64encode(hashlib.sha1((headers['sec-websocket-key'] + MAGIC).encode()).digest()).decode()
                writer.write(f'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n'.encode())
                await stream(Socket(reader, writer), key)
                return
            status, extra, body = answer(urllib.parse.unquote(url.path), dict(urllib.parse.parse_qsl(url.query)), key)
            data = json.dumps(body).encode()
            date = datetime.datetime.now(datetime.timezone.utc).strftime('%a, %d %b %Y %H:%M:%S GMT')
            more = ''.join(f'{name}: {value}\r\n' for name, value in extra.items())
            writer.write(f'HTTP/1.1 {status} -\r\nDate: {date}\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n{more}\r\n'.encode() + data)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(serve, '127.0.0.1', 0)
    print(f'http://127.0.0.1:{server.sockets[0].getsockname()[1]}', flush=True)
    try:
        await asyncio.wait_for(server.serve_forever(), float(sys.argv[1]))
    except asyncio.TimeoutError:
        pass

asyncio.run(main())
