using OhlcvConnector.Application;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Downloading;

/// <summary>
/// Fills what a history file lacks before its first candle and between its candles. What it has stays, whatever the exchange has now: the file is written anew
/// beside it, as <c>NAME.part</c>, and takes its place when it is whole and on the disk, so that at any moment there is a whole file of that name.
/// </summary>
/// <param name="download">Reads candles into files.</param>
/// <param name="path">The file.</param>
/// <param name="range">The range that is asked for.</param>
internal sealed class HistoryRepair(SeriesDownload download, string path, HistoryRequest range)
{
    private const int TogetherAtMost = 500; // candles, which most exchanges give at once

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly string _part = path + ".part";

    /// <summary>Fills it as far as the exchange has the candles now.</summary>
    /// <exception cref="UsageException">The file holds something else.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var old = download.Open(path);
        var (first, holes) = old.LookThrough(download.IsGapless);
        if (first is null)
        {
            return;
        }

        download.Sample = first;
        holes = [.. holes.Where(hole => hole.From < range.To && hole.Behind.OpenTime > range.From)];
        var isFrontWanted = range.Interval.Previous(first.OpenTime) >= range.From && !await IsFirstEverAsync(first, cancellationToken).ConfigureAwait(false);
        if (isFrontWanted)
        {
            await ReadFrontAsync(first, cancellationToken).ConfigureAwait(false);
        }

        if (isFrontWanted || holes.Count > 0)
        {
            await RewriteAsync(old, first, isFrontWanted, holes, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Returns true when the exchange has nothing before the file's first candle, which asking for the one before it tells. What lies before a listing would
    /// else be asked for again on every run, page by page.
    /// </summary>
    private async Task<bool> IsFirstEverAsync(HistoryRow first, CancellationToken cancellationToken)
    {
        MissingCandles? unlisted = null;
        if (first.GapBefore is not null)
        {
            return false; // it was told once that something is missing there
        }

        var before = range with { From = range.Interval.Previous(first.OpenTime), To = first.OpenTime + Moment, IncludeOpen = false, OnMissing = Take };
        try
        {
            await foreach (var quote in download.Connector.HistoryAsync(before, cancellationToken).ConfigureAwait(false))
            {
                download.Check(quote.Market);
                if (quote.OpenTime < first.OpenTime)
                {
                    return false;
                }
            }
        }
        catch (SubscriptionRejectedException)
        {
            return false; // it refuses what is so old, which is said when all of it is asked for
        }

        if (unlisted is not null)
        {
            download.Say(QuoteFields.Words(unlisted with { From = range.From, To = first.OpenTime }));
        }

        return unlisted is not null;

        void Take(MissingCandles missing) => unlisted = missing.Kind == MissingKind.BeforeListing ? missing : unlisted;
    }

    /// <summary>Reads what comes before the first candle, and that one once more, which tells what is missing directly before it.</summary>
    private async Task ReadFrontAsync(HistoryRow first, CancellationToken cancellationToken)
    {
        var from = first.GapBefore?.From < range.From ? first.GapBefore.From : range.From;
        download.Say($"{Path.GetFileName(path)} begins at {QuoteFields.Time(first.OpenTime)}; what comes before is read into {Path.GetFileName(_part)} first.");
        try
        {
            var front = range with { From = from, To = first.OpenTime + Moment, IncludeOpen = false };
            await download.IntoAsync(_part, front, end: first.OpenTime, cancellationToken).ConfigureAwait(false);
        }
        catch (SubscriptionRejectedException exception)
        {
            download.Miss(new MissingCandles(first.Series, from, first.OpenTime, exception.Message, MissingKind.Gap));
        }
    }

    private async Task RewriteAsync(HistoryFile old, HistoryRow first, bool hasFront, IReadOnlyList<HistoryHole> holes, CancellationToken cancellationToken)
    {
        var part = download.Open(_part);
        var isKept = hasFront;
        try
        {
            var gap = part.CutAt(hasFront ? first.OpenTime : DateTimeOffset.MinValue);
            var rewrite = new HistoryRewrite(range, old, first, part, download.Writer(part.Stream), download.Values());
            if (!part.IsNew)
            {
                await rewrite.BeginAsync(cancellationToken).ConfigureAwait(false);
            }

            if (hasFront && first.GapBefore?.From != gap?.From)
            {
                await rewrite.MarkAsync(first, old.Lines().Position, gap, cancellationToken).ConfigureAwait(false);
            }

            foreach (var near in Near(holes))
            {
                await FillAsync(near, rewrite, cancellationToken).ConfigureAwait(false);
            }

            isKept = rewrite.IsBegun;
            if (rewrite.IsBegun)
            {
                rewrite.Complete();
                old.Dispose();
                part.PutInPlaceOf(path);
            }
        }
        finally
        {
            if (isKept)
            {
                part.Dispose();
            }
            else
            {
                part.Discard();
            }
        }
    }

    /// <summary>Holes that are asked for together, because one page shows several.</summary>
    private IEnumerable<List<HistoryHole>> Near(IReadOnlyList<HistoryHole> holes)
    {
        var near = new List<HistoryHole>();
        foreach (var hole in holes)
        {
            var endMs = hole.Behind.OpenTime.ToUnixTimeMilliseconds();
            if (near.Count > 0 && range.Interval.CountBetween(near[0].Before.ToUnixTimeMilliseconds(), endMs) > TogetherAtMost)
            {
                yield return near;
                near = [];
            }

            near.Add(hole);
        }

        if (near.Count > 0)
        {
            yield return near;
        }
    }

    private async Task FillAsync(List<HistoryHole> holes, HistoryRewrite rewrite, CancellationToken cancellationToken)
    {
        var gaps = new Gap?[holes.Count]; // at the end of each, as far as it is known
        var current = 0;
        var last = holes[^1].Behind.OpenTime;
        var around = range with { From = holes[0].Before, To = last + Moment, IncludeOpen = false, OnMissing = Take }; // neighbours tell what is a hole
        download.Say($"{Path.GetFileName(path)} lacks candles between {QuoteFields.Time(holes[0].From)} and {QuoteFields.Time(last)}; asking for them again.");
        try
        {
            await foreach (var quote in download.Connector.HistoryAsync(around, cancellationToken).ConfigureAwait(false))
            {
                download.Check(quote.Market);
                await EndAsync(quote.OpenTime).ConfigureAwait(false);
                if (current < holes.Count && quote.OpenTime >= holes[current].From)
                {
                    var gap = gaps[current] is { } before ? before with { To = quote.OpenTime } : null;
                    await rewrite.AddAsync(quote with { GapBefore = gap }, holes[current].Position, cancellationToken).ConfigureAwait(false);
                    download.Written++;
                    gaps[current] = null;
                }
            }
        }
        catch (SubscriptionRejectedException exception)
        {
            var from = gaps[current]?.From ?? holes[current].From;
            Take(new MissingCandles(holes[current].Behind.Series, from, last, exception.Message, MissingKind.Gap));
        }

        await EndAsync(DateTimeOffset.MaxValue).ConfigureAwait(false);

        // Marks what is still missing of the holes that end before a moment.
        async Task EndAsync(DateTimeOffset moment)
        {
            for (; current < holes.Count && holes[current].Behind.OpenTime <= moment; current++)
            {
                var (behind, gap) = (holes[current].Behind, gaps[current]);
                if (gap?.From != behind.GapBefore?.From)
                {
                    await rewrite.MarkAsync(behind, holes[current].Position, gap, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        void Take(MissingCandles missing)
        {
            for (var index = current; index < holes.Count; index++)
            {
                var (start, end) = (holes[index].From, holes[index].Behind.OpenTime);
                var (from, to) = (missing.From > start ? missing.From : start, missing.To < end ? missing.To : end);
                if (from < to)
                {
                    download.Miss(missing with { From = from, To = to, Kind = MissingKind.Gap }); // there are older ones, so it is listed
                    gaps[index] = gaps[index] is { } gap ? gap with { Reason = $"{gap.Reason}; {missing.Reason}" } : new Gap(from, end, missing.Reason);
                }
            }
        }
    }
}
