using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Okx;

internal sealed partial class OkxVenue
{
    /// <inheritdoc/>
    public void WriteSubscribe(IBufferWriter<byte> output, VenueMarket market, ReadOnlySpan<Series> batch, RequestStamp stamp) =>
        WriteRequest(output, market, "subscribe", batch, stamp);

    /// <inheritdoc/>
    public void WriteUnsubscribe(IBufferWriter<byte> output, VenueMarket market, ReadOnlySpan<Series> batch, RequestStamp stamp) =>
        WriteRequest(output, market, "unsubscribe", batch, stamp);

    /// <summary>The text <c>ping</c>; the answer is the text <c>pong</c>. Neither is JSON, and WebSocket ping frames do not replace it.</summary>
    public void WritePing(IBufferWriter<byte> output, VenueMarket market, RequestStamp stamp) => output.Write("ping"u8);

    /// <summary>
    /// <c>{"arg":{"channel":"candle1m","instId":"BTC-USDT"},"data":[["1705435200000","43169.8","43370","43168","43239","297.6","12874025.7","12874025.7","0"]]}</c>;
    /// an acknowledgement for each arg; errors that name the series only inside their text; the notice 64008 a minute before a connection ends.
    /// </summary>
    public Frame Decode(VenueMarket market, ReadOnlySpan<byte> frame, QuoteBatch quotes)
    {
        if (frame.SequenceEqual("pong"u8))
        {
            return Frame.Heartbeat;
        }

        var reader = new Utf8JsonReader(frame);
        reader.Next();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Frame.Noise;
        }

        ReadOnlySpan<byte> channel = default;
        ReadOnlySpan<byte> instId = default;
        ReadOnlySpan<byte> verb = default;
        Utf8JsonReader rows = default;
        string? id = null;
        var code = "";
        var text = "";
        while (reader.NextProperty())
        {
            if (reader.ValueTextEquals("arg"u8))
            {
                reader.Next();
                ReadArg(ref reader, ref channel, ref instId);
            }
            else if (reader.ValueTextEquals("data"u8))
            {
                reader.Next();
                rows = reader; // read when the arg is known, whatever the order of the keys
                reader.Skip();
            }
            else if (reader.ValueTextEquals("event"u8))
            {
                reader.Next();
                verb = reader.Text();
            }
            else if (reader.ValueTextEquals("id"u8))
            {
                reader.Next();
                id = reader.TextOrNull();
            }
            else if (reader.ValueTextEquals("code"u8))
            {
                reader.Next();
                code = reader.TextOrNull() ?? "";
            }
            else if (reader.ValueTextEquals("msg"u8))
            {
                reader.Next();
                text = reader.TextOrNull() ?? "";
            }
            else
            {
                reader.SkipValue();
            }
        }

        if (reader.Read())
        {
            throw new JsonException("The message goes on after its end.");
        }

        if (verb.IsEmpty && rows.TokenType == JsonTokenType.StartArray && channel.StartsWith("candle"u8))
        {
            DecodeRows(ref rows, market, quotes, Find(quotes, instId, channel["candle"u8.Length..]));
            return Frame.Quotes;
        }

        return verb.IsEmpty ? Frame.Noise : Answer(verb, channel, instId, id, code, text);
    }

    /// <inheritdoc/>
    public bool TryDecodeCandle(VenueMarket market, ReadOnlySpan<byte> frame, QuoteBatch quotes)
    {
        var fields = FrameFields.Cut(frame, stackalloc int[FrameFields.Places]);
        if (!fields.Are(fields: 11, quotes: 30)
            || !fields.Text(0, """{"arg":{"channel":"""u8, out var channel)
            || !fields.Text(1, ""","instId":"""u8, out var instId, behind: "}"u8)
            || !fields.QuotedInteger(2, ""","data":[["""u8, out var openMs)
            || !fields.Decimal(3, ","u8, out var open)
            || !fields.Decimal(4, ","u8, out var high)
            || !fields.Decimal(5, ","u8, out var low)
            || !fields.Decimal(6, ","u8, out var close)
            || !fields.Decimal(7, ","u8, out var vol)
            || !fields.Decimal(8, ","u8, out var volCcy)
            || !fields.Decimal(9, ","u8, out var volCcyQuote)
            || !fields.QuotedInteger(10, ","u8, out var confirm, behind: "]]}"u8)
            || !channel.StartsWith("candle"u8))
        {
            return false;
        }

        if (Find(quotes, instId, channel["candle"u8.Length..]) is { } series)
        {
            var candle = new CandleValues
            {
                OpenMs = openMs,
                Open = open,
                High = high,
                Low = low,
                Close = close,
                Volume = market.Market == Market.Spot ? vol : volCcy,
                QuoteVolume = volCcyQuote,
            };
            quotes.Add(series, ref candle, confirm == 1);
        }

        return true;
    }

    [GeneratedRegex("channel:candle(?<bar>[0-9A-Za-z]+),instId:(?<id>[^ ]+)", RegexOptions.CultureInvariant)]
    private static partial Regex SeriesInText();

    private static void ReadArg(ref Utf8JsonReader reader, ref ReadOnlySpan<byte> channel, ref ReadOnlySpan<byte> instId)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("'arg' is no object.");
        }

        while (reader.NextProperty())
        {
            if (reader.ValueTextEquals("channel"u8))
            {
                reader.Next();
                channel = reader.Text();
            }
            else if (reader.ValueTextEquals("instId"u8))
            {
                reader.Next();
                instId = reader.Text();
            }
            else
            {
                reader.SkipValue();
            }
        }
    }

    private static Series? Find(QuoteBatch quotes, ReadOnlySpan<byte> instId, ReadOnlySpan<byte> bar) => quotes.Find(instId, bar) ?? WithoutUtc(quotes, instId, bar);

    /// <summary>Recorded frames of the bars on UTC+8, which are never subscribed here: the rules of the UTC grid tell whether they are candles of ours.</summary>
    private static Series? WithoutUtc(QuoteBatch quotes, ReadOnlySpan<byte> instId, ReadOnlySpan<byte> bar)
    {
        if (bar.Length is 0 or > 8)
        {
            return null;
        }

        Span<byte> spelling = stackalloc byte[bar.Length + 3];
        bar.CopyTo(spelling);
        "utc"u8.CopyTo(spelling[bar.Length..]);
        return quotes.Find(instId, spelling);
    }

    private static Frame Answer(ReadOnlySpan<byte> verb, ReadOnlySpan<byte> channel, ReadOnlySpan<byte> instId, string? id, string code, string text)
    {
        long? requestId = long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        if (verb.SequenceEqual("subscribe"u8))
        {
            return channel.StartsWith("candle"u8)
                ? new Frame(FrameKind.Acknowledged, new FrameNote { Symbol = Text(instId), Interval = Text(channel["candle"u8.Length..]) })
                : Frame.Noise;
        }

        if (verb.SequenceEqual("notice"u8))
        {
            return new Frame(FrameKind.Closing, new FrameNote { Text = $"{text} (code {code})" });
        }

        if (!verb.SequenceEqual("error"u8) && !verb.SequenceEqual("channel-conn-count-error"u8))
        {
            return Frame.Noise;
        }

        var named = SeriesInText().Match(text);
        return new Frame(FrameKind.Rejected, new FrameNote
        {
            RequestId = requestId,
            Symbol = named.Success ? named.Groups["id"].Value : null,
            Interval = named.Success ? named.Groups["bar"].Value : null,
            Text = $"{text} (code {code})",
            Retry = code is "60014" or "64007",
        });

        static string Text(ReadOnlySpan<byte> bytes) => System.Text.Encoding.UTF8.GetString(bytes);
    }

    private static void DecodeRows(ref Utf8JsonReader reader, VenueMarket market, QuoteBatch quotes, Series? series)
    {
        while (reader.NextRow())
        {
            DecodeRow(ref reader, market, quotes, series, isOpenWithoutFlag: true);
        }
    }

    /// <summary>
    /// ts o h l c vol volCcy volCcyQuote confirm. Base volume is vol on spot and volCcy on derivatives, where vol counts contracts. Rows of seven columns,
    /// as were sent until 2022, say neither the quote volume of derivatives nor whether they are closed.
    /// </summary>
    private static void DecodeRow(ref Utf8JsonReader reader, VenueMarket market, QuoteBatch quotes, Series? series, bool isOpenWithoutFlag)
    {
        var candle = new CandleValues();
        var isSpot = market.Market == Market.Spot;
        bool? isClosed = isOpenWithoutFlag ? false : null;
        var column = 0;
        for (; reader.NextElement(); column++)
        {
            switch (column)
            {
                case < 5: reader.ReadColumn(column, ref candle); break;
                case 5 when isSpot: candle.Volume = reader.Decimal(); break;
                case 6 when isSpot: candle.QuoteVolume = reader.Decimal(); break;
                case 6: candle.Volume = reader.Decimal(); break;
                case 7: candle.QuoteVolume = reader.Decimal(); break;
                case 8: isClosed = reader.Integer() == 1; break;
                default: reader.Skip(); break;
            }
        }

        if (column < 7)
        {
            throw new JsonException($"A candle row of {column} columns; nine are documented.");
        }

        if (series is not null)
        {
            quotes.Add(series, ref candle, isClosed);
        }
    }

    private static void WriteRequest(IBufferWriter<byte> output, VenueMarket market, string op, ReadOnlySpan<Series> batch, RequestStamp stamp)
    {
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteString("id", stamp.Id.ToString(CultureInfo.InvariantCulture));
        writer.WriteString("op", op);
        writer.WriteStartArray("args");
        foreach (var series in batch)
        {
            writer.WriteStartObject();
            writer.WriteString("channel", "candle" + market.Intervals.StreamSpelling(series.Interval));
            writer.WriteString("instId", series.VenueSymbol);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
