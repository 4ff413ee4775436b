using OhlcvConnector.Domain;

namespace OhlcvConnector.Server;

/// <summary>The stable codes of errors.</summary>
internal static class ErrorCode
{
    public const string BadRequest = "bad_request";
    public const string UnknownExchange = "unknown_exchange";
    public const string UnknownSymbol = "unknown_symbol";
    public const string UnsupportedInterval = "unsupported_interval";
    public const string TooManySubscriptions = "too_many_subscriptions";
    public const string Unauthorized = "unauthorized";
    public const string Forbidden = "forbidden";
    public const string NotFound = "not_found";
    public const string Conflict = "conflict";
    public const string TooLarge = "too_large";
    public const string WrongType = "wrong_content_type";
    public const string WrongMethod = "wrong_method";
    public const string RateLimited = "rate_limited";
    public const string SlowConsumer = "slow_consumer";
    public const string UpstreamUnavailable = "upstream_unavailable";
    public const string TooOld = "too_old";
}

/// <summary>What exceptions say to who asked.</summary>
internal static class ErrorWords
{
    /// <summary>The message, without the name of a parameter that askers know nothing of.</summary>
    public static string Of(Exception exception) => exception.Message.Split(" (Parameter '", 2)[0];
}

/// <summary>A request that cannot be met: its code, and what to do.</summary>
internal sealed class RequestException(string code, string message) : Exception(message)
{
    /// <summary>Code of the error, one of <see cref="ErrorCode"/>.</summary>
    public string Code { get; } = code;

    /// <summary>Spellings that would have worked; empty for none.</summary>
    public IReadOnlyList<string> Suggestions { get; init; } = [];

    /// <summary>Time after which to try again; null when that would not help.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>How old what there is is; null when that is not the problem.</summary>
    public TimeSpan? Age { get; init; }

    /// <summary>What is wrong with a file that was sent, each with its place; null when that is not the problem.</summary>
    public IReadOnlyList<Rest.MistakeRow>? Mistakes { get; init; }

    /// <summary>The series that the exchange refuses for good; null when that is not the problem.</summary>
    public Series? Refused { get; init; }
}
