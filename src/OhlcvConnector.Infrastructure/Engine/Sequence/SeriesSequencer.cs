using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Infrastructure.Engine.Queue;

namespace OhlcvConnector.Infrastructure.Engine.Sequence;

/// <summary>
/// The deduplicator of one series, for many threads: whatever comes from streams, history and trades, in whatever order and however often, each closed candle
/// leaves once, in open-time order, and no open state leaves after its own close or before an older candle's. Does no I/O, and waits only for a full queue,
/// without its lock.
/// </summary>
/// <remarks>
/// <see cref="SeriesOrder"/> knows the open time of the close that is due next. An earlier candle is a duplicate. That very candle is delivered. A later one is
/// held, or its newest open state kept aside, until history has said what lies between: see <see cref="TryClaim"/>.
/// </remarks>
internal sealed partial class SeriesSequencer
{
    private readonly Lock _gate = new();
    private readonly Func<long>? _started;
    private readonly HistoryPatience _patience;
    private readonly SeriesOrder _order;

    /// <summary>Creates the order of a series.</summary>
    /// <param name="series">The series.</param>
    /// <param name="rules">The rules of the market.</param>
    /// <param name="queue">The queue that takes the candles.</param>
    /// <param name="counters">The counters of the market.</param>
    /// <param name="startMs">Open time of the first close to deliver.</param>
    /// <param name="isExact">True when the user asked for this start; when false it is the clock's guess, and the first message knows better.</param>
    /// <param name="announced">Told of each gap when it is announced; null for nobody.</param>
    /// <param name="started">Returns the time at which the series was added, as the venue's clock is known by now: until a message or history fixes the start,
    /// the start follows it. Null where the user asked for the start.</param>
    /// <param name="streamedFromMs">What ended by then the stream cannot bring, for it was asked for later; 0 where nothing is known to be so.</param>
    public SeriesSequencer(
        Series series, SequencerRules rules, QuoteQueue queue, FeedCounters counters, long startMs, bool isExact, Action<Series, Gap>? announced = null,
        Func<long>? started = null, long streamedFromMs = 0)
    {
        _started = started;
        _patience = new HistoryPatience(rules, streamedFromMs);
        _order = new SeriesOrder(series, rules, queue, counters, _patience, startMs, isExact, announced);
    }

    /// <summary>The series.</summary>
    public Series Series => _order.Series;

    /// <summary>Time at which history is to be asked for the next close, if it has not come by then; Unix epoch milliseconds by the venue's clock.</summary>
    public long DueMs => _patience.DueMs;

    /// <summary>State of the series: how far it has come.</summary>
    public SequenceState State => _order.State;

    /// <summary>True when a candle without trades is simply not published.</summary>
    public bool OmitsQuietCandles => _order.Rules.OmitsQuietCandles;

    /// <summary>True when the series was removed.</summary>
    public bool IsRemoved => State == SequenceState.Removed;

    /// <summary>True when no close has been delivered yet, so that the series may begin with what comes first.</summary>
    public bool IsBeginning => !_order.HasDelivered;

    /// <summary>True when no close has been delivered, and nobody asked for where the series begins.</summary>
    public bool MayBeginLater => _order.MayBeginLater;

    /// <summary>The longest time without trades, in milliseconds, that history has confirmed.</summary>
    public long QuietMs => _order.QuietMs;

    /// <summary>Open time of the close that is due next.</summary>
    public long NextMs => Ask(static order => order.NextMs);

    /// <summary>Open time of the last closed candle; 0 before the first.</summary>
    public long LastClosedMs => Ask(static order => order.Last.OpenMs);

    /// <summary>True when the last closed candle had any trade, as far as the venue says.</summary>
    public bool LastClosedHadTrades => Ask(static order => order.HasDelivered && (order.Last.TradeCount ?? order.Last.Volume ?? order.Last.QuoteVolume) > 0);

    /// <summary>Open time from which on history is to be asked: the close due next, or an inferred one before it that nobody confirmed.</summary>
    public long AskFromMs => Ask(static order => order.InferredMs ?? order.NextMs);

    /// <summary>True when the stream has shown the candle that is due next.</summary>
    public bool IsShown => Ask(static order => order.Open.HasDue);

    /// <summary>Returns true when it is time to ask history and nobody does yet; then the caller must ask, and end with <see cref="Finish"/>.</summary>
    public bool TryClaim(long nowMs)
    {
        var isAbsurd = _patience.IsAbsurd(nowMs);
        if (isAbsurd || (_started is not null && State == SequenceState.Guessed))
        {
            lock (_gate)
            {
                SeriesStart.GuessAgain(_order, _started);
                if (isAbsurd)
                {
                    _patience.Forget();
                }
            }
        }

        return !IsRemoved && _patience.TryClaim(nowMs);
    }

    /// <summary>Removes the series: nothing leaves any more. Takes no lock, so that it can be called from wherever the reader runs.</summary>
    public void Remove() => _order.Enter(SequenceState.Removed);

    /// <summary>Returns why a candle of a stream cannot be what it says; null as nearly always.</summary>
    /// <param name="quote">The candle.</param>
    /// <param name="nowMs">The venue's clock.</param>
    public string? WhyImpossible(in PriceQuote quote, long nowMs) => SeriesStart.WhyImpossible(State, quote, nowMs);

    /// <summary>Takes a candle from a stream.</summary>
    /// <param name="quote">The candle.</param>
    /// <param name="generation">The generation of the stream that it belongs to: within one, no message was missed.</param>
    /// <param name="nowMs">The venue's clock.</param>
    public void OnStream(in PriceQuote quote, long generation, long nowMs)
    {
        if (quote.IsClosed)
        {
            _order.Queue.WaitWhileFull(); // without the lock: who fills gaps needs it, and must hold no thread of the pool
        }

        lock (_gate)
        {
            if (IsRemoved)
            {
                return;
            }

            SeriesStart.Anchor(_order, _started, quote);
            if (quote.OpenMs < _order.NextMs)
            {
                _order.OnLate(quote);
            }
            else if (quote.IsClosed)
            {
                _order.OnClosed(quote);
            }
            else
            {
                _order.OnOpen(quote, generation, nowMs);
            }
        }
    }

    private T Ask<T>(Func<SeriesOrder, T> question)
    {
        lock (_gate)
        {
            return question(_order);
        }
    }
}
