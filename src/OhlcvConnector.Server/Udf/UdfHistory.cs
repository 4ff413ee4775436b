using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.Rest;

namespace OhlcvConnector.Server.Udf;

/// <summary>Candles of a range or before a moment, as the protocol wants them: it goes back until there are as many as are asked for, or none.</summary>
/// <param name="fetch">The past.</param>
/// <param name="request">The series.</param>
/// <param name="partsOfOne">Candles that are read for one.</param>
internal sealed class UdfHistory(FetchHistory fetch, HistoryRequest request, long partsOfOne)
{
    private const int MostBars = 5_000;
    private const int MostRead = 20_000;
    private const int Least = 100; // candles of a step back: asking for fewer costs as much

    private readonly List<PriceQuote> _bars = []; // ascending
    private bool _isAtBegin;

    /// <summary>Reads what lies between two moments, the newest 5,000.</summary>
    public async Task<UdfBars> BetweenAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var interval = request.Interval;
        var count = Math.Min(interval.CountBetween(interval.FloorMs(from.ToUnixTimeMilliseconds()), to.ToUnixTimeMilliseconds()), Most);
        var begin = interval.Floor(to) - (interval.ApproximateLength * count);
        begin = begin > from ? begin : from;
        await ReadAsync(begin, to, cancellationToken).ConfigureAwait(false);
        if (_bars.Count > 0)
        {
            return Answer();
        }

        await BackAsync(begin, 1, cancellationToken).ConfigureAwait(false);
        return new UdfBars { Status = "no_data", NextTime = _bars.Count > 0 ? _bars[^1].OpenMs / 1000 : null };
    }

    /// <summary>Reads so many before a moment.</summary>
    public async Task<UdfBars> BeforeAsync(DateTimeOffset to, int count, CancellationToken cancellationToken)
    {
        await BackAsync(to, (int)Math.Min(count, Most), cancellationToken).ConfigureAwait(false);
        return _bars.Count > 0 ? Answer(count) : new UdfBars { Status = "no_data" };
    }

    private long Most => Math.Max(1, Math.Min(MostBars, MostRead / partsOfOne));

    /// <summary>Goes back in growing steps until there are so many, the series begins, or enough was read.</summary>
    private async Task BackAsync(DateTimeOffset to, int count, CancellationToken cancellationToken)
    {
        var (step, read) = ((long)Math.Max(count, Least), 0L);
        for (var end = to; _bars.Count < count && !_isAtBegin && read * partsOfOne < MostRead && end > DateTimeOffset.UnixEpoch; step *= 2)
        {
            step = Math.Min(step, Math.Max(1, (MostRead / partsOfOne) - read));
            var length = request.Interval.ApproximateLength * step;
            var begin = end - DateTimeOffset.UnixEpoch > length ? request.Interval.Floor(end - length) : DateTimeOffset.UnixEpoch;
            await ReadAsync(begin, end, cancellationToken).ConfigureAwait(false);
            read += step;
            end = begin;
        }
    }

    private async Task ReadAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var asked = request with
        {
            From = from,
            To = to,
            IncludeOpen = true,
            WaitForLate = false,
            OnMissing = missing => _isAtBegin |= missing.Kind == MissingKind.BeforeListing,
        };
        var found = new List<PriceQuote>();
        await foreach (var quote in fetch.ReadAsync(asked, cancellationToken).ConfigureAwait(false))
        {
            if (quote.OpenTime < to) // the open candle of now is of no range before it
            {
                found.Add(quote);
            }
        }

        _bars.InsertRange(0, found);
    }

    private UdfBars Answer(int most = int.MaxValue)
    {
        var bars = _bars.Count > most ? _bars[^most..] : _bars;
        return new UdfBars
        {
            Status = "ok",
            Times = [.. bars.Select(bar => bar.OpenMs / 1000)],
            Opens = [.. bars.Select(bar => bar.Open)],
            Highs = [.. bars.Select(bar => bar.High)],
            Lows = [.. bars.Select(bar => bar.Low)],
            Closes = [.. bars.Select(bar => bar.Close)],
            Volumes = [.. bars.Select(bar => bar.Volume ?? 0)],
        };
    }
}
