using OhlcvConnector.Application;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Downloading;

/// <summary>
/// Fills what a history file lacks before its first candle and between its candles. What it has stays, whatever the exchange has now: the file is written anew beside
/// it, as <c>NAME.part</c>, and takes its place when it is whole and on the disk, so that at any moment there is a whole file of that name.
/// </summary>
/// <param name="download">Reads candles into files.</param>
/// <param name="path">The file.</param>
/// <param name="range">What is asked for.</param>
internal sealed class HistoryRepair(SeriesDownload download, string path, HistoryRequest range)
{
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
    /// Whether the exchange has nothing before the file's first candle, which asking for the one before it tells. What lies before a listing would else be asked for
    /// again on every run, page by page.
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
            await download.IntoAsync(_part, range with { From = from, To = first.OpenTime + Moment, IncludeOpen = false }, end: first.OpenTime, cancellationToken).ConfigureAwait(false);
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

            foreach (var hole in holes)
            {
                await FillAsync(hole, rewrite, cancellationToken).ConfigureAwait(false);
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

    private async Task FillAsync(HistoryHole hole, HistoryRewrite rewrite, CancellationToken cancellationToken)
    {
        var end = hole.Behind.OpenTime;
        Gap? gap = null;
        download.Say($"{Path.GetFileName(path)} lacks candles from {QuoteFields.Time(hole.From)} to {QuoteFields.Time(end)}; asking for them again.");
        var around = range with { From = hole.Before, To = end + Moment, IncludeOpen = false, OnMissing = Take }; // its neighbours tell that it is one
        try
        {
            await foreach (var quote in download.Connector.HistoryAsync(around, cancellationToken).ConfigureAwait(false))
            {
                download.Check(quote.Market);
                if (quote.OpenTime >= hole.From && quote.OpenTime < end)
                {
                    await rewrite.AddAsync(quote with { GapBefore = gap is null ? null : gap with { To = quote.OpenTime } }, hole.Position, cancellationToken).ConfigureAwait(false);
                    gap = null;
                }
            }
        }
        catch (SubscriptionRejectedException exception)
        {
            Take(new MissingCandles(hole.Behind.Series, gap?.From ?? hole.From, end, exception.Message, MissingKind.Gap));
        }

        if (gap?.From != hole.Behind.GapBefore?.From)
        {
            await rewrite.MarkAsync(hole.Behind, hole.Position, gap, cancellationToken).ConfigureAwait(false);
        }

        void Take(MissingCandles missing)
        {
            var (from, to) = (missing.From > hole.From ? missing.From : hole.From, missing.To < end ? missing.To : end);
            if (from < to)
            {
                download.Miss(missing with { From = from, To = to, Kind = MissingKind.Gap }); // there are older ones, so it is listed
                gap = gap is null ? new Gap(from, end, missing.Reason) : gap with { Reason = $"{gap.Reason}; {missing.Reason}" };
            }
        }
    }
}
