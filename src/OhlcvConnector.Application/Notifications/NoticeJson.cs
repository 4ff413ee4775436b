using System.Buffers;
using System.Text;
using System.Text.Json;
using OhlcvConnector.Application.Text;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Notifications;

/// <summary>Notices as JSON: as outboxes keep them, and as programs get them. Numbers keep all their digits.</summary>
public static class NoticeJson
{
    /// <summary>Writes a notice as a JSON object.</summary>
    /// <param name="notice">The notice.</param>
    /// <param name="withCandles">Whether its candles are written, as arrays of open time, open, high, low, close, volume.</param>
    public static string Of(Notice notice, bool withCandles = false)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            Write(json, notice, withCandles);
        }

        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    /// <summary>Writes a notice as a JSON object.</summary>
    /// <param name="json">Takes it.</param>
    /// <param name="notice">The notice.</param>
    /// <param name="withCandles">Whether its candles are written.</param>
    public static void Write(Utf8JsonWriter json, Notice notice, bool withCandles = false)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(notice);
        json.WriteStartObject();
        json.WriteString("id"u8, notice.Id);
        json.WriteString("kind"u8, Name(notice.Kind));
        json.WriteString("severity"u8, Name(notice.Severity));
        json.WriteString("time"u8, JsonText.Time(notice.Time));
        json.WriteString("title"u8, notice.Title);
        json.WriteString("text"u8, notice.Text);
        json.WriteBoolean("sandbox"u8, notice.IsSandbox);
        json.WriteBoolean("paper"u8, notice.IsPaper);
        if (notice.Direction is { } direction)
        {
            json.WriteString("direction"u8, Name(direction));
        }

        if (notice.Strength is { } strength && double.IsFinite(strength))
        {
            json.WriteNumber("strength"u8, strength);
        }

        if (notice.Rule is { } rule)
        {
            json.WriteString("rule"u8, rule);
        }

        if (notice.Price is { } price)
        {
            json.WriteNumber("price"u8, price);
        }

        if (notice.Series is { } series)
        {
            Write(json, series);
        }

        json.WriteStartArray("fields"u8);
        foreach (var field in notice.Fields)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, field.Name);
            json.WriteString("value"u8, field.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (notice.Json is { } whole)
        {
            json.WritePropertyName("data"u8);
            json.WriteRawValue(whole);
        }

        if (withCandles && notice.Series is not null && notice.Candles.Count > 0)
        {
            Write(json, notice.Candles);
        }

        json.WriteEndObject();
    }

    /// <summary>Reads what <see cref="Of"/> wrote.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">It is no notice.</exception>
    public static Notice Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var json = document.RootElement;
            var isSandbox = json.GetProperty("sandbox").GetBoolean();
            var series = json.TryGetProperty("series", out var about) ? ReadSeries(about, isSandbox) : null;
            return new Notice
            {
                Id = json.GetProperty("id").GetString()!,
                Kind = Enum.Parse<NoticeKind>(json.GetProperty("kind").GetString()!, ignoreCase: true),
                Severity = Enum.Parse<NoticeSeverity>(json.GetProperty("severity").GetString()!, ignoreCase: true),
                Time = json.GetProperty("time").GetDateTimeOffset(),
                Title = json.GetProperty("title").GetString()!,
                Text = json.GetProperty("text").GetString()!,
                IsSandbox = isSandbox,
                IsPaper = json.GetProperty("paper").GetBoolean(),
                Direction = json.TryGetProperty("direction", out var direction)
                    ? Enum.Parse<NoticeDirection>(direction.GetString()!, ignoreCase: true) : null,
                Strength = json.TryGetProperty("strength", out var strength) ? strength.GetDouble() : null,
                Rule = json.TryGetProperty("rule", out var rule) ? rule.GetString() : null,
                Price = json.TryGetProperty("price", out var price) ? price.GetDecimal() : null,
                Series = series,
                Fields =
                [
                    .. json.GetProperty("fields").EnumerateArray()
                        .Select(field => new NoticeField(field.GetProperty("name").GetString()!, field.GetProperty("value").GetString()!)),
                ],
                Json = json.TryGetProperty("data", out var whole) ? whole.GetRawText() : null,
                Candles = series is not null && json.TryGetProperty("candles", out var candles) ? ReadCandles(candles, series) : [],
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException
            or InvalidQuoteException)
        {
            throw new FormatException($"This is no notice: {exception.Message}", exception);
        }
    }

    /// <summary>The name of a kind, a severity, a direction or a state, as it is written everywhere: in small letters.</summary>
    /// <typeparam name="T">Which of them.</typeparam>
    /// <param name="value">The value.</param>
    public static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static void Write(Utf8JsonWriter json, Series series)
    {
        json.WriteStartObject("series"u8);
        json.WriteString("exchange"u8, series.Exchange);
        json.WriteString("market"u8, series.Market.Name());
        json.WriteString("symbol"u8, series.Symbol);
        json.WriteString("interval"u8, series.Interval.ToString());
        json.WriteString("venueSymbol"u8, series.VenueSymbol);
        json.WriteString("commonSymbol"u8, series.Instrument.Symbol);
        json.WriteString("base"u8, series.Instrument.BaseAsset);
        json.WriteString("quote"u8, series.Instrument.QuoteAsset);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<PriceQuote> candles)
    {
        json.WriteStartArray("candles"u8);
        foreach (var candle in candles)
        {
            json.WriteStartArray();
            json.WriteNumberValue(candle.OpenMs);
            json.WriteNumberValue(candle.Open);
            json.WriteNumberValue(candle.High);
            json.WriteNumberValue(candle.Low);
            json.WriteNumberValue(candle.Close);
            if (candle.Volume is { } volume)
            {
                json.WriteNumberValue(volume);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static Series ReadSeries(JsonElement json, bool isSandbox) => new(
        new Instrument
        {
            Exchange = json.GetProperty("exchange").GetString()!,
            Market = MarketNames.Parse(json.GetProperty("market").GetString()!),
            VenueSymbol = json.GetProperty("venueSymbol").GetString()!,
            Symbol = json.GetProperty("commonSymbol").GetString()!,
            BaseAsset = json.GetProperty("base").GetString()!,
            QuoteAsset = json.GetProperty("quote").GetString()!,
            IsSandbox = isSandbox,
        },
        Interval.Parse(json.GetProperty("interval").GetString()!),
        json.GetProperty("symbol").GetString());

    private static IReadOnlyList<PriceQuote> ReadCandles(JsonElement json, Series series) =>
    [
        .. json.EnumerateArray().Select(candle => new PriceQuote(
            series,
            new CandleValues
            {
                OpenMs = candle[0].GetInt64(),
                Open = candle[1].GetDecimal(),
                High = candle[2].GetDecimal(),
                Low = candle[3].GetDecimal(),
                Close = candle[4].GetDecimal(),
                Volume = candle.GetArrayLength() > 5 ? candle[5].GetDecimal() : null,
                IsClosed = true,
            },
            QuoteSource.Stream,
            DateTimeOffset.FromUnixTimeMilliseconds(candle[0].GetInt64()))),
    ];
}
