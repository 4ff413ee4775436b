using System.CommandLine;
using OhlcvConnector.Application;
using OhlcvConnector.Cli.Backtesting;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Configuration;
using OhlcvConnector.Domain;
using OhlcvConnector.Forecasting;
using OhlcvConnector.Indicators;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Cli.Forecasting;

/// <summary>Options of a command line that say which candles are forecast, and which others features read.</summary>
internal sealed class ForecastCandles(CliTerminal terminal)
{
    private readonly Argument<string[]> _series = new("series")
    {
        Description = "The series, as in binance:BTCUSDT; further ones are for features such as other:ETHUSDT:1.",
        Arity = ArgumentArity.ZeroOrMore,
        HelpName = "series",
    };

    private readonly Option<string?> _file = new("--file", "-f")
    {
        Description = "Bars in a CSV file with a header instead of series: time, open, high, low, close, volume; - for stdin.",
        HelpName = "name",
    };

    private readonly Option<string[]> _other = new("--other")
    {
        Description = "Bars of another series in a CSV file, for features such as other:eth:1. Can be given again.",
        HelpName = "name=file",
    };

    private readonly Option<string?> _from = new("--from") { Description = "Candles that open at or after: 2026-01-31, -365d. Needed for series.", HelpName = "time" };
    private readonly Option<string?> _to = new("--to") { Description = "Candles that open before. Default: now.", HelpName = "time" };
    private readonly Option<string?> _market = CommonOptions.Market();
    private readonly Option<string?> _archive =
        new("--archive") { Description = "Read what this archive has out of it, and keep there what the exchange answers.", HelpName = "archive" };
    private readonly Session.Options _session = new();

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(_series);
        foreach (var option in new Option[] { _file, _other, _from, _to, _market, _archive })
        {
            command.Options.Add(option);
        }

        _session.AddTo(command);
    }

    /// <summary>Reads the candles.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="interval">Their interval.</param>
    /// <param name="enough">Candles that are read of series when no time is given; null where one must be.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<ForecastSeries> ReadAsync(ParseResult parsed, Interval interval, int? enough, CancellationToken cancellationToken)
    {
        var words = parsed.GetValue(_series) ?? [];
        var others = (parsed.GetValue(_other) ?? []).Select(text => text.Split('=', 2)).ToList();
        if (others.Find(parts => parts.Length < 2) is { } wrong)
        {
            throw new UsageException($"--other is '{wrong[0]}'; write a name and a file, as in eth=ethusdt.csv.");
        }

        var named = others.ToDictionary(parts => parts[0], parts => BarsOf(ReadFile(parsed, parts[1], interval)));
        if (parsed.GetValue(_file) is { } file)
        {
            if (words.Length > 0)
            {
                throw new UsageException("Choose either --file or series.");
            }

            var series = ReadFile(parsed, file, interval);
            return new ForecastSeries(series.Name, interval, BarsOf(series)) { Others = named };
        }

        return words.Length > 0
            ? await ReadSeriesAsync(parsed, words, interval, enough, named, cancellationToken).ConfigureAwait(false)
            : throw new UsageException("Name a series, as in binance:BTCUSDT, or bars with --file.");
    }

    private static IReadOnlyList<Bar> BarsOf(BacktestSeries series) => [.. series.Candles.Select(candle => new Bar(
        candle.OpenMs, (double)candle.Open, (double)candle.High, (double)candle.Low, (double)candle.Close, (double?)candle.Volume ?? double.NaN)
    { CloseMs = candle.CloseMs })];

    private BacktestSeries ReadFile(ParseResult parsed, string file, Interval interval)
    {
        using var reader = new StreamReader(file == "-" ? terminal.Input : File.OpenRead(file));
        var now = terminal.Clock.GetUtcNow();
        return BacktestData.OfFile(
            reader, file == "-" ? "stdin" : Path.GetFileName(file), interval,
            parsed.GetValue(_from) is { } from ? CommonOptions.ReadTime("--from", from, now).ToUnixTimeMilliseconds() : long.MinValue,
            parsed.GetValue(_to) is { } to ? CommonOptions.ReadTime("--to", to, now).ToUnixTimeMilliseconds() : long.MaxValue);
    }

    private async Task<ForecastSeries> ReadSeriesAsync(
        ParseResult parsed, string[] words, Interval interval, int? enough, Dictionary<string, IReadOnlyList<Bar>> others, CancellationToken cancellationToken)
    {
        var targets = SeriesTarget.ParseAll(words, CommonOptions.ReadMarket(parsed.GetValue(_market)));
        var profiles = targets.Select(target => SupportedExchanges.Find(target.Exchange)).ToList(); // a misspelt one is told before anything is asked
        if (parsed.GetValue(_from) is null && enough is null)
        {
            throw new UsageException("Say from when on with --from, as in --from -365d.");
        }

        await using var open = await Session.OpenAsync(
            terminal, parsed, _session, profiles.Distinct().Count() == 1 ? profiles[0].Name : null, cancellationToken).ConfigureAwait(false);
        await using var kept = parsed.GetValue(_archive) is { } path ? CandleArchives.Open(path, open.IsSimulated, clock: open.MarketClock) : null;
        if (kept is not null)
        {
            open.ReadThrough(kept, terminal.Error.WriteLine);
        }

        var now = open.MarketClock.GetUtcNow();
        ForecastSeries? first = null;
        foreach (var (target, profile) in targets.Zip(profiles))
        {
            var request = new HistoryRequest
            {
                Exchange = target.Exchange,
                Symbol = target.Symbol,
                Market = target.Market,
                From = parsed.GetValue(_from) is { } text ? CommonOptions.ReadTime("--from", text, now) : now - (interval.ApproximateLength * enough!.Value),
                To = parsed.GetValue(_to) is { } end ? CommonOptions.ReadTime("--to", end, now) : now,
                Interval = interval,
                BuildInterval = true,
            };
            var omitsQuiet = profile.Markets.Any(market => market.OmitsQuietCandles);
            var (series, _, missing) = await BacktestData.OfHistoryAsync(open.Connector, request, omitsQuiet, cancellationToken).ConfigureAwait(false);
            foreach (var gap in missing.Where(part => part.Kind == MissingKind.Gap))
            {
                terminal.Error.WriteLine($"warning: {series.Name} lacks candles from {gap.From:u} to {gap.To:u}: {gap.Reason}");
            }

            if (first is null)
            {
                first = new ForecastSeries(series.Name, interval, BarsOf(series)) { IsSandbox = open.IsSimulated };
            }
            else
            {
                others[target.Symbol] = BarsOf(series);
            }
        }

        return first! with { Others = others };
    }
}
