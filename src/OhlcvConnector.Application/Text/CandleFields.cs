using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Text;

/// <summary>Writes candles, gaps and what they are of as fields of JSON, as protocol v1 does: in the server's WebSocket, and on a bus.</summary>
internal static class CandleFields
{
    /// <summary>Appends the fields that say which series it is.</summary>
    /// <param name="text">Takes them.</param>
    /// <param name="series">The series.</param>
    /// <param name="symbol">The symbol as it is to be written.</param>
    /// <param name="isSandbox">True when it is simulated.</param>
    public static void AppendSeries(Utf8Buffer text, Series series, string symbol, bool isSandbox)
    {
        text.Append("\"exchange\":"u8);
        text.AppendJson(series.Exchange);
        text.Append(",\"market\":"u8);
        text.AppendJson(series.Market.Name());
        text.Append(",\"symbol\":"u8);
        text.AppendJson(symbol);
        text.Append(",\"venue_symbol\":"u8);
        text.AppendJson(series.VenueSymbol);
        text.Append(",\"interval\":"u8);
        text.AppendJson(series.Interval.ToString());
        text.Append(isSandbox ? ",\"sandbox\":true"u8 : ""u8);
    }

    /// <summary>Appends the fields of a candle that its series does not say.</summary>
    /// <param name="text">Takes them.</param>
    /// <param name="quote">The candle.</param>
    /// <param name="asStrings">True when decimals are strings.</param>
    public static void AppendCandle(Utf8Buffer text, in PriceQuote quote, bool asStrings)
    {
        text.Append("\"open_time\":"u8);
        text.AppendJson(quote.OpenTime);
        text.Append(",\"close_time\":"u8);
        text.AppendJson(quote.CloseTime);
        text.Append(",\"open\":"u8);
        AppendNumber(text, quote.Open, asStrings);
        text.Append(",\"high\":"u8);
        AppendNumber(text, quote.High, asStrings);
        text.Append(",\"low\":"u8);
        AppendNumber(text, quote.Low, asStrings);
        text.Append(",\"close\":"u8);
        AppendNumber(text, quote.Close, asStrings);
        text.Append(",\"volume\":"u8);
        AppendNumber(text, quote.Volume, asStrings);
        text.Append(",\"quote_volume\":"u8);
        AppendNumber(text, quote.QuoteVolume, asStrings);
        text.Append(",\"trades\":"u8);
        text.AppendJson(quote.TradeCount);
        text.Append(quote.IsClosed ? ",\"is_closed\":true"u8 : ",\"is_closed\":false"u8);
        if (quote.IsRevision)
        {
            text.Append(",\"is_revision\":true"u8);
        }

        text.Append(",\"event_time\":"u8);
        text.AppendJson(quote.EventTime);
        text.Append(",\"received_at\":"u8);
        text.AppendJson(quote.ReceivedAt);
        text.Append(",\"source\":"u8);
        text.AppendJson(Name(quote.Source));
        if (quote.BuyVolume is { } bought)
        {
            text.Append(",\"buy_volume\":"u8);
            AppendNumber(text, bought, asStrings);
            text.Append(",\"sell_volume\":"u8);
            AppendNumber(text, quote.SellVolume, asStrings);
        }
    }

    /// <summary>Appends the fields of a gap.</summary>
    public static void AppendGap(Utf8Buffer text, Gap gap)
    {
        text.Append("\"from\":"u8);
        text.AppendJson(gap.From);
        text.Append(",\"to\":"u8);
        text.AppendJson(gap.To);
        text.Append(",\"reason\":"u8);
        text.AppendJson(gap.Reason);
    }

    /// <summary>The source as it is written.</summary>
    public static string Name(QuoteSource source) => source switch
    {
        QuoteSource.Stream => "stream",
        QuoteSource.History => "history",
        QuoteSource.Trades => "trades",
        QuoteSource.BuiltFromTrades => "built",
        _ => "inferred",
    };

    private static void AppendNumber(Utf8Buffer text, decimal? value, bool asStrings)
    {
        if (asStrings && value is { } number)
        {
            text.Append("\""u8);
            text.Append(number);
            text.Append("\""u8);
        }
        else
        {
            text.AppendJson(value);
        }
    }
}
