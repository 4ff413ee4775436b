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
internal sealed partial class TradeTape : SymbolTape
{
    private const int Refusals = 5; // in a row, after which the venue is not asked any more

    private readonly Lock _gate = new();
    private readonly TradeRing _ring;
    private readonly TapeSources _sources = new();
    private readonly TapeHearing _hearing = new();
    private readonly TapeTrust _trust;
    private readonly TapeJudge _judge;
    private readonly SymbolActivity _activity;
    private readonly VenueTrades _facts;
    private readonly TradeDelay _delay;
    private readonly FeedCounters _counters;
    private readonly List<SeriesCounts> _series = [];
    private readonly List<(SeriesSequencer Sequencer, PriceQuote Quote)> _revised = [];
    private int _refusals;

    /// <summary>Creates the tape of a symbol.</summary>
    /// <param name="first">The series that the trades are asked for with: the first of the symbol.</param>
    /// <param name="facts">The facts about the venue's trades.</param>
    /// <param name="delay">Measures how late trades come.</param>
    /// <param name="counters">The counters of the market.</param>
    public TradeTape(Series first, VenueTrades facts, TradeDelay delay, FeedCounters counters)
        : base(first)
    {
        (_facts, _delay, _counters) = (facts, delay, counters);
        _ring = new TradeRing(facts.IdsAscend);
        _trust = new TapeTrust(counters);
        _activity = new SymbolActivity(first);
        _judge = new TapeJudge(facts, delay, _sources, _hearing, _trust, _ring, counters, Strike);
    }

    /// <summary>Lease of the subscriptions that its trades take of what the venue allows; null where it has none.</summary>
    public TradesLease? Lease { get; set; }

    /// <summary>Number of series that stand on this tape.</summary>
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

    /// <summary>True when the venue has refused its trades so often that it is not asked any more.</summary>
    public bool IsGivenUp => Volatile.Read(ref _refusals) >= Refusals;

    /// <summary>True when the venue was asked for its trades; when false, others have the subscriptions that the venue allows.</summary>
    public bool IsFollowed { get; set; }

    /// <summary>Number that tells how busy the symbol is; see <see cref="SymbolActivity"/>.</summary>
    public long Busyness => _activity.Value;

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

    /// <summary>Adds a connection on which the venue sends the trades from now on.</summary>
    /// <param name="source">The connection.</param>
    /// <param name="nowMs">The venue's clock.</param>
    public void Begin(TradeSource source, long nowMs)
    {
        lock (_gate)
        {
            Volatile.Write(ref _refusals, 0);
            _sources.Begin(source, nowMs);
        }
    }

    /// <summary>Removes a connection on which the venue does not send the trades any more.</summary>
    public void End(TradeSource source)
    {
        lock (_gate)
        {
            _sources.End(source);
        }
    }

    /// <summary>
    /// Stops trusting what comes: the trades are not wanted any more, or are asked for anew, and what comes until then is not known to be whole.
    /// </summary>
    public void Stop()
    {
        lock (_gate)
        {
            _sources.Clear();
        }
    }

    /// <summary>Counts a refusal: the venue refused the trades, or ended a connection that asked for them.</summary>
    public void Refused() => Interlocked.Increment(ref _refusals);

    /// <inheritdoc/>
    public override void OnTrade(in Trade trade, long oursMs)
    {
        lock (_gate)
        {
            var entry = _ring.Add(trade);
            if (entry == TradeEntry.Doubled)
            {
                _counters.TradeDoubled();
                return;
            }

            _counters.Trade();
            var isForgotten = entry == TradeEntry.Forgotten;
            if (!isForgotten)
            {
                _hearing.HearTrade(trade.TimeMs);
            }

            if (!_sources.IsPast(trade.TimeMs))
            {
                _delay.Hear(trade.TimeMs, oursMs);
            }

            _hearing.Hear(trade.TimeMs, oursMs);
            foreach (var series in _series)
            {
                Put(series, trade, oursMs, isForgotten);
            }

            PutBuilt(trade, oursMs, isForgotten);
        }
    }

    /// <summary>Takes a state of a candle of one of the tape's series that came on a stream.</summary>
    /// <param name="quote">The candle.</param>
    /// <param name="oursMs">Our clock.</param>
    public void OnCandle(in PriceQuote quote, long oursMs)
    {
        lock (_gate)
        {
            _hearing.Hear(quote.OpenMs, oursMs);
            _activity.Hear(quote);
            if (SeriesCounts.Of(_series, quote.Series) is not { } series || series.At(quote.OpenMs) is not { } count)
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

            if (count.HasState && _facts.AreCounted && _sources.Any && !_sources.AreWhole(count.OpenMs))
            {
                count.Anchor(count.State, _sources.WholeSinceMs, _ring); // the one before: its trades have come meanwhile
            }

            count.State = quote;
            if (count.IsClosed && IsOlder(count.Closed, quote))
            {
                Revise(series, count, quote.AsClosed(QuoteSource.Trades)); // the stream knew of a trade that had not come
                Strike("the stream's candle had more trades than had come", series.Sequencer.Series);
            }
        }
    }

    /// <summary>Closes what can be closed, and passes what had no trades.</summary>
    /// <param name="oursMs">Our clock, which says how long ago things came.</param>
    /// <param name="venueMs">The venue's clock, at the least that it may be.</param>
    /// <param name="isStarved">True when history cannot be asked of all that are due, so that what is usual will do.</param>
    /// <param name="closes">The list that takes what is to be delivered.</param>
    /// <param name="nextMs">The time at which to look again, at the latest.</param>
    public void Judge(long oursMs, long venueMs, bool isStarved, List<TradeClose> closes, ref long nextMs)
    {
        lock (_gate)
        {
            _sources.CheckFaults(venueMs);
            foreach (var (sequencer, quote) in _revised)
            {
                closes.Add(new TradeClose(sequencer, quote, 0, 0));
            }

            _revised.Clear();
            foreach (var series in _series)
            {
                _judge.Judge(series, oursMs, venueMs, isStarved, closes, ref nextMs);
            }
        }
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

        count.Add(trade, oursMs, _facts);
        if (count.IsPassed)
        {
            _counters.TradeLate();
            _revised.Add((series.Sequencer, TradeCandles.Built(series.Sequencer.Series, count, _facts, oursMs)));
        }
        else if (count.IsClosed)
        {
            _counters.TradeLate();
            Revise(series, count, TradeCandles.With(series.Sequencer.Series, count.Closed, trade));
        }
    }

    /// <summary>Revises a candle, because a trade came after it was closed without it.</summary>
    private void Revise(SeriesCounts series, CandleCount count, in PriceQuote revised)
    {
        count.Closed = revised;
        _revised.Add((series.Sequencer, revised));
    }

    /// <summary>Returns true when a state of a candle is older than another: fewer trades, or else less volume.</summary>
    private static bool IsOlder(in PriceQuote quote, in PriceQuote than) =>
        quote.TradeCount is { } trades && than.TradeCount is { } others ? trades < others : quote.Volume < than.Volume;
}
