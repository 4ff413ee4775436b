using OhlcvConnector.Infrastructure.Engine.Facts;

namespace OhlcvConnector.Infrastructure.Engine.Wire;

/// <summary>A REST request, relative to the market's REST address.</summary>
/// <param name="Path">Path and query, starting with a slash.</param>
internal sealed record RestRequest(string Path)
{
    /// <summary>The JSON body of a POST; null for a GET.</summary>
    public byte[]? Body { get; init; }

    /// <summary>Cost of the request, as <see cref="VenueLimits.Weight"/> counts it.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>
    /// History: the exclusive end of the range that the request asks for, Unix epoch milliseconds. However few rows come, they may not be all of it.
    /// </summary>
    public long CoversToMs { get; init; }
}

/// <summary>An answer as it came.</summary>
internal readonly ref struct RestAnswer(int status, ReadOnlySpan<byte> body, Func<string, string?>? header = null)
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>The body.</summary>
    public ReadOnlySpan<byte> Body { get; } = body;

    /// <summary>A header's value, or null.</summary>
    public string? Header(string name) => header?.Invoke(name);
}

/// <summary>Outcome of a request: what its answer means.</summary>
internal enum RestOutcome
{
    /// <summary>Decoded.</summary>
    Ok,

    /// <summary>Too many requests: wait, then ask again.</summary>
    Limited,

    /// <summary>Refused for good: the symbol or the interval does not exist.</summary>
    Refused,

    /// <summary>Not now, or not understood: ask again.</summary>
    Failed,
}

/// <summary>A decoded answer.</summary>
internal sealed record RestReply(RestOutcome Outcome)
{
    /// <summary>Decoded, and nothing more to say.</summary>
    public static RestReply Ok { get; } = new(RestOutcome.Ok);

    /// <summary>The venue's words, or what is wrong with them.</summary>
    public string Text { get; init; } = "";

    /// <summary>Instruments: the next page of the list that was asked for; null at its end.</summary>
    public string? Cursor { get; init; }

    /// <summary>Instruments: the list to ask for when this one has ended; null when it is the last.</summary>
    public string? NextList { get; init; }

    /// <summary>Time that the venue tells us to wait beyond a Retry-After header; null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The weight that the venue says we have used in its window; null where it does not say.</summary>
    public int? UsedWeight { get; init; }

    /// <summary>Creates the reply that refuses for good.</summary>
    public static RestReply Refused(string text) => new(RestOutcome.Refused) { Text = text };

    /// <summary>Creates the reply of an answer that failed: not now, or not understood.</summary>
    public static RestReply Failed(string text) => new(RestOutcome.Failed) { Text = text };

    /// <summary>Creates the reply that there were too many requests.</summary>
    public static RestReply Limited(string text, TimeSpan? retryAfter = null) => new(RestOutcome.Limited) { Text = text, RetryAfter = retryAfter };
}
