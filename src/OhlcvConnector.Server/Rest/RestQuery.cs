using System.Globalization;
using Microsoft.AspNetCore.Http;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.Connections;
using OhlcvConnector.Server.Protocol;

namespace OhlcvConnector.Server.Rest;

/// <summary>A question, read by what its route has for parameters.</summary>
/// <param name="context">The request.</param>
/// <param name="route">Its route.</param>
/// <param name="deadline">Ends with the asker's patience, or ours.</param>
internal sealed class RestQuery(HttpContext context, RestRoute route, RestDeadline deadline)
{
    private const string Slash = "%2F";

    /// <summary>The request.</summary>
    public HttpContext Context { get; } = context;

    /// <summary>Ends when the asker leaves, or the deadline passes.</summary>
    public CancellationToken Token => deadline.Token;

    /// <summary>What is waited for, in words.</summary>
    public string WaitsFor { get; set; } = "the answer";

    /// <summary>Whether the answer has the names of the version before.</summary>
    public bool HasOldNames => IsOld(Context);

    /// <summary>The exchange.</summary>
    public string Exchange => Required("exchange");

    /// <summary>The market; null for the exchange's own.</summary>
    public Market? Market => Text("market") is not { } text ? null
        : MarketNames.TryParse(text, out var market) ? market
        : throw Bad($"There is no market '{text}'. Use spot, usdm or coinm.");

    /// <summary>The length of candles.</summary>
    public Interval Interval => Text("interval") is not { } text ? Interval.OneMinute
        : Interval.TryParse(text, out var interval) ? interval
        : throw new RequestException(ErrorCode.UnsupportedInterval, $"'{text}' is no interval. Write a number and a unit, such as 1s, 1m, 4h, 1d, 1w or 1M.");

    /// <summary>Whether candles may be built from shorter ones.</summary>
    public bool Build => Truth("build");

    /// <summary>The table that candles are wanted as: by the query, else as what it accepts says; null for JSON.</summary>
    public TableFormat? Table => Text(RestRoute.Format.Name) is not { } name ? TableFormat.Accepted(Context.Request.Headers.Accept.ToString())
        : name == TableFormat.Json ? null
        : TableFormat.All.FirstOrDefault(format => format.Name == name)
            ?? throw Bad($"'{RestRoute.Format.Name}' must be {string.Join(", ", RestRoute.Format.Choices)}.");

    /// <summary>The beginning of the range; null for the usual one.</summary>
    public DateTimeOffset? From => Moment("from");

    /// <summary>The end of the range; null for now.</summary>
    public DateTimeOffset? To => Moment("to");

    /// <summary>The symbol in the path. A slash may be encoded: the server decodes everything else.</summary>
    public string SymbolOfPath => ((string)Context.Request.RouteValues["symbol"]!).Replace(Slash, "/", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a request wants the names of the version before.</summary>
    public static bool IsOld(HttpContext context) => context.Request.Query[RestRoute.Names.Name] is ["snake"];

    /// <summary>Looks whether all parameters are known, each once.</summary>
    /// <exception cref="RequestException">One is not; the text says which was meant.</exception>
    public void Check()
    {
        string[] known = [.. route.Parameters.Where(parameter => !parameter.IsInPath).Select(parameter => parameter.Name)];
        foreach (var (name, values) in Context.Request.Query)
        {
            if (name.Equals(ConnectionGate.KeyQuery, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (!known.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                throw Bad($"There is no parameter '{V1Reader.Shown(name)}'; {Nearest.Words(V1Reader.Shown(name), known)}");
            }

            if (values.Count > 1)
            {
                throw Bad($"'{name}' is given {values.Count} times; give it once.");
            }
        }

        if (route.HasOldNames && Text(RestRoute.Names.Name) is { } names && !RestRoute.Names.Choices.Contains(names, StringComparer.Ordinal))
        {
            throw Bad($"'names' must be {string.Join(" or ", RestRoute.Names.Choices)}.");
        }
    }

    /// <summary>A parameter's text; null when it is not given.</summary>
    public string? Text(string name) => Context.Request.Query[name] is [{ Length: > 0 } text, ..] ? text : null;

    /// <summary>A parameter's text.</summary>
    /// <exception cref="RequestException">It is not given.</exception>
    public string Required(string name) => Text(name) ?? throw Bad($"The query needs '{name}'.");

    /// <summary>Whether a parameter says true; false when it is not given.</summary>
    /// <exception cref="RequestException">It says neither true nor false.</exception>
    public bool Truth(string name) => Text(name) switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw Bad($"'{name}' must be true or false."),
    };

    /// <summary>A whole number within its range.</summary>
    /// <exception cref="RequestException">It is none, or outside.</exception>
    public int Whole(RestParameter parameter) => Text(parameter.Name) is not { } text ? RestRoute.UsualOf(parameter)
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= parameter.Least && number <= parameter.Most ? number
        : throw Bad($"'{parameter.Name}' must be a whole number from {parameter.Least} to {parameter.Most}.");

    /// <summary>Reads what is sent.</summary>
    /// <exception cref="RequestException">It is too much, no JSON, or not what the route takes; the text says which field.</exception>
    public async Task<T> BodyAsync<T>()
        where T : class =>
        RequestBody.Read<T>(await RequestBody.ReadAsync(Context.Request, route.MaxBody, mustBeJson: true, Token).ConfigureAwait(false));

    /// <summary>Reads what is sent, whatever it is.</summary>
    /// <exception cref="RequestException">It is too much.</exception>
    public Task<byte[]> BytesAsync() => RequestBody.ReadAsync(Context.Request, route.MaxBody, mustBeJson: false, Token);

    /// <summary>Reads what is sent, which must be said to be JSON.</summary>
    /// <exception cref="RequestException">It is too much, or said to be something else.</exception>
    public Task<byte[]> JsonAsync() => RequestBody.ReadAsync(Context.Request, route.MaxBody, mustBeJson: true, Token);

    /// <summary>The market that a body names; null where it names none.</summary>
    /// <exception cref="RequestException">There is no such market.</exception>
    public static Market? MarketOf(string? name) => name is null ? null
        : MarketNames.TryParse(name, out var market) ? market
        : throw Bad($"There is no market '{V1Reader.Shown(name)}'. Use spot, usdm or coinm.");

    /// <summary>The length of candles that a body names, or the usual one.</summary>
    /// <exception cref="RequestException">It is none.</exception>
    public static Interval IntervalOf(string? name, string usual) => Interval.TryParse(name ?? usual, out var interval) ? interval
        : throw new RequestException(ErrorCode.UnsupportedInterval, $"'{V1Reader.Shown(name!)}' is no interval. Write a number and a unit, such as {usual}.");

    /// <summary>An error of the asker's.</summary>
    public static RequestException Bad(string message) => new(ErrorCode.BadRequest, message);

    /// <summary>A moment; null when it is not given.</summary>
    /// <exception cref="RequestException">It is none.</exception>
    public DateTimeOffset? Moment(string name) => Text(name) is not { } text ? null
        : Configuration.Moment.TryParse(text, out var time)
        || (
            long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
                && Configuration.Moment.TryFromMilliseconds(milliseconds, out time)) ? time
        : throw Bad($"'{name}' must be a time: 2026-01-31T12:00:00Z, or milliseconds since 1970.");
}
