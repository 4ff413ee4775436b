using System.CommandLine;
using OhlcvConnector.Cli.Backtesting;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Trading;
using OhlcvConnector.Trading.Reports;

namespace OhlcvConnector.Cli.Commands;

/// <content>Searches for parameters.</content>
internal sealed partial class BacktestCommand
{
    private List<ParameterRange> Ranges(ParseResult parsed) => [.. (parsed.GetValue(_set) ?? []).Select(RangeText.Read)];

    private async Task<int> SearchAsync(
        ParseResult parsed, StrategyKind kind, List<ParameterRange> ranges, StreamWriter writer, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_checkLookAhead))
        {
            throw new UsageException("--check-lookahead is of one run; here are ranges.");
        }

        var variants = parsed.GetValue(_random) is { } count ? ParameterRange.Draw(ranges, count, parsed.GetValue(_seed)) : ParameterRange.Grid(ranges);
        _ = kind.Create(variants[0]); // a wrong parameter is told before anything is read
        var broker = _broker.Read(parsed);
        _reports.Check(parsed);
        var (data, isSandbox) = await ReadAsync(parsed, cancellationToken).ConfigureAwait(false);
        var all = variants.Count * (parsed.GetValue(_walkForward) ?? 1);
        var options = new SearchOptions
        {
            Broker = broker,
            Goal = Enum.Parse<SearchGoal>(parsed.GetRequiredValue(_goal), ignoreCase: true),
            DaysPerYear = parsed.GetValue(_daysPerYear),
            Tried = _terminal.IsErrorTerminal ? tried => _terminal.Error.Write(tried < all ? $"\r{tried} of {all} variants" : "\r\u001b[K") : null,
        };
        var report = new SearchReport(writer, _terminal.Output, parsed.GetRequiredValue(_output) == CommonOptions.Json, kind.Name, data, isSandbox);
        if (parsed.GetValue(_walkForward) is { } folds)
        {
            report.Write(StrategySearch.WalkForward(kind, variants, data, folds, options, cancellationToken), variants.Count, options);
            return ExitCode.Done;
        }

        var holdOut = Share.Read(parsed, _holdOut) ?? 0.25m;
        if (holdOut is < 0 or >= 1)
        {
            throw new UsageException("--hold-out must be from 0% to less than 100%.");
        }

        var candles = data[0].Candles;
        var splitMs = candles[Math.Min(candles.Count - 1, (int)(candles.Count * (1 - holdOut)))].OpenMs;
        var seen = holdOut == 0 ? data : StrategySearch.Cut(data, splitMs);
        var found = StrategySearch.Run(kind, variants, seen, options, cancellationToken);
        var unseen = holdOut > 0 && found[0].Score is not null
            ? StrategySearch.Unseen(kind, found[0].Settings, data, splitMs, long.MaxValue, options, cancellationToken)
            : null;
        report.Write(found, unseen, options);
        if (found.FirstOrDefault(one => one.Score is not null) is { } best)
        {
            await WriteReportsAsync(parsed, kind, found, best, unseen, options, isSandbox).ConfigureAwait(false);
        }

        return ExitCode.Done;
    }

    private Task WriteReportsAsync(
        ParseResult parsed, StrategyKind kind, IReadOnlyList<TriedVariant> found, TriedVariant best, BacktestStatistics? unseen, SearchOptions options,
        bool isSandbox) => _reports.WriteAsync(
        parsed,
        new ReportSubject(kind.Name, best.Settings, best.Result!, best.Statistics!)
        {
            IsSandbox = isSandbox,
            DaysPerYear = options.DaysPerYear,
            BenchmarkFrom = kind.BenchmarkFrom(best.Settings),
            Notes = Notes(parsed, CloseAt.LastClose, ahead: null),
            Search = new SearchSubject(found, SearchReport.Word(options.Goal), unseen, SearchReport.Deflated(found)),
        });
}
