using System.Collections.Concurrent;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Archiving;

/// <summary>Reads into an archive what it was never filled with, several series of each exchange at the same time. What was written stays when it is
/// stopped.</summary>
internal sealed class ArchiveFill(Session session, ICandleArchive archive, ProgressDisplay display)
{
    private const int OfAnExchange = 3; // as many as keep it answering; how fast they go is the connector's business
    private const int Piece = 10_000;   // candles, of what is read newest first

    private static readonly TimeSpan Late = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<Series, string> _failed = [];
    private AppendCounts _counts;

    /// <summary>Fills.</summary>
    /// <param name="series">The series.</param>
    /// <param name="from">The first open time.</param>
    /// <param name="to">The exclusive end.</param>
    /// <param name="isAgain">Whether what is known to be missing is asked for again.</param>
    /// <param name="isNewestFirst">Whether the newest is read first.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The exit code: whether it is whole now.</returns>
    public async Task<int> RunAsync(IReadOnlyList<Series> series, DateTimeOffset from, DateTimeOffset to, bool isAgain, bool isNewestFirst,
        CancellationToken cancellationToken)
    {
        var now = session.MarketClock.GetUtcNow();
        var jobs = series.Select(one => (Series: one, Progress: display.Add(one.Interval, from, to))).ToList();
        var workers = jobs.GroupBy(job => job.Series.Exchange).SelectMany(exchange =>
        {
            var queue = new ConcurrentQueue<(Series Series, SeriesProgress Progress)>(exchange);
            return Enumerable.Range(0, OfAnExchange).Select(_ => Task.Run(
                async () =>
                {
                    while (queue.TryDequeue(out var job))
                    {
                        await FillAsync(job.Series, job.Progress, from, to, isAgain, isNewestFirst, cancellationToken).ConfigureAwait(false);
                    }
                },
                cancellationToken));
        });
        await Task.WhenAll(workers).ConfigureAwait(false);
        return await JudgeAsync(series, from, to < now ? to : now, cancellationToken).ConfigureAwait(false);
    }

    private async Task FillAsync(Series series, SeriesProgress progress, DateTimeOffset from, DateTimeOffset to, bool isAgain, bool isNewestFirst,
        CancellationToken cancellationToken)
    {
        var isWhole = false;
        try
        {
            var known = await archive.CoverageAsync(series, from, to, cancellationToken).ConfigureAwait(false);
            var lacking = known.Where(range => range.Coverage == Coverage.NeverAsked || (isAgain && range.Coverage == Coverage.Missing)).Where(range =>
                ArchiveState.Count(series, range) > 0).SelectMany(range => Pieces(series, range, isNewestFirst));
            var reader = new HistoryToArchive(session.History, archive, session.MarketClock);
            foreach (var (fromMs, toMs) in isNewestFirst ? lacking.Reverse() : lacking)
            {
                progress.Reach(isNewestFirst ? from.ToUnixTimeMilliseconds() : fromMs);
                await reader.ReadAsync(series, DateTimeOffset.FromUnixTimeMilliseconds(fromMs), DateTimeOffset.FromUnixTimeMilliseconds(toMs), Count,
                    cancellationToken).ConfigureAwait(false);
            }

            isWhole = true;
        }
        catch (OhlcvConnectorException exception)
        {
            _failed[series] = exception.Message;
            display.Say($"error: {series.Typed()} {series.Interval}: {exception.Message}");
        }
        finally
        {
            progress.End(isWhole);
        }

        void Count(AppendCounts counts, long reachedMs)
        {
            lock (_failed)
            {
                _counts += counts;
            }

            progress.Receive(reachedMs, bytes: 0, counts.Added + counts.Same + counts.Revised);
        }
    }

    private static IEnumerable<(long FromMs, long ToMs)> Pieces(Series series, CoverageRange range, bool isInPieces)
    {
        var fromMs = range.FromMs;
        while (fromMs < range.ToMs)
        {
            var toMs = isInPieces ? Math.Min(series.Interval.AddMs(series.Interval.FloorMs(fromMs), Piece), range.ToMs) : range.ToMs;
            yield return (fromMs, toMs);
            fromMs = toMs;
        }
    }

    /// <summary>Names what is still missing, and says whether all is well.</summary>
    private async Task<int> JudgeAsync(IReadOnlyList<Series> series, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var whole = 0;
        foreach (var one in series.Where(one => !_failed.ContainsKey(one)))
        {
            var settled = one.Interval.Floor(to - Late - one.Interval.ApproximateLength); // what is newer may come yet
            var holes = settled <= from ? [] : (await archive.CoverageAsync(one, from, settled, cancellationToken).ConfigureAwait(false))
                .Where(range => range.Coverage is Coverage.Missing or Coverage.NeverAsked && ArchiveState.Count(one, range) > 0).ToList();
            whole += holes.Count == 0 ? 1 : 0;
            holes.ForEach(hole => display.Say(
                $"warning: {one.Typed()} {one.Interval}: no candles from {QuoteFields.Time(hole.From)} to {QuoteFields.Time(hole.To)}: {hole.Reason ?? "they were not read"}"));
        }

        display.Say(FormattableString.Invariant(
            $"{_counts.Added} candles were added ({_counts.Same} were there, {_counts.Revised} had other values). {whole} of {series.Count} series are complete{(_failed.IsEmpty ? "" : $", {_failed.Count} failed")}."));
        return !_failed.IsEmpty ? ExitCode.Failed : whole < series.Count ? ExitCode.Incomplete : ExitCode.Done;
    }
}
