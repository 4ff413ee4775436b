using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.Protocol;

/// <summary>What a client wants of a channel whose messages have numbers.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Snapshot">Number of the newest ones to send first; 0 for none.</param>
/// <param name="ResumeFrom">The number of the last one that it has had; null for none.</param>
internal abstract record ChannelWish(string Channel, int Snapshot, long? ResumeFrom)
{
    /// <summary>Whether something of the past is wanted.</summary>
    public bool AsksPast => Snapshot > 0 || ResumeFrom is not null;
}

/// <summary>What a client wants of such a channel, and which.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Filter">Which.</param>
/// <param name="Snapshot">Number of the newest ones to send first; 0 for none.</param>
/// <param name="ResumeFrom">The number of the last one that it has had; null for none.</param>
/// <typeparam name="TFilter">What is chosen by.</typeparam>
internal sealed record ChannelWish<TFilter>(string Channel, TFilter Filter, int Snapshot, long? ResumeFrom) : ChannelWish(Channel, Snapshot, ResumeFrom)
    where TFilter : class;

/// <summary>Reads what clients want of channels whose messages have numbers.</summary>
internal static class ChannelWishes
{
    private const int MostShown = 40;

    /// <summary>Reads a wish.</summary>
    /// <param name="message">The message.</param>
    /// <param name="channel">The channel's name, which is the plural of what it has.</param>
    /// <param name="fields">Names of the filter's fields; of them <c>strength</c> may be a number.</param>
    /// <param name="example">A filter, as an example.</param>
    /// <param name="most">The largest snapshot.</param>
    /// <param name="filterOf">Makes the filter of texts by name.</param>
    /// <exception cref="RequestException">The message is wrong; the text says what would be right.</exception>
    public static ChannelWish<TFilter> Read<TFilter>(
        JsonElement message, string channel, string[] fields, string example, int most, Func<Func<string, string?>, TFilter> filterOf)
        where TFilter : class
    {
        var filter = filterOf(TextsOf(message, fields, example));
        var (snapshot, resumeFrom) = (Number(message, "snapshot", channel), Number(message, "resume_from", channel));
        return snapshot > most
            ? throw Bad(string.Create(CultureInfo.InvariantCulture, $"'snapshot' must be a whole number of {channel}, 0 to {most}."))
            : resumeFrom is not null && snapshot > 0
            ? throw Bad("'snapshot' and 'resume_from' exclude each other; send one of them.")
            : new ChannelWish<TFilter>(channel, filter, (int)(snapshot ?? 0), resumeFrom);
    }

    /// <summary>Reads a market.</summary>
    public static Market? MarketOf(string? text) => text is null ? null
        : MarketNames.TryParse(text, out var known) ? known
        : throw Bad($"There is no market '{Shown(text)}'. Use spot, usdm or coinm.");

    /// <summary>Reads an interval.</summary>
    public static Interval? IntervalOf(string? text) => text is null ? null
        : Interval.TryParse(text, out var length) ? length
        : throw new RequestException(ErrorCode.UnsupportedInterval, $"'{Shown(text)}' is no interval. Write a number and a unit, such as 1m, 4h or 1d.");

    /// <summary>The error of a message that is wrong.</summary>
    public static RequestException Bad(string message) => new(ErrorCode.BadRequest, message);

    private static Func<string, string?> TextsOf(JsonElement message, string[] names, string example)
    {
        if (!message.TryGetProperty("filter", out var fields) || fields.ValueKind == JsonValueKind.Null)
        {
            return _ => null;
        }

        if (fields.ValueKind != JsonValueKind.Object)
        {
            throw Bad($"'filter' must be an object, such as {example}.");
        }

        foreach (var field in fields.EnumerateObject().Where(field => !names.Contains(field.Name)))
        {
            throw Bad($"There is no '{Shown(field.Name)}' in a filter; {Nearest.Words(Shown(field.Name), names)}");
        }

        return name => !fields.TryGetProperty(name, out var value) ? null
            : value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Number when name == "strength" => value.GetRawText(),
                _ => throw Bad($"'{name}' must be {(name == "strength" ? "a number" : "a string")}."),
            };
    }

    private static long? Number(JsonElement message, string name, string channel) =>
        !message.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= 0 ? number
        : throw Bad(name == "snapshot" ? $"'snapshot' must be a whole number of {channel}, 0 or more." : $"'resume_from' must be the number of the last {channel[..^1]} that you have had.");

    private static string Shown(string text) => text.Length <= MostShown ? text : text[..MostShown] + "...";
}
