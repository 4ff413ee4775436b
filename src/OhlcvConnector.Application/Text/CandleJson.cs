using System.Text.Json;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Text;

/// <summary>A candle of the server, with its place in the series.</summary>
/// <param name="Quote">The candle.</param>
/// <param name="Sequence">The server's number of it; null for one of the past.</param>
/// <param name="Epoch">Within which the number counts; null for one of the past.</param>
internal readonly record struct ServerCandle(PriceQuote Quote, long? Sequence = null, string? Epoch = null);

/// <summary>The names of a candle's fields of several words.</summary>
/// <param name="OpenTime">The name of the open time.</param>
/// <param name="QuoteVolume">The name of the volume in quote units.</param>
/// <param name="BuyVolume">The name of what buyers took of the volume, where it is known.</param>
/// <param name="IsClosed">The name of the mark of a closed candle.</param>
/// <param name="EventTime">The exchange's clock.</param>
/// <param name="ReceivedAt">The server's clock.</param>
internal sealed record CandleNames(string OpenTime, string QuoteVolume, string BuyVolume, string IsClosed, string EventTime, string ReceivedAt)
{
    /// <summary>Names of the WebSocket's protocol v1.</summary>
    public static CandleNames Stream { get; } = new("open_time", "quote_volume", "buy_volume", "is_closed", "event_time", "received_at");

    /// <summary>Names of REST.</summary>
    public static CandleNames Rest { get; } = new("openTime", "quoteVolume", "buyVolume", "isClosed", "eventTime", "receivedAt");
}

/// <summary>Reads candles as the server writes them: under one set of names in its WebSocket, under another in its REST.</summary>
internal static class CandleJson
{
    /// <summary>Reads a candle.</summary>
    /// <param name="json">The object that holds its fields.</param>
    /// <param name="series">The series of the candle.</param>
    /// <param name="names">The names of its fields.</param>
    /// <exception cref="JsonException">A field is missing, or of the wrong kind.</exception>
    /// <exception cref="InvalidQuoteException">The values are no possible candle.</exception>
    public static ServerCandle Read(JsonElement json, Series series, CandleNames names)
    {
        var values = new CandleValues
        {
            OpenMs = json.Time(names.OpenTime).ToUnixTimeMilliseconds(),
            Open = json.Decimal("open"),
            High = json.Decimal("high"),
            Low = json.Decimal("low"),
            Close = json.Decimal("close"),
            Volume = json.DecimalOrNull("volume"),
            QuoteVolume = json.DecimalOrNull(names.QuoteVolume),
            BuyVolume = json.DecimalOrNull(names.BuyVolume),
            TradeCount = json.CountOrNull("trades"),
            IsClosed = json.Flag(names.IsClosed),
            EventMs = json.TimeOrNull(names.EventTime)?.ToUnixTimeMilliseconds(),
        };
        var source = json.TextOrNull("source") switch
        {
            "history" => QuoteSource.History,
            "inferred" => QuoteSource.Inferred,
            "trades" => QuoteSource.Trades,
            "built" => QuoteSource.BuiltFromTrades,
            _ => QuoteSource.Stream,
        };
        var quote = new PriceQuote(series, values, source, json.Time(names.ReceivedAt));
        return new ServerCandle(json.Flag("is_revision") ? quote.AsRevision() : quote, json.CountOrNull("seq"), json.TextOrNull("epoch"));
    }
}
