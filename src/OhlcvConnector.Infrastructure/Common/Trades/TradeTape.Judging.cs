using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Common.Sequence;

namespace OhlcvConnector.Infrastructure.Common.Trades;

/// <content>Whether a candle is closed, by its trades.</content>
internal sealed partial class TradeTape
{
    private const decimal Dust = 0.000_000_001m;        // venues add up volumes with floating point
    private const int StrikesToDistrust = 3;
    private const int AgreementsToTrust = 3;
    private const long DistrustMs = 1_800_000;
    private const long CautionMs = 600_000;
    private const long LongestQuietMs = 120_000;

    private readonly List<(SeriesSequencer Sequencer, PriceQuote Quote)> _revised = [];
    private long _distrustedUntilMs;
    private long _cautiousUntilMs;
    private int _strikes;
    private int _agreements;
    private bool _hasAgreed;

    /// <summary>Whether history has ever confirmed what its trades say.</summary>
    public bool IsConfirmed { get; private set; }

    /// <summary>Told when the symbol goes back to REST because its trades do not make its candles, with the reason.</summary>
    public Action<Series, string>? Distrusted { get; init; }

    /// <summary>Closes what can be closed, and passes what had no trades.</summary>
    /// <param name="nowMs">The venue's clock, at the least that it may be.</param>
    /// <param name="isStarved">Whether history cannot be asked of all that are due, so that what is usual will do.</param>
    /// <param name="closes">Where to add what is to be delivered.</param>
    /// <param name="nextMs">When to look again, at the latest.</param>
    public void Judge(long nowMs, bool isStarved, List<TradeClose> closes, ref long nextMs)
    {
        lock (_gate)
        {
            CheckFaults(nowMs);
            foreach (var (sequencer, quote) in _revised)
            {
                closes.Add(new TradeClose(sequencer, quote, 0, 0));
            }

            _revised.Clear();
            foreach (var series in _series)
            {
                Judge(series, nowMs, isStarved, closes, ref nextMs);
            }
        }
    }

    /// <summary>History told a candle of one of its series: whether that is what the trades say, too.</summary>
    /// <param name="row">The candle.</param>
    /// <param name="isSettled">Whether it is so old that no backend is behind any more.</param>
    /// <param name="nowMs">The venue's clock.</param>
    public void OnHistory(in PriceQuote row, bool isSettled, long nowMs)
    {
        lock (_gate)
        {
            if (!row.IsClosed || Find(row.Series) is not { } series || series.Opened(row.OpenMs) is not { } count || !IsWhole(count.OpenMs) || count.IsUncertain)
            {
                return;
            }

            var agrees = count.IsClosed ? Agrees(row, count.Closed) : count.Count > 0 && Agrees(row, Built(series.Sequencer.Series, count, nowMs));
            if (agrees)
            {
                count.IsConfirmed = IsConfirmed = true;
                Agree();
            }
            else if (isSettled && (count.IsClosed || count.Count > 0) && !count.IsRefuted)
            {
                count.IsRefuted = true;
                _strikes = count.IsClosed ? StrikesToDistrust : _strikes;
                Strike($"history has {row}, its trades {(count.IsClosed ? count.Closed : Built(series.Sequencer.Series, count, nowMs))}", row.Series);
            }
        }
    }

    /// <summary>A candle that trades closed and history has not confirmed, the newest that ended before a moment; no quote where there is none.</summary>
    public PriceQuote Unconfirmed(long beforeMs)
    {
        lock (_gate)
        {
            var found = default(PriceQuote);
            foreach (var count in _series.SelectMany(series => series.All))
            {
                if (count is { IsClosed: true, IsConfirmed: false } && count.CloseMs <= beforeMs && (found.Series is null || count.CloseMs > found.CloseMs))
                {
                    found = count.Closed;
                }
            }

            return found;
        }
    }

    private bool IsWhole(long openMs) => _wholeSinceMs <= openMs;

    private void Judge(SeriesCounts series, long nowMs, bool isStarved, List<TradeClose> closes, ref long nextMs)
    {
        var (sequencer, interval) = (series.Sequencer, series.Sequencer.Series.Interval);
        var openMs = sequencer.NextMs;
        Learn(series, openMs);
        while (true)
        {
            series.NextMs = openMs;
            var closeMs = interval.NextMs(openMs);
            var dueMs = closeMs + delay.GraceMs;
            if (nowMs < dueMs)
            {
                nextMs = Math.Min(nextMs, dueMs);
                return;
            }

            if (!IsWhole(openMs) || nowMs < _distrustedUntilMs)
            {
                return;
            }

            var count = series.Opened(openMs);
            if (count is null or { Count: 0, HasState: false })
            {
                if (!TryPassQuiet(series, openMs, closeMs, nowMs))
                {
                    return;
                }

                closes.Add(new TradeClose(sequencer, default, openMs, closeMs));
            }
            else if (TryClose(series, count, nowMs, isStarved, out var closed))
            {
                count.Closed = closed;
                closes.Add(new TradeClose(sequencer, closed, openMs, closeMs));
            }
            else
            {
                return;
            }

            openMs = closeMs;
        }
    }

    private bool TryClose(SeriesCounts series, CandleCount count, long nowMs, bool isStarved, out PriceQuote closed)
    {
        closed = default;
        if (count.IsUncertain || !IsAlive(count.CloseMs, nowMs, isStarved))
        {
            return false;
        }

        if (!count.HasState)
        {
            if (!_hasAgreed || nowMs < _cautiousUntilMs)
            {
                return false;
            }

            closed = Built(series.Sequencer.Series, count, nowMs);
            return closed.Series is not null;
        }

        if (!FindState(count, out var beyond))
        {
            if (!count.IsRefuted)
            {
                count.IsRefuted = true;
                Strike($"the stream's candle is {count.State} with {count.State.TradeCount} trades, its trades are {count.Count} of {count.Volume}", series.Sequencer.Series);
            }

            return false;
        }

        if (beyond > 0 && nowMs < _cautiousUntilMs)
        {
            return false;
        }

        Agree();
        closed = beyond == 0 ? count.State.AsClosed(QuoteSource.Trades) : Extended(series.Sequencer.Series, count, beyond);
        return closed.Series is not null;
    }

    /// <summary>
    /// Whether the stream was there to the candle's end: something of the symbol came that is of later, or its silence is nothing unusual and others talk on its connection.
    /// </summary>
    private bool IsAlive(long closeMs, long nowMs, bool isStarved)
    {
        if (_latestMs >= closeMs)
        {
            return true;
        }

        var usualMs = isStarved ? _silences.UsualMs * 4 : _silences.UsualMs;
        return nowMs - _heardAtMs <= usualMs && _sources.Exists(one => one.Source.HeardMs >= closeMs);
    }

    /// <summary>Finds what the stream said last among what the trades add up to.</summary>
    /// <param name="count">The interval.</param>
    /// <param name="beyond">How many trades came after it.</param>
    private bool FindState(CandleCount count, out int beyond)
    {
        beyond = 0;
        var state = count.State;
        var left = count.Volume;
        var (high, low) = (decimal.MinValue, decimal.MaxValue);
        var isCounted = state.TradeCount is not null;
        for (var age = 0; ; age++)
        {
            var isIt = isCounted ? count.Count - beyond == state.TradeCount : IsSame(left, state.Volume ?? 0);
            if (isIt)
            {
                break;
            }

            if (age >= _ring.Count || _ring[age].TimeMs < count.OpenMs || beyond >= count.Count || (!isCounted && left < (state.Volume ?? 0)))
            {
                return false;
            }

            var trade = _ring[age];
            if (trade.TimeMs < count.CloseMs)
            {
                beyond++;
                left -= trade.Amount;
                (high, low) = (Math.Max(high, trade.Price), Math.Min(low, trade.Price));
            }
        }

        return IsSame(left, state.Volume ?? 0)
            && (count.Count == 0 || (state.Open == count.Open && Math.Max(state.High, high) == count.High && Math.Min(state.Low, low) == count.Low && (beyond > 0 || state.Close == count.Close)));
    }

    private static bool IsSame(decimal one, decimal other) => one == other || Math.Abs(one - other) <= Math.Abs(other) * Dust;

    private static bool Agrees(in PriceQuote row, in PriceQuote closed) =>
        closed.Series is not null && row.Open == closed.Open && row.High == closed.High && row.Low == closed.Low && row.Close == closed.Close
        && (row.Volume is not { } volume || closed.Volume is not { } other || IsSame(volume, other))
        && (row.TradeCount is not { } trades || closed.TradeCount is not { } others || trades == others);

    /// <summary>The stream's last state, and the trades that came after it.</summary>
    private PriceQuote Extended(Series series, CandleCount count, int beyond)
    {
        var state = count.State;
        var values = new CandleValues
        {
            OpenMs = count.OpenMs,
            Open = count.Open,
            High = count.High,
            Low = count.Low,
            Close = count.Close,
            Volume = state.Volume,
            QuoteVolume = state.QuoteVolume,
            TradeCount = state.TradeCount + beyond,
            EventMs = state.EventTime?.ToUnixTimeMilliseconds(),
            IsClosed = true,
        };
        for (var age = 0; beyond > 0; age++)
        {
            var trade = _ring[age];
            if (trade.TimeMs < count.CloseMs)
            {
                values.Volume += trade.Amount;
                values.QuoteVolume += trade.Price * trade.Amount;
                beyond--;
            }
        }

        return New(series, values, state.ReceivedAt);
    }

    /// <summary>The candle of the trades alone.</summary>
    private PriceQuote Built(Series series, CandleCount count, long nowMs) => New(
        series,
        new CandleValues
        {
            OpenMs = count.OpenMs,
            Open = count.Open,
            High = count.High,
            Low = count.Low,
            Close = count.Close,
            Volume = count.Volume,
            QuoteVolume = facts.GiveQuoteVolume ? count.Quote : null,
            TradeCount = facts.AreCounted ? count.Count : null,
            IsClosed = true,
        },
        DateTimeOffset.FromUnixTimeMilliseconds(nowMs));

    /// <summary>A closed candle, and a trade that came later.</summary>
    private static PriceQuote With(Series series, in PriceQuote closed, in Trade trade) => New(
        series,
        new CandleValues
        {
            OpenMs = closed.OpenMs,
            Open = closed.Open,
            High = Math.Max(closed.High, trade.Price),
            Low = Math.Min(closed.Low, trade.Price),
            Close = closed.Close,
            Volume = closed.Volume + trade.Amount,
            QuoteVolume = closed.QuoteVolume + (trade.Price * trade.Amount),
            TradeCount = closed.TradeCount + 1,
            IsClosed = true,
        },
        closed.ReceivedAt);

    private static PriceQuote New(Series series, in CandleValues values, DateTimeOffset receivedAt) =>
        PriceQuote.TryCreate(series, values, QuoteSource.Trades, receivedAt, out var quote, out _) ? quote : default;

    /// <summary>
    /// Whether a candle had no trades: the stream went on to a later one whose trades are all there, and the symbol is known to be as quiet at times. One that never was
    /// may have been mute, and is asked about.
    /// </summary>
    private bool TryPassQuiet(SeriesCounts series, long openMs, long closeMs, long nowMs)
    {
        var quietMs = Math.Min(2 * series.QuietMs, LongestQuietMs);
        if (!series.Sequencer.OmitsQuietCandles || quietMs < closeMs - openMs)
        {
            return false;
        }

        if (series.FirstFrom(closeMs) is not { } later)
        {
            if (nowMs - openMs <= quietMs)
            {
                series.Sequencer.Defer(openMs + quietMs); // it is quiet, as it is at times: nobody need be asked yet
            }

            return false;
        }

        return later.OpenMs - openMs <= quietMs && later.HasState && FindState(later, out _);
    }

    /// <summary>Looks at what history did since: whether it passed candles that the trades know to have been quiet.</summary>
    private void Learn(SeriesCounts series, long nextMs)
    {
        if (series.NextMs == 0 || nextMs <= series.NextMs || !series.Sequencer.OmitsQuietCandles)
        {
            return;
        }

        var (interval, closedMs) = (series.Sequencer.Series.Interval, series.Sequencer.LastClosedMs);
        var quietMs = 0L;
        for (var openMs = series.NextMs; openMs < nextMs && nextMs - openMs <= LongestQuietMs; openMs = interval.NextMs(openMs))
        {
            var isQuiet = openMs != closedMs && IsWhole(openMs) && series.Opened(openMs) is null or { Count: 0, HasState: false };
            quietMs = isQuiet ? quietMs + interval.NextMs(openMs) - openMs : 0;
            series.QuietMs = Math.Max(series.QuietMs, quietMs);
        }
    }

    private void Agree()
    {
        _hasAgreed = true;
        _strikes = Math.Max(0, _strikes - 1);
        if (_distrustedUntilMs != 0 && ++_agreements >= AgreementsToTrust)
        {
            _distrustedUntilMs = 0;
        }
    }

    /// <summary>Trades and candles disagree: once is a trade that was lost, again and again they are not what they are thought to be.</summary>
    private void Strike(string what, Series series)
    {
        counters.TradesDisagree();
        _hasAgreed = false;
        _agreements = 0;
        _cautiousUntilMs = Math.Max(_cautiousUntilMs, _heardAtMs + CautionMs);
        if (++_strikes >= StrikesToDistrust && _distrustedUntilMs < _heardAtMs)
        {
            _distrustedUntilMs = _heardAtMs + DistrustMs;
            _strikes = 0;
            Distrusted?.Invoke(series, what);
        }
    }
}

/// <summary>What trades say of the close that is due next.</summary>
/// <param name="Sequencer">Of which series.</param>
/// <param name="Quote">The closed candle; no quote where there was no trade.</param>
/// <param name="OpenMs">When it opened; 0 for a candle that was closed before.</param>
/// <param name="CloseMs">When it ended.</param>
internal readonly record struct TradeClose(SeriesSequencer Sequencer, PriceQuote Quote, long OpenMs, long CloseMs);
