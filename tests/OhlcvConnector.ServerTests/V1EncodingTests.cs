using System.Globalization;
using System.Text.Json.Nodes;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Clients;
using OhlcvConnector.Server.Protocol;

namespace OhlcvConnector.ServerTests;

/// <summary>Compares frames of protocol v1 with what System.Text.Json makes of the same values.</summary>
public class V1EncodingTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, 7, TimeSpan.Zero);

    [Theory]
    [InlineData("BTCUSDT", false, false)]
    [InlineData("BTCUSDT", true, true)]
    [InlineData("币\"安\\人", false, true)]
    public void A_quote_is_what_a_serializer_would_write(string symbol, bool asStrings, bool isSandbox)
    {
        var encoding = new V1Encoding(symbol, asStrings, isSandbox);
        foreach (var published in Quotes(symbol))
        {
            var expected = Head("quote", published.Quote.Series, symbol, isSandbox);
            AddCandle(expected, published, asStrings);
            expected.Add("sent_time", "2026-01-31T12:00:00.007Z");
            var payload = Payload(encoding.Quote(published, Now));

            Assert.Equal(expected.ToJsonString(), JsonNode.Parse(payload)!.ToJsonString());
            Assert.Equal(payload, Payload(encoding.Quote(published, Now))); // what was kept of the series changes nothing
        }
    }

    [Fact]
    public void A_snapshot_is_what_a_serializer_would_write()
    {
        var quotes = Quotes("ETHUSDT").ToList();
        var expected = Head("snapshot", quotes[0].Quote.Series, "ETHUSDT", isSandbox: true);
        expected.Add("candles", new JsonArray([.. quotes.Select(quote =>
        {
            var candle = new JsonObject();
            AddCandle(candle, quote, asStrings: false);
            return candle;
        })]));

        var frame = new V1Encoding("ETHUSDT", AsStrings: false, IsSandbox: true).Snapshot(quotes[0].Quote.Series, quotes);

        Assert.Equal(expected.ToJsonString(), JsonNode.Parse(Payload(frame))!.ToJsonString());
    }

    [Fact]
    public void A_quote_costs_nothing_but_its_frame()
    {
        var encoding = new V1Encoding("BTCUSDT", AsStrings: false, IsSandbox: false);
        var published = Quotes("BTCUSDT").First() with { Values = new QuoteValues(["ema:9"], [1.5e-7]) };
        var length = encoding.Quote(published, Now).Length;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var count = 0; count < 100; count++)
        {
            encoding.Quote(published, Now);
        }

        const int HeadOfAnArray = 24;
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100 * (length + HeadOfAnArray + sizeof(long)));
    }

    private static IEnumerable<Published> Quotes(string symbol)
    {
        var instrument = new Instrument
        {
            Exchange = "binance",
            Market = Market.Spot,
            VenueSymbol = symbol,
            Symbol = symbol,
            BaseAsset = symbol,
            QuoteAsset = "USDT",
        };
        var series = new Series(instrument, Interval.OneMinute);
        var values = new CandleValues
        {
            OpenMs = 1_769_860_800_000,
            Open = 43_000.10m,
            High = 43_100m,
            Low = 0.00000001m,
            Close = 43_050.50m,
            Volume = 12345678901234567890.12345678m,
            QuoteVolume = 0.000m,
            TradeCount = 17,
            EventMs = 1_769_860_801_234,
            IsClosed = true,
            BuyVolume = 1.50m,
        };
        yield return new Published(new PriceQuote(series, values, QuoteSource.Stream, Now), 5, "0a1b2c3d", 1_769_860_740_000)
        {
            Values = new QuoteValues(["ema:9", "macd.\"signal\""], [1.5e-7, double.NaN]),
        };
        var unknown = values with { Volume = null, QuoteVolume = null, TradeCount = null, EventMs = null, BuyVolume = null, IsClosed = false };
        yield return new Published(new PriceQuote(series, unknown, QuoteSource.Inferred, Now), 0);
        yield return new Published(new PriceQuote(series, values, QuoteSource.Trades, Now).AsRevision(), 6, "0a1b2c3d")
        {
            Values = new QuoteValues(["rsi"], null),
        };
    }

    private static JsonObject Head(string type, Series series, string symbol, bool isSandbox)
    {
        var head = new JsonObject
        {
            ["type"] = type,
            ["exchange"] = "binance",
            ["market"] = "spot",
            ["symbol"] = symbol,
            ["venue_symbol"] = series.VenueSymbol,
            ["interval"] = "1m",
        };
        if (isSandbox)
        {
            head.Add("sandbox", true);
        }

        return head;
    }

    private static void AddCandle(JsonObject json, Published published, bool asStrings)
    {
        var quote = published.Quote;
        json.Add("seq", published.Sequence == 0 ? null : published.Sequence);
        AddUnlessNull("epoch", published.Epoch);
        AddUnlessNull("quiet_from", published.QuietFromMs == 0 ? null : "2026-01-31T11:59:00.000Z");
        json.Add("open_time", "2026-01-31T12:00:00.000Z");
        json.Add("close_time", "2026-01-31T12:01:00.000Z");
        json.Add("open", Number(quote.Open));
        json.Add("high", Number(quote.High));
        json.Add("low", Number(quote.Low));
        json.Add("close", Number(quote.Close));
        json.Add("volume", Number(quote.Volume));
        json.Add("quote_volume", Number(quote.QuoteVolume));
        json.Add("trades", quote.TradeCount);
        json.Add("is_closed", quote.IsClosed);
        AddUnlessNull("is_revision", quote.IsRevision ? true : null);
        json.Add("event_time", quote.EventTime is null ? null : "2026-01-31T12:00:01.234Z");
        json.Add("received_at", "2026-01-31T12:00:00.007Z");
        json.Add("source", quote.Source.ToString().ToLowerInvariant());
        AddUnlessNull("buy_volume", Number(quote.BuyVolume));
        AddUnlessNull("sell_volume", Number(quote.SellVolume));
        if (published.Values.Columns is { } columns)
        {
            var values = new JsonObject();
            for (var index = 0; index < columns.Count; index++)
            {
                values.Add(columns[index], published.Values.Numbers is { } numbers && double.IsFinite(numbers[index]) ? numbers[index] : null);
            }

            json.Add("values", values);
        }

        void AddUnlessNull(string name, JsonNode? value)
        {
            if (value is not null)
            {
                json.Add(name, value);
            }
        }

        JsonNode? Number(decimal? number) => number is not { } known ? null : asStrings ? known.ToString(CultureInfo.InvariantCulture) : known;
    }

    private static byte[] Payload(byte[] frame) => frame[1] < 126 ? frame[2..] : frame[4..];
}
