-- What the first version of the program made: its schema, and two candles of which one was revised.
CREATE TABLE archive (
    simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
    created_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    exchange TEXT NOT NULL COLLATE NOCASE,
    market TEXT NOT NULL,
    symbol TEXT NOT NULL COLLATE NOCASE,
    interval TEXT NOT NULL,
    common_symbol TEXT NOT NULL,
    base_asset TEXT NOT NULL,
    quote_asset TEXT NOT NULL,
    settle_asset TEXT,
    contract_size TEXT,
    expires_ms INTEGER,
    listed_ms INTEGER,
    tick_size TEXT,
    price_scale INTEGER NOT NULL DEFAULT 0,
    volume_scale INTEGER NOT NULL DEFAULT 0,
    quote_volume_scale INTEGER NOT NULL DEFAULT 0,
    price_digits INTEGER NOT NULL DEFAULT 0,
    volume_digits INTEGER NOT NULL DEFAULT 0,
    quote_volume_digits INTEGER NOT NULL DEFAULT 0,
    UNIQUE (exchange, market, symbol, interval)
) STRICT;

CREATE TABLE candle (
    series INTEGER NOT NULL,
    open_time INTEGER NOT NULL,
    open ANY NOT NULL CHECK (typeof(open) <> 'real'),
    high ANY NOT NULL CHECK (typeof(high) <> 'real'),
    low ANY NOT NULL CHECK (typeof(low) <> 'real'),
    close ANY NOT NULL CHECK (typeof(close) <> 'real'),
    volume ANY CHECK (typeof(volume) <> 'real'),
    quote_volume ANY CHECK (typeof(quote_volume) <> 'real'),
    trades INTEGER,
    source INTEGER NOT NULL,
    event_ms INTEGER,
    received_ms INTEGER NOT NULL,
    PRIMARY KEY (series, open_time)
) STRICT, WITHOUT ROWID;

CREATE TABLE revision (
    id INTEGER PRIMARY KEY,
    series INTEGER NOT NULL,
    open_time INTEGER NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    revised_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX revision_of_candle ON revision (series, open_time);

CREATE TABLE coverage (
    series INTEGER NOT NULL,
    from_ms INTEGER NOT NULL,
    to_ms INTEGER NOT NULL CHECK (to_ms > from_ms),
    state TEXT NOT NULL CHECK (state IN ('complete', 'missing', 'before listing')),
    reason TEXT,
    PRIMARY KEY (series, from_ms)
) STRICT, WITHOUT ROWID;

INSERT INTO archive (simulated, created_ms) VALUES (1, 1767225600000);
INSERT INTO series (id, exchange, market, symbol, interval, common_symbol, base_asset, quote_asset, price_scale, volume_scale, quote_volume_scale, price_digits, volume_digits, quote_volume_digits)
VALUES (1, 'binance', 'spot', 'BTCUSDT', '1m', 'BTC/USDT', 'BTC', 'USDT', 2, 2, 0, 2, 8, 0);
INSERT INTO candle VALUES (1, 1767225600, 9621000, 9621100, 9620900, 9621039, 50, 48100, 3, 0, NULL, 1767225600 * 1000 + 60100);
INSERT INTO candle VALUES (1, 1767225600 + 60, 9621039, 9621100, 9620900, 9621040, 25, NULL, NULL, 1, NULL, 1767225600 * 1000 + 120100);
INSERT INTO revision (series, open_time, before, after, revised_ms) VALUES (1, 1767225600 + 60, '96210.39;96211;96209;96210.38;0.25;;;0;;1000', '96210.39;96211;96209;96210.40;0.25;;;1;;2000', 3000);
INSERT INTO coverage (series, from_ms, to_ms, state) VALUES (1, 1767225600 * 1000, 1767225600 * 1000 + 120000, 'complete');
PRAGMA application_id = 0x4F484C43;
PRAGMA user_version = 1;
