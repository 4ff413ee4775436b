using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Application.Signals;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.Protocol;

/// <summary>What a client wants of signals.</summary>
/// <param name="Filter">Which.</param>
/// <param name="Snapshot">Number of the newest ones to send first; 0 for none.</param>
/// <param name="ResumeFrom">The number of the last one that it has had; null for none.</param>
internal sealed record SignalsWanted(SignalFilter Filter, int Snapshot, long? ResumeFrom)
{
    /// <summary>The channel's name.</summary>
    public const string Channel = "signals";

    private const int MostShown = 40;

    private static readonly string[] Names = ["exchange", "market", "symbol", "interval", "rule", "direction", "strength"];

    /// <summary>Reads what is wanted.</summary>
    /// <exception cref="RequestException">The message is wrong; the text says what would be right.</exception>
    public static SignalsWanted Read(JsonElement message)
    {
        var filter = new SignalFilter();
        if (message.TryGetProperty("filter", out var fields) && fields.ValueKind != JsonValueKind.Null)
        {
            if (fields.ValueKind != JsonValueKind.Object)
            {
                throw Bad("'filter' must be an object, such as {\"rule\":\"trend-follow.long\"}.");
            }

            foreach (var field in fields.EnumerateObject().Where(field => !Names.Contains(field.Name)))
            {
                throw Bad($"There is no '{Shown(field.Name)}' in a filter; {Nearest.Words(Shown(field.Name), Names)}");
            }

            filter = FilterOf(name => !fields.TryGetProperty(name, out var value) ? null
                : value.ValueKind switch
                {
                    JsonValueKind.String => value.GetString(),
                    JsonValueKind.Number when name == "strength" => value.GetRawText(),
                    _ => throw Bad($"'{name}' must be {(name == "strength" ? "a number" : "a string")}."),
                });
        }

        var (snapshot, resumeFrom) = (Number(message, "snapshot"), Number(message, "resume_from"));
        return snapshot > SignalFilter.MaxLimit
            ? throw Bad(string.Create(CultureInfo.InvariantCulture, $"'snapshot' must be a whole number of signals, 0 to {SignalFilter.MaxLimit}."))
            : resumeFrom is not null && snapshot > 0
            ? throw Bad("'snapshot' and 'resume_from' exclude each other; send one of them.")
            : new SignalsWanted(filter, (int)(snapshot ?? 0), resumeFrom);
    }

    /// <summary>Reads which signals are wanted.</summary>
    public static SignalFilter FilterOf(Func<string, string?> text)
    {
        var filter = new SignalFilter { Exchange = text("exchange"), Symbol = text("symbol"), Rule = text("rule") };
        if (text("market") is { } market)
        {
            filter = filter with
            {
                Market = MarketNames.TryParse(market, out var known) ? known : throw Bad($"There is no market '{Shown(market)}'. Use spot, usdm or coinm."),
            };
        }

        if (text("interval") is { } interval)
        {
            filter = filter with
            {
                Interval = Interval.TryParse(interval, out var length) ? length
                    : throw new RequestException(ErrorCode.UnsupportedInterval, $"'{Shown(interval)}' is no interval. Write a number and a unit, such as 1m, 4h or 1d."),
            };
        }

        if (text("direction") is { } direction)
        {
            filter = filter with
            {
                Direction = Enum.TryParse<SignalDirection>(direction, ignoreCase: true, out var known) && char.IsAsciiLetter(direction[0]) ? known
                    : throw Bad("'direction' must be long, short, exit or neutral."),
            };
        }

        return text("strength") is not { } strength ? filter : filter with
        {
            Strength = double.TryParse(strength, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var least) && least <= 100 ? least
                : throw Bad("'strength' must be a number from 0 to 100."),
        };
    }

    private static long? Number(JsonElement message, string name) => !message.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null
        ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= 0 ? number
        : throw Bad(name == "snapshot" ? "'snapshot' must be a whole number of signals, 0 or more." : "'resume_from' must be the number of the last signal that you have had.");

    private static RequestException Bad(string message) => new(ErrorCode.BadRequest, message);

    private static string Shown(string text) => text.Length <= MostShown ? text : text[..MostShown] + "...";
}
