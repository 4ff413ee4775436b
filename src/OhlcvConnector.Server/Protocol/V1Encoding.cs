using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Clients;

namespace OhlcvConnector.Server.Protocol;

/// <summary>Quotes, and all that is pushed beside them, in protocol v1.</summary>
/// <param name="Symbol">The symbol as the client wrote it.</param>
/// <param name="AsStrings">True when decimals are strings.</param>
/// <param name="IsSandbox">True when the exchanges are simulated.</param>
internal sealed record V1Encoding(string Symbol, bool AsStrings, bool IsSandbox) : IQuoteEncoding
{
    /// <inheritdoc/>
    public byte[] Quote(in Published published, DateTimeOffset now)
    {
        var json = BeginFor("quote", published.Quote.Series);
        WriteCandle(json, published, AsStrings);
        json.WriteString("sent_time"u8, JsonFields.Time(now));
        return JsonFrame.End();
    }

    /// <summary>Returns a frame of closed candles of the past.</summary>
    /// <param name="series">Their series.</param>
    /// <param name="candles">Ascending.</param>
    public byte[] Snapshot(Series series, IReadOnlyList<Published> candles)
    {
        var json = BeginFor("snapshot", series);
        json.WriteStartArray("candles"u8);
        foreach (var candle in candles)
        {
            json.WriteStartObject();
            WriteCandle(json, candle, AsStrings);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        return JsonFrame.End();
    }

    /// <inheritdoc/>
    public byte[] Gap(Series series, Gap gap)
    {
        var json = BeginFor("gap", series);
        json.WriteString("from"u8, JsonFields.Time(gap.From));
        json.WriteString("to"u8, JsonFields.Time(gap.To));
        json.WriteString("reason"u8, gap.Reason);
        return JsonFrame.End();
    }

    /// <inheritdoc/>
    public byte[] Status(Series series, SeriesState state, string reason, DateTimeOffset now)
    {
        var json = BeginFor("status", series);
        json.WriteString("status"u8, Name(state));
        json.WriteString("reason"u8, reason);
        json.WriteString("time"u8, JsonFields.Time(now));
        return JsonFrame.End();
    }

    /// <summary>The state as it is written.</summary>
    public static string Name(SeriesState state) => state switch
    {
        SeriesState.Live => "live",
        SeriesState.Reconnecting => "reconnecting",
        _ => "stale",
    };

    /// <summary>The source as it is written.</summary>
    public static string Name(QuoteSource source) => source switch
    {
        QuoteSource.Stream => "stream",
        QuoteSource.History => "history",
        QuoteSource.Trades => "trades",
        QuoteSource.BuiltFromTrades => "built",
        _ => "inferred",
    };

    /// <summary>Writes the fields of a candle that its series does not say, and indicators' values under their names, null before the warm-up.</summary>
    private static void WriteCandle(Utf8JsonWriter json, in Published published, bool asStrings)
    {
        var quote = published.Quote;
        json.WriteCount("seq"u8, published.Sequence == 0 ? null : published.Sequence);
        if (published.Epoch is { } epoch)
        {
            json.WriteString("epoch"u8, epoch);
        }

        if (published.QuietFromMs > 0)
        {
            json.WriteString("quiet_from"u8, JsonFields.Time(DateTimeOffset.FromUnixTimeMilliseconds(published.QuietFromMs)));
        }

        json.WriteString("open_time"u8, JsonFields.Time(quote.OpenTime));
        json.WriteString("close_time"u8, JsonFields.Time(quote.CloseTime));
        json.WriteDecimal("open"u8, quote.Open, asStrings);
        json.WriteDecimal("high"u8, quote.High, asStrings);
        json.WriteDecimal("low"u8, quote.Low, asStrings);
        json.WriteDecimal("close"u8, quote.Close, asStrings);
        json.WriteDecimal("volume"u8, quote.Volume, asStrings);
        json.WriteDecimal("quote_volume"u8, quote.QuoteVolume, asStrings);
        json.WriteCount("trades"u8, quote.TradeCount);
        json.WriteBoolean("is_closed"u8, quote.IsClosed);
        if (quote.IsRevision)
        {
            json.WriteBoolean("is_revision"u8, true);
        }

        json.WriteString("event_time"u8, quote.EventTime is { } time ? JsonFields.Time(time) : null);
        json.WriteString("received_at"u8, JsonFields.Time(quote.ReceivedAt));
        json.WriteString("source"u8, Name(quote.Source));
        if (quote.BuyVolume is { } bought)
        {
            json.WriteDecimal("buy_volume"u8, bought, asStrings);
            json.WriteDecimal("sell_volume"u8, quote.SellVolume, asStrings);
        }

        if (published.Values.Columns is { } columns)
        {
            WriteValues(json, columns, published.Values.Numbers);
        }
    }

    private static void WriteValues(Utf8JsonWriter json, IReadOnlyList<string> columns, IReadOnlyList<double>? values)
    {
        json.WriteStartObject("values"u8);
        for (var index = 0; index < columns.Count; index++)
        {
            if (values is not null && double.IsFinite(values[index]))
            {
                json.WriteNumber(columns[index], values[index]);
            }
            else
            {
                json.WriteNull(columns[index]);
            }
        }

        json.WriteEndObject();
    }

    private Utf8JsonWriter BeginFor(string type, Series series)
    {
        var json = JsonFrame.Begin(type);
        json.WriteString("exchange"u8, series.Exchange);
        json.WriteString("market"u8, series.Market.Name());
        json.WriteString("symbol"u8, Symbol);
        json.WriteString("venue_symbol"u8, series.VenueSymbol);
        json.WriteString("interval"u8, series.Interval.ToString());
        json.WriteSandbox(IsSandbox);
        return json;
    }
}
