using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.CoinApi;

/// <content>Reads the candle that stream and history share.</content>
internal sealed partial class CoinApiVenue
{
    /// <summary>
    /// A candle's fields, in any order. Prices of a period without trades are null, and then there is no candle. <c>time_open</c> and <c>time_close</c> are the
    /// first and the last trade, not the period's bounds.
    /// </summary>
    private ref struct Row
    {
        private ReadOnlySpan<byte> _symbol;
        private ReadOnlySpan<byte> _period;
        private long? _startMs;
        private long? _endMs;
        private decimal? _open;
        private decimal? _high;
        private decimal? _low;
        private decimal? _close;
        private decimal? _volume;
        private long? _trades;

        public void ReadProperty(ref Utf8JsonReader reader)
        {
            if (reader.Property("time_period_start"u8))
            {
                _startMs = IsoTime.Parse(reader.Text());
            }
            else if (reader.Property("time_period_end"u8))
            {
                _endMs = IsoTime.Parse(reader.Text());
            }
            else if (reader.Property("price_open"u8))
            {
                _open = reader.DecimalOrNull();
            }
            else if (reader.Property("price_high"u8))
            {
                _high = reader.DecimalOrNull();
            }
            else if (reader.Property("price_low"u8))
            {
                _low = reader.DecimalOrNull();
            }
            else if (reader.Property("price_close"u8))
            {
                _close = reader.DecimalOrNull();
            }
            else if (reader.Property("volume_traded"u8))
            {
                _volume = reader.DecimalOrNull();
            }
            else if (reader.Property("trades_count"u8))
            {
                _trades = reader.IntegerOrNull();
                reader.Skip();
            }
            else if (reader.Property("symbol_id"u8))
            {
                _symbol = reader.Text();
            }
            else if (reader.Property("period_id"u8))
            {
                _period = reader.TokenType == JsonTokenType.Null ? default : reader.Text();
            }
            else
            {
                reader.SkipValue();
            }
        }

        /// <summary>Adds the candle of a stream to the series that it is of, if anybody wants it.</summary>
        public readonly void Add(VenueMarket market, QuoteBatch quotes)
        {
            var (startMs, endMs) = (_startMs ?? throw new JsonException("A candle without its time."), _endMs ?? 0);
            if (quotes.Find(_symbol, _period.IsEmpty ? PeriodOf(market, startMs, endMs) : _period) is { } series)
            {
                Add(series, quotes, isClosed: false); // the stream never says closed
            }
        }

        /// <summary>Adds the candle to its series, unless nothing was traded in it.</summary>
        public readonly void Add(Series series, QuoteBatch quotes, bool? isClosed)
        {
            var startMs = _startMs ?? throw new JsonException("A candle without its time.");
            if (_open is null && _high is null && _low is null && _close is null && _trades is null or 0 && _volume is null or 0)
            {
                return;
            }

            var candle = new CandleValues
            {
                OpenMs = startMs,
                Open = Given(_open, "price_open"),
                High = Given(_high, "price_high"),
                Low = Given(_low, "price_low"),
                Close = Given(_close, "price_close"),
                Volume = Given(_volume, "volume_traded"),
                TradeCount = _trades,
            };
            quotes.Add(series, ref candle, isClosed);
        }

        private static decimal Given(decimal? value, string name) => value ?? throw new JsonException($"A candle without '{name}'.");
    }
}
