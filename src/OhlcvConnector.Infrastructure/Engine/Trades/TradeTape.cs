using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Pacing;
using OhlcvConnector.Infrastructure.Engine.Sequence;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Engine.Trades;

/// <summary>
/// The tape of one symbol's trades, from whatever connections bring them, and what they add up to for each open interval of its series: so that a candle can be
/// closed where nobody says "closed". Memory is that of a few counters a series and of the last seconds' trades. Safe from several threads.
/// </summary>
/// <param name="first">The series that the trades are asked for with: the first of the symbol.</param>
/// <param name="facts">What the venue's trades are like.</param>
/// <param name="delay">How late trades come.</param>
/// <param name="counters">Where it is counted.</param>
internal sealed partial class TradeTape(Series first, VenueTrades facts, TradeDelay delay, FeedCounters counters) : SymbolTape(first)
{
    private const int BusyScale = 1_000;
    private const int Refusals = 5;          // in a row, after which the venue is not asked any more
    private const long SureMs = 3_000;       // by how much the venue's clock may be wrong when a subscription is acknowledged

    private readonly Lock _gate = new();
    private readonly TradeRing _ring = new(facts.IdsAscend);
    private readonly List<SeriesCounts> _series = [];
    private readonly List<(TradeSource Source, int Faults)> _sources = [];
    private readonly SilenceSpans _silences = new();
    private long _begunMs;
    private long _wholeSinceMs = long.MaxValue;
    private long _heardAtMs;                 // by our clock, when a trade or a candle came last
    private long _latestMs = long.MinValue;  // and the latest time that any of them was of
    private long _latestTradeMs = long.MinValue;
    private int _refusals;
    private long _busyIn;                    // the first series' candle that is counted,
    private long _busyTrades;                // and its trades so far

    /// <summary>What it takes of the subscriptions that the venue allows.</summary>
    public TradesLease? Lease { get; set; }

    /// <summary>How many series it has.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _series.Count + _built.Count;
            }
        }
    }

    /// <summary>Whether the venue has refused its trades so often that it is not asked any more.</summary>
    public bool IsGivenUp => Volatile.Read(ref _refusals) >= Refusals;

    /// <summary>Whether the venue was asked for its trades; else others have what it allows.</summary>
    public bool IsFollowed { get; set; }

    /// <summary>
    /// How busy the symbol is by the candles of its first series: thousandths of trades a minute, or of states where trades are not counted, the last candles
    /// counting most.
    /// </summary>
    public long Busyness { get; private set; }

    /// <summary>Adds a series of the symbol.</summary>
    public void Add(SeriesSequencer sequencer)
    {
        lock (_gate)
        {
            _series.Add(new SeriesCounts(sequencer));
        }
    }

    /// <summary>Removes a series.</summary>
    public void Remove(Series series)
    {
        lock (_gate)
        {
            _series.RemoveAll(one => one.Sequencer.Series.Equals(series));
        }
    }

    /// <summary>The venue sends its trades on a connection from now on.</summary>
    /// <param name="source">The connection.</param>
    /// <param name="nowMs">The venue's clock.</param>
    public void Begin(TradeSource source, long nowMs)
    {
        lock (_gate)
        {
            Volatile.Write(ref _refusals, 0);
            _sources.RemoveAll(one => one.Source == source);
            _wholeSinceMs = _sources.Count == 0 ? nowMs + SureMs : _wholeSinceMs;
            _sources.Add((source, source.Faults));
            _begunMs = nowMs;
        }
    }

    /// <summary>The venue does not send its trades any more on a connection.</summary>
    public void End(TradeSource source)
    {
        lock (_gate)
        {
            if (_sources.RemoveAll(one => one.Source == source) > 0 && _sources.Count == 0)
            {
                _wholeSinceMs = long.MaxValue;
            }
        }
    }

    /// <summary>The trades are not wanted any more, or are asked for anew: what comes until then is not known to be whole.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _sources.Clear();
            _wholeSinceMs = long.MaxValue;
        }
    }

    /// <summary>The venue refused its trades, or ended a connection that asked for them.</summary>
    public void Refused() => Interlocked.Increment(ref _refusals);

    /// <inheritdoc/>
    public override void OnTrade(in Trade trade, long oursMs)
    {
        lock (_gate)
        {
            var entry = _ring.Add(trade);
            if (entry == TradeEntry.Doubled)
            {
                counters.TradeDoubled();
                return;
            }

            counters.Trade();
            var isForgotten = entry == TradeEntry.Forgotten;
            if (trade.TimeMs > _latestTradeMs && !isForgotten)
            {
                _silences.Hear(_latestTradeMs, trade.TimeMs);
                _latestTradeMs = trade.TimeMs;
            }

            if (trade.TimeMs > _begunMs) // older ones are a subscription's past, and say nothing of how late trades come
            {
                delay.Hear(trade.TimeMs, oursMs);
            }

            Heard(trade.TimeMs, oursMs);
            foreach (var series in _series)
            {
                Put(series, trade, oursMs, isForgotten);
            }

            PutBuilt(trade, oursMs, isForgotten);
        }
    }

    /// <summary>A state of a candle of one of its series came on a stream.</summary>
    /// <param name="quote">The candle.</param>
    /// <param name="oursMs">Our clock.</param>
    public void OnCandle(in PriceQuote quote, long oursMs)
    {
        lock (_gate)
        {
            Heard(quote.OpenMs, oursMs);
            MeasureBusyness(quote);
            if (Find(quote.Series) is not { } series || series.At(quote.OpenMs) is not { } count)
            {
                return;
            }

            if (quote.IsClosed)
            {
                count.State = quote;
                return;
            }

            if (count.HasState && IsOlder(quote, count.State))
            {
                return;
            }

            if (count.HasState && facts.AreCounted && _sources.Count > 0 && !IsWhole(count.OpenMs))
            {
                count.Anchor(count.State, _wholeSinceMs, _ring); // the one before: its trades have come meanwhile
            }

            count.State = quote;
            if (count.IsClosed && IsOlder(count.Closed, quote))
            {
                Revise(series, count, quote.AsClosed(QuoteSource.Trades)); // the stream knew of a trade that had not come
                Strike("the stream's candle had more trades than had come", series.Sequencer.Series);
            }
        }
    }

    /// <summary>From candles, for those whose trades are not followed have nothing else; so both are measured alike.</summary>
    private void MeasureBusyness(in PriceQuote quote)
    {
        if (quote.OpenMs > _busyIn && quote.Series.Equals(First))
        {
            var minutes = _busyIn == 0 ? 0 : Math.Max(1, (quote.OpenMs - _busyIn) / 60_000);
            for (var minute = 0; minute < Math.Min(minutes, 60); minute++)
            {
                Busyness = ((Busyness * 9) + (_busyTrades * BusyScale / minutes)) / 10;
            }

            (_busyIn, _busyTrades) = (quote.OpenMs, 0);
        }

        _busyTrades = quote.OpenMs == _busyIn ? quote.TradeCount ?? (_busyTrades + 1) : _busyTrades;
    }

    private void Heard(long ofMs, long oursMs)
    {
        if (ofMs > _latestMs && _heardAtMs != 0)
        {
            _silences.Ended(_latestMs, ofMs, oursMs - _heardAtMs);
        }

        _heardAtMs = Math.Max(_heardAtMs, oursMs);
        _latestMs = Math.Max(_latestMs, ofMs);
    }

    private void Put(SeriesCounts series, in Trade trade, long oursMs, bool isForgotten)
    {
        if (series.At(trade.TimeMs) is not { } count)
        {
            return;
        }

        if (isForgotten)
        {
            count.IsUncertain = true;
            return;
        }

        count.Add(trade, oursMs, facts);
        if (count.IsPassed)
        {
            counters.TradeLate();
            _revised.Add((series.Sequencer, TradeCandles.Built(series.Sequencer.Series, count, facts, oursMs)));
        }
        else if (count.IsClosed)
        {
            counters.TradeLate();
            Revise(series, count, TradeCandles.With(series.Sequencer.Series, count.Closed, trade));
        }
    }

    /// <summary>A trade came after its candle was closed without it.</summary>
    private void Revise(SeriesCounts series, CandleCount count, in PriceQuote revised)
    {
        count.Closed = revised;
        _revised.Add((series.Sequencer, revised));
    }

    /// <summary>What may have hidden a message ends what was whole.</summary>
    private void CheckFaults(long nowMs)
    {
        for (var i = 0; i < _sources.Count; i++)
        {
            var (source, faults) = _sources[i];
            if (source.Faults != faults)
            {
                _sources[i] = (source, source.Faults);
                _wholeSinceMs = _sources.Count == 1 ? nowMs + SureMs : _wholeSinceMs; // another connection has seen it all
            }
        }
    }

    private SeriesCounts? Find(Series series)
    {
        foreach (var one in _series)
        {
            if (ReferenceEquals(one.Sequencer.Series, series) || one.Sequencer.Series.Equals(series))
            {
                return one;
            }
        }

        return null;
    }

    /// <summary>Of two states of one candle: fewer trades, or else less volume.</summary>
    private static bool IsOlder(in PriceQuote quote, in PriceQuote than) =>
        quote.TradeCount is { } trades && than.TradeCount is { } others ? trades < others : quote.Volume < than.Volume;
}
