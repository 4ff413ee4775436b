using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;

namespace OhlcvConnector.Server.Protocol;

/// <summary>Message of protocol v1, as the client wrote it.</summary>
/// <param name="Op">The operation that is asked for.</param>
/// <param name="Id">The client's own mark, a string or a number as JSON, which the answer carries; null for none.</param>
internal sealed record V1Request(string Op, JsonElement? Id)
{
    /// <summary>Series to subscribe to, or no longer; null for other operations.</summary>
    public StreamRequest? Stream { get; init; }

    /// <summary>Paper accounts to follow, or no longer; empty for all. Null for other channels.</summary>
    public IReadOnlyList<string>? PaperAccounts { get; init; }

    /// <summary>Closed candles to send first; 0 for none.</summary>
    public int Snapshot { get; init; }

    /// <summary>Open time of the first closed candle that is wanted; null for none.</summary>
    public DateTimeOffset? ResumeFrom { get; init; }

    /// <summary>True when decimals are strings.</summary>
    public bool DecimalsAsStrings { get; init; }

    /// <summary>The indicators whose values are wanted, as they were written; empty for none.</summary>
    public IReadOnlyList<string> With { get; init; } = [];

    /// <summary>Indicators of <see cref="With"/>, knowing nothing; null for none.</summary>
    public IndicatorSet? Indicators { get; init; }

    /// <summary>What is wanted of a channel whose messages have numbers; null when the request is about candles.</summary>
    public ChannelWish? Wish { get; init; }

    /// <summary>The API key; null for none.</summary>
    public string? Key { get; init; }
}

/// <summary>Reads the messages of protocol v1; has no socket.</summary>
internal static class V1Reader
{
    private const int MaxIdLength = 128;
    private const string Paper = "paper";
    private const int MaxNameLength = 64;

    /// <summary>Returns true when a first message chooses this protocol.</summary>
    public static bool Chooses(JsonElement message) => message.ValueKind == JsonValueKind.Object && message.TryGetProperty("op", out _);

    /// <summary>The client's mark, if it is one.</summary>
    public static JsonElement? Id(JsonElement message) =>
        message.ValueKind == JsonValueKind.Object && message.TryGetProperty("id", out var id)
        && id.ValueKind is JsonValueKind.String or JsonValueKind.Number && id.GetRawText().Length <= MaxIdLength ? id : null;

    /// <summary>Reads a message.</summary>
    /// <exception cref="RequestException">The message is wrong; the text says what would be right.</exception>
    public static V1Request Read(JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            throw Bad("A message must be a JSON object, such as {\"op\":\"ping\"}.");
        }

        if (message.TryGetProperty("id", out var id) && id.ValueKind != JsonValueKind.Null && Id(message) is null)
        {
            throw Bad(string.Create(CultureInfo.InvariantCulture, $"'id' must be a string or a number of at most {MaxIdLength} characters."));
        }

        var op = Text(message, "op", required: true)!;
        var request = new V1Request(op, Id(message)) { Key = Text(message, "key", longest: 256) };
        return op switch
        {
            "subscribe" or "unsubscribe" when Text(message, "channel") == Paper => request with { PaperAccounts = ReadAccounts(message) },
            "subscribe" or "unsubscribe" when Text(message, "channel") == SignalsWanted.Channel => request with { Wish = SignalsWanted.Read(message) },
            "subscribe" or "unsubscribe" when Text(message, "channel") == ForecastsWanted.Channel => request with { Wish = ForecastsWanted.Read(message) },
            "subscribe" => ReadSubscribe(message, request),
            "unsubscribe" => request with { Stream = ReadStream(message) with { BuildInterval = true } }, // if it was not built, there is no such subscription
            "list" or "ping" => request,
            _ => throw Bad($"There is no op '{Shown(op)}'. Use subscribe, unsubscribe, list or ping."),
        };
    }

    private static V1Request ReadSubscribe(JsonElement message, V1Request request)
    {
        var snapshot = 0;
        if (Given(message, "snapshot", out var count) && !(count.ValueKind == JsonValueKind.Number && count.TryGetInt32(out snapshot) && snapshot >= 0))
        {
            throw Bad("'snapshot' must be a whole number of candles, 0 or more.");
        }

        DateTimeOffset? resumeFrom = Given(message, "resume_from", out var from) ? ReadTime(from) : null;
        if (resumeFrom is not null && snapshot > 0)
        {
            throw Bad("'snapshot' and 'resume_from' exclude each other; send one of them.");
        }

        var decimals = Text(message, "decimals") ?? "number";
        if (decimals is not ("number" or "string"))
        {
            throw Bad("'decimals' must be \"number\" or \"string\".");
        }

        var stream = ReadStream(message);
        var with = ReadWith(message);
        return request with
        {
            Stream = stream,
            Snapshot = snapshot,
            ResumeFrom = resumeFrom,
            DecimalsAsStrings = decimals == "string",
            With = with,
            Indicators = with.Count == 0 ? null : ServedIndicators.Read(with, stream.Interval),
        };
    }

    private static IReadOnlyList<string> ReadAccounts(JsonElement message) =>
        !Given(message, "accounts", out var accounts) ? []
        : accounts.ValueKind == JsonValueKind.Array && accounts.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String)
            ? [.. accounts.EnumerateArray().Select(one => one.GetString()!)]
            : throw Bad("'accounts' must be a list of names, such as [\"desk\"]; without it, all are meant.");

    private static IReadOnlyList<string> ReadWith(JsonElement message) =>
        !Given(message, "with", out var with) ? []
        : with.ValueKind == JsonValueKind.Array
        && with.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String) ? [.. with.EnumerateArray().Select(one => one.GetString()!)]
        : throw Bad("'with' must be a list of indicators, such as [\"rsi:14\", \"macd:12:26:9\"].");

    private static StreamRequest ReadStream(JsonElement message)
    {
        if (Text(message, "channel") is { } channel and not "ohlcv")
        {
            throw Bad($"There is no channel '{Shown(channel)}'. Use \"ohlcv\", \"{SignalsWanted.Channel}\", \"{ForecastsWanted.Channel}\", or \"{Paper}\" where the server trades on paper.");
        }

        if (!message.TryGetProperty("symbols", out var symbols) || symbols.ValueKind != JsonValueKind.Array || symbols.GetArrayLength() == 0)
        {
            throw Bad("'symbols' must be a list of one symbol or more, such as [\"BTC/USDT\"].");
        }

        var interval = Text(message, "interval") ?? "1m";
        return new StreamRequest
        {
            Exchange = Text(message, "exchange", required: true)!,
            Market = Text(message, "market") is not { } market ? null
                : MarketNames.TryParse(market, out var known) ? known
                : throw Bad($"There is no market '{Shown(market)}'. Use spot, usdm or coinm."),
            Symbols = [.. symbols.EnumerateArray().Select(ReadSymbol)],
            Interval = Interval.TryParse(interval, out var length)
                ? length
                : throw new RequestException(
                    ErrorCode.UnsupportedInterval, $"'{Shown(interval)}' is no interval. Write a number and a unit, such as 1s, 1m, 4h, 1d, 1w or 1M."),
            ClosedOnly = Flag(message, "closed_only"),
            BuildInterval = Flag(message, "build"),
        };
    }

    private static bool Flag(JsonElement message, string name) => Given(message, name, out var flag) && flag.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Bad($"'{name}' must be true or false."),
    };

    private static string ReadSymbol(JsonElement symbol) =>
        symbol.ValueKind == JsonValueKind.String && symbol.GetString() is { } text && !string.IsNullOrWhiteSpace(text) && text.Length <= MaxNameLength
            ? text
            : throw Bad(string.Create(CultureInfo.InvariantCulture, $"Each of 'symbols' must be a string of 1 to {MaxNameLength} characters."));

    private static DateTimeOffset ReadTime(JsonElement value)
    {
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var milliseconds) && Moment.TryFromMilliseconds(milliseconds, out var time)
            || (value.ValueKind == JsonValueKind.String && Moment.TryParse(value.GetString()!, out time))
            ? time
            : throw Bad("'resume_from' must be an open time: \"2026-01-31T12:00:00Z\", or milliseconds since 1970.");
    }

    private static bool Given(JsonElement message, string name, out JsonElement value) =>
        message.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    private static string? Text(JsonElement message, string name, bool required = false, int longest = MaxNameLength)
    {
        if (!Given(message, name, out var value))
        {
            return required ? throw Bad($"'{name}' is missing; it must be a string.") : null;
        }

        return value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text && text.Length <= longest
            ? text
            : throw Bad(string.Create(CultureInfo.InvariantCulture, $"'{name}' must be a string of 1 to {longest} characters."));
    }

    /// <summary>Shortens what a client wrote to 40 characters, for an answer.</summary>
    public static string Shown(string text) => text.Length <= 40 ? text : text[..40] + "...";

    private static RequestException Bad(string message) => new(ErrorCode.BadRequest, message);
}
