using System.CommandLine;
using System.Globalization;
using OhlcvConnector.Domain;
using OhlcvConnector.Configuration;
using OhlcvConnector.Indicators;
using OhlcvConnector.Infrastructure;

namespace OhlcvConnector.Cli.Settings;

/// <summary>The options that several commands have, and how their texts are read.</summary>
internal static class CommonOptions
{
    public const string Text = "text";

    public const string Json = "json";

    private const long MinMilliseconds = 100_000_000_000; // before 1973 nobody means milliseconds

    /// <summary>The exchanges, as they are typed.</summary>
    public static IReadOnlyList<string> ExchangeNames { get; } = [.. SupportedExchanges.All.Select(exchange => exchange.Name)];

    public static Argument<string> Exchange(string description)
    {
        var argument = new Argument<string>("exchange") { Description = description, HelpName = "exchange" };
        argument.CompletionSources.Add([.. ExchangeNames]);
        return argument;
    }

    public static Option<string?> Market() => Suggesting(
        new("--market", "-m")
        {
            Description = "spot, usdm or coinm, or an alias such as um, cm, linear, inverse, swap. Default: the exchange's own.",
            HelpName = "market",
        },
        [.. MarketNames.All.Select(entry => entry.Market.Name())]);

    public static Option<string?> Interval() => Suggesting(
        new("--interval", "-i") { Description = "Length of a candle: 1s, 1m, 5m, 1h, 1d, 1w, 1M ... Default: 1m.", HelpName = "interval" },
        [
            .. SupportedExchanges.All.SelectMany(exchange => exchange.Markets)
            .SelectMany(market => market.Intervals).Distinct().Order()
            .Select(interval => interval.ToString()),
        ]);

    /// <summary>Series of any exchanges; none of them is listed yet.</summary>
    public static Argument<string[]> Series()
    {
        var series = new Argument<string[]>("series")
        {
            Description = "An exchange and its symbols, or series: exchange:symbol, exchange/market:symbol,symbol; * and ? in a symbol stand for anything and one letter.",
            Arity = ArgumentArity.OneOrMore,
            HelpName = "series",
        };
        series.CompletionSources.Add([.. ExchangeNames.Select(exchange => exchange + ":")]);
        return series;
    }

    /// <summary>Several lengths of candles, which <see cref="ReadIntervals"/> reads.</summary>
    /// <param name="unset">What is taken where none is given.</param>
    public static Option<string?> Intervals(string unset = "1m") =>
        new("--interval", "-i") { Description = $"Lengths of candles, commas between them: 1m,1h. Default: {unset}.", HelpName = "intervals" };

    public static Option<bool> Build() =>
        new("--build") { Description = "Build the candles from shorter ones where the exchange lacks the interval, such as weeks from days." };

    public static Option<string?> DayOffset() => new("--day-offset")
    {
        Description =
            "Days, weeks and months of another zone, built from shorter candles: +8h for UTC+8, -5h, +5h30m. The interval is called 1d+8h then.",
        HelpName = "hours",
    };

    /// <summary>What stands where nothing was traded.</summary>
    public static Option<string> Fill() => ChoiceOption.Create(
        "--fill",
        "What stands where nothing was traded: nothing, or a flat candle at the last close, of source 'flat' and without trades; a hole stays a hole:",
        ["none", "flat"]);

    /// <summary>Whether flat candles are asked for.</summary>
    public static bool IsFlat(string fill) => fill == "flat";

    public static Option<string?> Sandbox() => new("--sandbox")
    {
        Description = "Use simulated exchanges instead of real ones: --sandbox starts them in this program, --sandbox=URL uses running ones.",
        HelpName = "=URL",
    };

    public static Option<string?> BaseUrl() =>
        new("--base-url") { Description = "Another address for the exchange's REST and stream; its own paths are appended.", HelpName = "URL" };

    public static Option<string?> Proxy() =>
        new("--proxy") { Description = "A proxy for REST and stream: http://host:port or socks5://host:port.", HelpName = "URL" };

    public static Option<bool> Testnet() => new("--testnet") { Description = "Use the exchange's test network. Its prices are not real." };

    public static Option<string?> Server() => new("--server")
    {
        Description =
            "Read from a connector server instead of the exchanges: ws://host:8765, or several with commas between them, of which one stands in for another; or from a bus: nats://host:4222.",
        HelpName = "URL",
    };

    public static Option<string?> ServerKey() => new("--server-key") { Description = "The API key for --server.", HelpName = "key" };

    public static Option<string?> ServerRest() =>
        new("--server-rest") { Description = "Where the REST of --server is: http://host:8766. Default: the port after the WebSocket's.", HelpName = "URL" };

    public static Option<string?> LogLevel() => Suggesting(
        new(LogLevels.Option) { Description = "trace, debug, info, warning, error or critical, to stderr. Default: warning.", HelpName = "level" },
        "trace", "debug", "info", "warning", "error", "critical");

    public static Option<string> Output(params string[] formats) => ChoiceOption.Create("--output", "Format of the output:", formats, "-o");

    public static Option<string?> With() => new("--with", "-w")
    {
        Description = "Indicators to add: parameters after colons, indicators after commas: rsi:14,macd. Their names: connector-cli indicators.",
        HelpName = "indicators",
    };

    /// <summary>The indicators of <see cref="With"/>; null for none.</summary>
    public static IndicatorSet? ReadWith(string? text) => text is null ? null : IndicatorSet.Parse(text);

    public static Market? ReadMarket(string? text) => text is null ? null
        : MarketNames.TryParse(text, out var market) ? market
        : throw Usage(() => MarketNames.Parse(text));

    public static Interval? ReadInterval(string? text) => text is null ? null
        : Domain.Interval.TryParse(text, out var interval) ? interval
        : throw Usage(() => Domain.Interval.Parse(text));

    /// <summary>The interval, in the zone of <see cref="DayOffset"/>; a minute where none is named.</summary>
    public static Interval ReadInterval(string? text, string? dayOffset)
    {
        var interval = ReadInterval(text) ?? Domain.Interval.OneMinute;
        if (dayOffset is null)
        {
            return interval;
        }

        if (!Domain.Interval.TryReadOffset(dayOffset, out var offset))
        {
            throw new UsageException($"--day-offset is '{dayOffset}'; write hours before or after UTC: +8h, -5h, +5h30m, +05:30.");
        }

        var shifted = interval.WithDayOffset(offset);
        return shifted != interval || offset == TimeSpan.Zero
            ? shifted
            : throw new UsageException($"--day-offset {dayOffset} changes nothing of {interval}: its candles open at the same moments there. It is for days, weeks and months.");
    }

    /// <summary>Intervals with commas between them; a minute where none is named.</summary>
    public static IReadOnlyList<Interval> ReadIntervals(string? text) => text is null
        ? [Domain.Interval.OneMinute]
        : [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(one => ReadInterval(one)!.Value).Distinct()];

    public static Uri ReadAddress(string option, string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Host.Length > 0
        ? address
        : throw new UsageException($"{option} is '{text}'; write a whole address, such as http://127.0.0.1:9700.");

    /// <summary>
    /// ISO 8601, UTC unless it says otherwise; milliseconds since 1970; <c>now</c>; or a time before now such as <c>-7d</c>, <c>-36h</c>, <c>-90m</c>.
    /// </summary>
    public static DateTimeOffset ReadTime(string option, string text, DateTimeOffset now)
    {
        if (string.Equals(text, "now", StringComparison.OrdinalIgnoreCase))
        {
            return now;
        }

        if (text.StartsWith('-') && Domain.Interval.TryParse(text[1..], out var back))
        {
            return now - DateTimeOffset.UnixEpoch > back.ApproximateLength
                ? now - back.ApproximateLength
                : throw new UsageException($"{option} is '{text}'; that is before 1970.");
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number >= MinMilliseconds && Moment.TryFromMilliseconds(number, out var moment) ? moment
                : throw new UsageException($"{option} is '{text}'; a number is of milliseconds since 1970, such as 1767225600000{(number is > 0 and < MinMilliseconds ? $" (as seconds it is {number}000)" : "")}.");
        }

        return Moment.TryParse(text, out var time)
            ? time
            : throw new UsageException(
                $"{option} is '{text}'; write a time such as 2026-01-31, 2026-01-31T12:00:00Z, 1767225600000 (milliseconds), now or -7d.");
    }

    private static Option<string?> Suggesting(Option<string?> option, params string[] values)
    {
        option.CompletionSources.Add(values);
        return option;
    }

    private static UsageException Usage(Action parse)
    {
        try
        {
            parse();
            throw new InvalidOperationException("Expected to fail.");
        }
        catch (FormatException exception)
        {
            return new UsageException(exception.Message);
        }
    }
}
