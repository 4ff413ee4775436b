using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Infrastructure.Engine.Queue;

namespace OhlcvConnector.Infrastructure.Engine.Sequence;

/// <summary>
/// The order in which one series' candles leave, and the deduplicator: which close is due next, which was last, what came before its turn, and the gap that the
/// next close tells. For one thread at a time: used under the lock of its <see cref="SeriesSequencer"/>, except where it says otherwise.
/// </summary>
internal sealed partial class SeriesOrder
{
    private readonly FeedCounters _counters;
    private readonly HistoryPatience _patience;
    private readonly Action<Series, Gap>? _announced;
    private readonly bool _isExact;
    private readonly OpenSlot _slot = new();
    private PriceQuote _last;
    private Gap? _gap;
    private HeldCloses? _held;         // these are rare, so that thousands of series do not each keep room for them
    private InferredCloses? _inferred;
    private PassedCandles? _passed;
    private long _quietMs;
    private int _state;                // a SequenceState; changed by Enter alone

    /// <summary>Creates the order of a series.</summary>
    /// <param name="series">The series.</param>
    /// <param name="rules">The rules of the market.</param>
    /// <param name="queue">The queue that takes the candles.</param>
    /// <param name="counters">The counters of the market.</param>
    /// <param name="patience">Told which close is waited for.</param>
    /// <param name="startMs">Open time of the first close to deliver.</param>
    /// <param name="isExact">True when the user asked for this start.</param>
    /// <param name="announced">Told of each gap when it is announced; null for nobody.</param>
    public SeriesOrder(
        Series series, SequencerRules rules, QuoteQueue queue, FeedCounters counters, HistoryPatience patience, long startMs, bool isExact,
        Action<Series, Gap>? announced)
    {
        (Series, Rules, Queue, _counters, _patience, _announced, _isExact) = (series, rules, queue, counters, patience, announced, isExact);
        _state = (int)(isExact ? SequenceState.Anchored : SequenceState.Guessed);
        StartAt(startMs);
    }

    /// <summary>The series.</summary>
    public Series Series { get; }

    /// <summary>Rules of the market.</summary>
    public SequencerRules Rules { get; }

    /// <summary>Queue that takes the candles.</summary>
    public QuoteQueue Queue { get; }

    /// <summary>Open time of the close that is due next.</summary>
    public long NextMs { get; private set; }

    /// <summary>The last closed candle; the default before the first.</summary>
    public ref readonly PriceQuote Last => ref _last;

    /// <summary>The open states that the stream has shown.</summary>
    public OpenStates Open { get; } = new();

    /// <summary>Open time of the earliest close that waits for its turn; null for none.</summary>
    public long? HeldMs => _held?.FirstMs;

    /// <summary>Open time of the earliest inferred close that history has not confirmed; null for none.</summary>
    public long? InferredMs => _inferred?.FirstMs;

    /// <summary>State of the series: how far it has come. Needs no lock.</summary>
    public SequenceState State => (SequenceState)Volatile.Read(ref _state);

    /// <summary>True when a close has been delivered. Needs no lock.</summary>
    public bool HasDelivered => State >= SequenceState.Delivering;

    /// <summary>True when nothing has been delivered, and nobody asked for where the series begins. Needs no lock.</summary>
    public bool MayBeginLater => !_isExact && !HasDelivered;

    /// <summary>The longest time without trades, in milliseconds, that is known. Needs no lock.</summary>
    public long QuietMs => Volatile.Read(ref _quietMs);

    /// <summary>
    /// Goes on to a later state; from one that is as late or later it stays where it is. Needs no lock, for the reader may remove the series at any time.
    /// </summary>
    public void Enter(SequenceState state)
    {
        int known;
        do
        {
            known = Volatile.Read(ref _state);
        }
        while (known < (int)state && Interlocked.CompareExchange(ref _state, (int)state, known) != known);
    }

    /// <summary>Expects another close than was guessed.</summary>
    public void StartAt(long nextMs)
    {
        NextMs = nextMs;
        _patience.Expect(Series.Interval.NextMs(nextMs));
    }

    /// <summary>Goes on to the next close; from here on only forwards.</summary>
    public void MoveTo(long nextMs)
    {
        NextMs = nextMs;
        Enter(SequenceState.Anchored);
        _patience.MoveOn(Series.Interval.NextMs(nextMs));
    }

    /// <summary>Takes a close that is due, or whose turn is to come.</summary>
    public void OnClosed(in PriceQuote quote)
    {
        if (quote.OpenMs == NextMs)
        {
            Deliver(quote);
            Release();
            return;
        }

        _held ??= new HeldCloses();
        if (!_held.Hold(quote))
        {
            _counters.Duplicate();
        }

        Open.ForgetLater(quote.OpenMs);
        _patience.Hurry();
    }

    /// <summary>Takes an open state of the candle that is due, or of a later one.</summary>
    /// <param name="quote">The state.</param>
    /// <param name="generation">The generation of the stream that it belongs to.</param>
    /// <param name="nowMs">The venue's clock.</param>
    public void OnOpen(in PriceQuote quote, long generation, long nowMs)
    {
        if (quote.OpenMs > NextMs)
        {
            if (_held?.LastMs is not { } lastMs || quote.OpenMs > lastMs)
            {
                Open.KeepLater(quote, generation, nowMs);
            }

            _patience.Hurry();
            return;
        }

        switch (Open.Take(quote, generation, nowMs))
        {
            case OpenStates.Fate.Older:
                _counters.StaleUpdate();
                break;
            case OpenStates.Fate.Same:
                _counters.Duplicate();
                break;
            default:
                _counters.Delivered(isClosed: false);
                Queue.PushOpen(_slot, quote);
                break;
        }
    }

    /// <summary>Takes a state of a candle that was delivered or passed: a duplicate, an update that came too late, or a revision.</summary>
    public void OnLate(in PriceQuote quote)
    {
        if (TellIfPassed(quote))
        {
            return;
        }

        if (!quote.IsClosed)
        {
            _counters.StaleUpdate();
        }
        else if (quote.OpenMs == _last.OpenMs && HasDelivered && !quote.Agrees(_last))
        {
            Revise(quote);
            _last = Rules.DeliverRevisions ? quote : _last;
        }
        else
        {
            _counters.Duplicate();
        }
    }

    /// <summary>Takes what history says of a candle that was delivered or passed.</summary>
    public void Confirm(in PriceQuote row)
    {
        if (row.IsClosed && !TellIfPassed(row) && _inferred is not null && _inferred.IsRefutedBy(row))
        {
            Revise(row);
        }
    }
}
