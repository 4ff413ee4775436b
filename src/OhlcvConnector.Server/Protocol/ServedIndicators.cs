using System.Globalization;
using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;

namespace OhlcvConnector.Server.Protocol;

/// <summary>The indicators that clients ask for, within what a server reads and calculates for one of them.</summary>
internal static class ServedIndicators
{
    /// <summary>Indicators in one request, at most.</summary>
    public const int Most = 20;

    /// <summary>Candles before the first one that they may need, at most.</summary>
    public const int MaxBefore = 12_000; // a week of minutes, for an average that begins with each

    private const int MaxSpecificationLength = 200;

    /// <summary>Reads specifications.</summary>
    /// <param name="specifications">The specifications, one each.</param>
    /// <param name="interval">The candles' interval.</param>
    /// <exception cref="RequestException">A specification means nothing, or they are too much; the text says what would be right.</exception>
    public static IndicatorSet Read(IReadOnlyList<string> specifications, Interval interval)
    {
        // one may hold several
        string[] all =
        [
            .. specifications.SelectMany(one => one.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)),
        ];
        if (all.Length is 0 or > Most || specifications.Any(one => one.Length > MaxSpecificationLength))
        {
            throw Bad($"'with' must name 1 to {Most} indicators of at most {MaxSpecificationLength} characters, such as rsi:14, macd:12:26:9.");
        }

        foreach (var specification in all)
        {
            var before = CandlesBefore(ReadSet(specification), interval);
            if (before > MaxBefore)
            {
                throw Bad(string.Create(
                    CultureInfo.InvariantCulture, $"'{specification}' needs {before} candles of {interval} before the first one; at most {MaxBefore} are read. Use a shorter period, or a longer interval."));
            }
        }

        return ReadSet(string.Join(',', all));
    }

    private static IndicatorSet ReadSet(string specifications)
    {
        try
        {
            return IndicatorSet.Parse(specifications);
        }
        catch (InvalidSettingException exception)
        {
            throw Bad(exception.Message);
        }
    }

    private static long CandlesBefore(IndicatorSet set, Interval interval)
    {
        var lateMs = interval.FloorMs(
            new DateTimeOffset(9000, 12, 28, 23, 59, 59, TimeSpan.Zero).ToUnixTimeMilliseconds()); // late in a week and a month, and no history is too long
        return interval.CountBetween(set.BeginMs(interval, lateMs), lateMs);
    }

    private static RequestException Bad(string message) => new(ErrorCode.BadRequest, message);
}
