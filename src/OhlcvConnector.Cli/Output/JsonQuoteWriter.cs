using OhlcvConnector.Application.Text;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Output;

/// <summary>Writes quotes as JSON, one object a line. Numbers are plain decimals; what is unknown is null.</summary>
internal sealed class JsonQuoteWriter(Stream output, bool isSandbox, IReadOnlyList<string> columns, TimeStyle times) : IQuoteWriter
{
    private readonly OutputBuffer _buffer = new(output);
    private readonly SeriesHead _head = new(WriteHead);

    /// <inheritdoc/>
    public long Length => _buffer.Length;

    /// <inheritdoc/>
    public void WriteHeader()
    {
        // every line says its names
    }

    /// <inheritdoc/>
    public void Write(in PriceQuote quote, IReadOnlyList<double> values)
    {
        var text = _buffer.Writer;
        text.Append(_head.Of(quote.Series));
        AppendTime(",\"openTime\":"u8, quote.OpenTime);
        AppendTime(",\"closeTime\":"u8, quote.CloseTime);
        Append(",\"open\":"u8, quote.Open);
        Append(",\"high\":"u8, quote.High);
        Append(",\"low\":"u8, quote.Low);
        Append(",\"close\":"u8, quote.Close);
        Append(",\"volume\":"u8, quote.Volume);
        Append(",\"quoteVolume\":"u8, quote.QuoteVolume);
        text.Append(",\"trades\":"u8);
        text.AppendJson(quote.TradeCount);
        text.Append(quote.IsClosed ? ",\"isClosed\":true"u8 : ",\"isClosed\":false"u8);
        AppendTime(",\"eventTime\":"u8, quote.EventTime);
        AppendTime(",\"receivedAt\":"u8, quote.ReceivedAt);
        text.Append(",\"source\":"u8);
        text.AppendJson(quote.Source.Name());
        text.Append(quote.IsFromArchive ? ",\"fromArchive\":true"u8 : ""u8);
        if (quote.BuyVolume is { } bought)
        {
            Append(",\"buyVolume\":"u8, bought);
            Append(",\"sellVolume\":"u8, quote.SellVolume);
        }

        if (quote.GapBefore is { } gap)
        {
            AppendGap(",\"gapBefore\":"u8, gap.From, gap.To, gap.Reason);
        }

        for (var index = 0; index < values.Count; index++)
        {
            text.Append(","u8);
            text.AppendJson(columns[index]);
            text.Append(":"u8);
            text.AppendJson(values[index]);
        }

        EndLine();
    }

    /// <inheritdoc/>
    public void WriteGap(MissingCandles missing)
    {
        _buffer.Writer.Append(_head.Of(missing.Series));
        AppendGap(",\"gap\":"u8, missing.From, missing.To, missing.Reason);
        EndLine();
    }

    /// <inheritdoc/>
    public void Flush() => _buffer.Flush();

    private static void WriteHead(Utf8Buffer text, Series series)
    {
        text.Append("{\"exchange\":"u8);
        text.AppendJson(series.Exchange);
        text.Append(",\"market\":"u8);
        text.AppendJson(series.Market.Name());
        text.Append(",\"symbol\":"u8);
        if (series.Symbol.Length > 0)
        {
            text.AppendJson(series.Symbol);
        }
        else
        {
            text.Append("null"u8);
        }

        text.Append(",\"interval\":"u8);
        text.AppendJson(series.Interval.ToString());
    }

    private void Append(ReadOnlySpan<byte> name, decimal? number)
    {
        _buffer.Writer.Append(name);
        _buffer.Writer.AppendJson(number);
    }

    private void AppendTime(ReadOnlySpan<byte> name, DateTimeOffset? time)
    {
        var text = _buffer.Writer;
        text.Append(name);
        if (times != TimeStyle.Iso && time is { } known)
        {
            text.AppendTime(times, known);
        }
        else
        {
            text.AppendJson(time);
        }
    }

    private void AppendGap(ReadOnlySpan<byte> name, DateTimeOffset from, DateTimeOffset to, string reason)
    {
        var text = _buffer.Writer;
        text.Append(name);
        AppendTime("{\"from\":"u8, from);
        AppendTime(",\"to\":"u8, to);
        text.Append(",\"reason\":"u8);
        text.AppendJson(reason);
        text.Append("}"u8);
    }

    private void EndLine()
    {
        _buffer.Writer.Append(isSandbox ? ",\"sandbox\":true}"u8 : "}"u8);
        _buffer.EndLine();
    }
}
