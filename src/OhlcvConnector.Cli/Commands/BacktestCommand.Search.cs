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

    private void RefuseOptionsOfSearch(ParseResult parsed)
    {
        foreach (var option in new Option[] { _goal, _random, _seed, _halving, _holdOut, _walkForward, _resume })
        {
            if (parsed.GetResult(option) is { Implicit: false })
            {
                throw new UsageException($"{option.Name} is of a search, and no parameter has a range here; give one, as in --set fast=5..50:5.");
            }
        }
    }

    private async Task<int> SearchAsync(
        ParseResult parsed, StrategyKind kind, string? word, List<ParameterRange> ranges, StreamWriter writer, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_checkLookAhead))
        {
            throw new UsageException("--check-lookahead is of one run; here are ranges.");
        }

        var variants = parsed.GetValue(_random) is { } count ? ParameterRange.Draw(ranges, count, parsed.GetValue(_seed)) : ParameterRange.Grid(ranges);
        _ = kind.Create(variants[0]); // a wrong parameter is told before anything is read
        var broker = _broker.Read(parsed);
        _reports.Check(parsed);
        if (parsed.GetValue(_halving) && parsed.GetValue(_walkForward) is not null)
        {
            throw new UsageException("Choose either --halving or --walk-forward.");
        }

        var (data, isSandbox) = await ReadAsync(parsed, word, cancellationToken).ConfigureAwait(false);
        using var notes = parsed.GetValue(_resume) is { } name ? new FileStream(name, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read) : null;
        var journal = notes is null ? null : new SearchJournal(notes);
        var options = new SearchOptions
        {
            Broker = broker,
            Goal = Enum.Parse<SearchGoal>(parsed.GetRequiredValue(_goal), ignoreCase: true),
            DaysPerYear = parsed.GetValue(_daysPerYear),
            Journal = journal,
            Tried = Progress(parsed.GetValue(_halving) ? StrategySearch.HalvingRuns(variants.Count) : variants.Count * (parsed.GetValue(_walkForward) ?? 1)),
        };
        var report = new SearchReport(writer, _terminal.Output, parsed.GetRequiredValue(_output) == CommonOptions.Json, kind.Name, data, isSandbox);
        if (parsed.GetValue(_walkForward) is { } folds)
        {
            report.Write(StrategySearch.WalkForward(kind, variants, data, folds, options, cancellationToken), variants.Count, options);
            Told(journal);
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
        var found = parsed.GetValue(_halving)
            ? StrategySearch.Halve(kind, variants, seen, options, cancellationToken)
            : StrategySearch.Run(kind, variants, seen, options, cancellationToken);
        Told(journal);
        var best = found[0].Score is null ? null : Backtest.Run(kind.Create(found[0].Settings), seen, options.Broker, cancellationToken: cancellationToken);
        var unseen = holdOut > 0 && found[0].Score is not null
            ? StrategySearch.Unseen(kind, found[0].Settings, data, splitMs, long.MaxValue, options, cancellationToken)
            : null;
        report.Write(found, best, unseen, options);
        if (best is not null)
        {
            await _reports.WriteAsync(
                parsed,
                new ReportSubject(kind.Name, found[0].Settings, best, found[0].Statistics!)
                {
                    IsSandbox = isSandbox,
                    DaysPerYear = options.DaysPerYear,
                    BenchmarkFrom = kind.BenchmarkFrom(found[0].Settings),
                    Notes = Notes(parsed, CloseAt.LastClose, ahead: null),
                    Search = new SearchSubject(found, SearchReport.Word(options.Goal), unseen, SharpeLuck.Deflated(best, found)),
                }).ConfigureAwait(false);
        }

        return ExitCode.Done;
    }

    private void Told(SearchJournal? journal)
    {
        if (journal is { Found: > 0 })
        {
            _terminal.Error.WriteLine($"note: {journal.Found} runs stood in the file of --resume, and were not run again.");
        }
    }

    /// <summary>Says on the terminal how far a search is, and how long the rest will take at this rate.</summary>
    private Action<int>? Progress(int all)
    {
        if (!_terminal.IsErrorTerminal)
        {
            return null;
        }

        var (began, shown) = (_terminal.Clock.GetTimestamp(), new Lock());
        var most = 0;
        return tried =>
        {
            lock (shown)
            {
                most = Math.Max(most, tried);
                var left = _terminal.Clock.GetElapsedTime(began) / most * (all - most);
                _terminal.Error.Write(most < all ? $"\r{most} of {all} runs, about {left:h\\:mm\\:ss} left\u001b[K" : "\r\u001b[K");
            }
        };
    }
}
