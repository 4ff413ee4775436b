using System.Security.Cryptography;
using OhlcvConnector.Application.Text;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Publishing;

/// <summary>What is written on a bus, whichever it is: frames of protocol v1, as the server's WebSocket has them.</summary>
/// <param name="isSandbox">True when all of it is simulated.</param>
internal sealed class BusPayload(bool isSandbox)
{
    /// <summary>Label of real candles.</summary>
    public const string Live = "live";

    /// <summary>Label of simulated candles.</summary>
    public const string Simulated = "SANDBOX";

    [ThreadStatic]
    private static Utf8Buffer? _buffer;

    /// <summary>The label.</summary>
    public string Label { get; } = isSandbox ? Simulated : Live;

    /// <summary>Payload of a candle.</summary>
    public byte[] Quote(in PriceQuote quote, long sequence, string epoch)
    {
        var text = Begin("quote", quote.Series);
        text.Append(",\"seq\":"u8);
        text.Append(sequence);
        text.Append(",\"epoch\":"u8);
        text.AppendJson(epoch);
        text.Append(","u8);
        CandleFields.AppendCandle(text, quote, asStrings: false);
        return End(text);
    }

    /// <summary>Payload of a gap.</summary>
    public byte[] Gap(Series series, Gap gap)
    {
        var text = Begin("gap", series);
        text.Append(","u8);
        CandleFields.AppendGap(text, gap);
        return End(text);
    }

    /// <summary>Payload of a status.</summary>
    public byte[] Status(SeriesStatus status)
    {
        var text = Begin("status", status.Series);
        text.Append(",\"status\":"u8);
        text.AppendJson(Name(status.Condition));
        text.Append(",\"reason\":"u8);
        text.AppendJson(status.Reason);
        return End(text);
    }

    /// <summary>What tells a revision's values from others of the same candle: part of the message's id.</summary>
    public static string Fingerprint(in PriceQuote quote)
    {
        var text = _buffer ??= new Utf8Buffer(1024);
        text.Clear();
        ReadOnlySpan<decimal?> numbers =
            [quote.Open, quote.High, quote.Low, quote.Close, quote.Volume, quote.QuoteVolume, quote.BuyVolume, quote.TradeCount];
        foreach (var number in numbers)
        {
            text.AppendJson(number);
            text.Append(";"u8);
        }

        return Convert.ToHexStringLower(SHA256.HashData(text.Written).AsSpan(0, 8));
    }

    /// <summary>Draws the epoch of a series that begins on a bus.</summary>
    public static string NewEpoch() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));

    /// <summary>Name of a series on a bus that has keys: <c>binance:spot:BTCUSDT:1m</c>.</summary>
    public static string Key(Series series) => $"{series.Exchange}:{series.Market.Name()}:{series.VenueSymbol}:{series.Interval}";

    /// <summary>Refuses to append an open candle.</summary>
    public static void CheckClosed(in PriceQuote closed)
    {
        if (!closed.IsClosed)
        {
            throw new ArgumentException($"A closed candle is appended, and this one is open: {closed}.", nameof(closed));
        }
    }

    /// <summary>A condition as it is written.</summary>
    public static string Name(SeriesCondition condition) => condition switch
    {
        SeriesCondition.Trading => "trading",
        SeriesCondition.Halted => "halted",
        SeriesCondition.Delisted => "delisted",
        _ => "refused",
    };

    private Utf8Buffer Begin(string type, Series series)
    {
        var text = _buffer ??= new Utf8Buffer(1024);
        text.Clear();
        text.Append("{\"type\":"u8);
        text.AppendJson(type);
        text.Append(","u8);
        CandleFields.AppendSeries(text, series, series.Instrument.Symbol, isSandbox);
        return text;
    }

    private static byte[] End(Utf8Buffer text)
    {
        text.Append("}"u8);
        return text.Written.ToArray();
    }
}
