using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Engine.Trades;

/// <summary>The sums of one interval's trades, and what the venue's stream said of its candle last.</summary>
internal sealed class CandleCount
{
    private const int MaxOffsets = 32;

    private long _firstMs;
    private long _firstId;
    private long _lastMs;
    private long _lastId;
    private decimal _bought;
    private bool _isSided;
    private List<(long Count, decimal Volume)>? _offsets; // how many trades may be missing
    private long _offsetsIn;
    private long _offsetsAt;

    /// <summary>Open time; Unix epoch milliseconds.</summary>
    public long OpenMs { get; private set; } = long.MinValue;

    /// <summary>The end, exclusive.</summary>
    public long CloseMs { get; private set; }

    /// <summary>Number of trades.</summary>
    public long Count { get; private set; }

    /// <summary>Volume of the trades, in base units.</summary>
    public decimal Volume { get; private set; }

    /// <summary>Price times amount, added up where the venue's candles say it.</summary>
    public decimal Quote { get; private set; }

    /// <summary>Volume that buyers took, in base units; null where the venue does not say it of all trades.</summary>
    public decimal? Bought => _isSided ? _bought : null;

    /// <summary>The first price.</summary>
    public decimal Open { get; private set; }

    /// <summary>The highest price.</summary>
    public decimal High { get; private set; }

    /// <summary>The lowest price.</summary>
    public decimal Low { get; private set; }

    /// <summary>The last price.</summary>
    public decimal Close { get; private set; }

    /// <summary>True when some trade is missing or counted twice, for all that anybody knows.</summary>
    public bool IsUncertain { get; set; }

    /// <summary>True when the trades were found not to add up to the candle, and that was counted.</summary>
    public bool IsRefuted { get; set; }

    /// <summary>The lowest of its trades' ids.</summary>
    public long LowestId { get; private set; }

    /// <summary>The highest of its trades' ids.</summary>
    public long HighestId { get; private set; }

    /// <summary>True when its trades have consecutive ids.</summary>
    public bool IsConsecutive => HighestId - LowestId + 1 == Count;

    /// <summary>True when history has confirmed it.</summary>
    public bool IsConfirmed { get; set; }

    /// <summary>True when the series moved past it, because there was no trade.</summary>
    public bool IsPassed { get; set; }

    /// <summary>The time of its first trade, by the venue's clock; Unix epoch milliseconds.</summary>
    public long FirstMs => _firstMs;

    /// <summary>Time at which its first trade came, whichever that was, by our clock; Unix epoch milliseconds.</summary>
    public long HeardAtMs { get; private set; }

    /// <summary>The newest state of the candle from the stream; no quote where there was none.</summary>
    public PriceQuote State { get; set; }

    /// <summary>The candle as it was closed by trades; no quote where it was not.</summary>
    public PriceQuote Closed { get; set; }

    /// <summary>True when the stream has said anything of the candle.</summary>
    public bool HasState => State.Series is not null;

    /// <summary>True when it was closed by trades.</summary>
    public bool IsClosed => Closed.Series is not null;

    /// <summary>The time of its last trade, by the venue's clock; Unix epoch milliseconds.</summary>
    public long LastMs => _lastMs;

    /// <summary>
    /// Number of its trades that did not come, because they were before the stretch of the stream; known where <see cref="AnchoredIn"/> is that stretch.
    /// </summary>
    public long MissedCount => _offsets is [var (missed, _)] ? missed : 0;

    /// <summary>And what they traded.</summary>
    public decimal MissedVolume => _offsets is [var (_, missed)] ? missed : 0;

    /// <summary>
    /// The stretch of the stream in which two states of the candle had the same trades missing, and only one number of them was possible; 0 for none.
    /// </summary>
    public long AnchoredIn { get; private set; }

    /// <summary>
    /// Compares a state of a candle that began before the stretch with the trades that have come: how many are missing, should it be of the last of them, or of
    /// one a little before. What two different states have in common is true.
    /// </summary>
    /// <param name="state">The state, which counts trades.</param>
    /// <param name="stretch">A number for the stretch.</param>
    /// <param name="newest">The newest trades of the symbol.</param>
    public void Anchor(in PriceQuote state, long stretch, TradeRing newest)
    {
        if (_offsetsIn != stretch)
        {
            _offsets = null;
            (_offsetsIn, _offsetsAt, AnchoredIn) = (stretch, 0, 0);
        }

        if (AnchoredIn == stretch || state.TradeCount is not { } trades || trades == _offsetsAt)
        {
            return;
        }

        var possible = new List<(long Count, decimal Volume)>();
        var (count, volume) = (Count, Volume);
        for (var age = 0; age <= newest.Count && possible.Count < MaxOffsets; age++)
        {
            possible.Add((trades - count, (state.Volume ?? 0) - volume));
            while (age < newest.Count && newest[age].TimeMs >= CloseMs)
            {
                age++;
            }

            if (age == newest.Count || newest[age].TimeMs < OpenMs || count == 0)
            {
                break;
            }

            (count, volume) = (count - 1, volume - newest[age].Amount);
        }

        var dust = VolumeDust.Of(state);
        var common = _offsets?.FindAll(one => possible.Exists(other => other.Count == one.Count && Math.Abs(other.Volume - one.Volume) <= dust));
        (_offsets, _offsetsAt) = (common is { Count: > 0 } ? common : possible, trades);
        AnchoredIn = common is { Count: 1 } ? stretch : 0;
    }

    /// <summary>Begins another interval.</summary>
    public void Begin(long openMs, long closeMs)
    {
        (OpenMs, CloseMs, Count) = (openMs, closeMs, 0);
        (Volume, Quote, _bought, _isSided) = (0, 0, 0, true);
        (IsUncertain, IsRefuted, IsConfirmed, IsPassed) = (false, false, false, false);
        (State, Closed) = (default, default);
        _offsets = null;
        (_offsetsIn, _offsetsAt, AnchoredIn) = (0, 0, 0);
    }

    /// <summary>Adds a trade of the interval.</summary>
    /// <param name="trade">The trade.</param>
    /// <param name="oursMs">The time at which it came, by our clock.</param>
    /// <param name="facts">The facts about the venue's trades: of two of a millisecond the one with the higher id is the later one where ids ascend, else the
    /// one that came later.</param>
    public void Add(in Trade trade, long oursMs, VenueTrades facts)
    {
        if (Count == 0)
        {
            Open = High = Low = Close = trade.Price;
            (_firstMs, _firstId, _lastMs, _lastId, HeardAtMs) = (trade.TimeMs, trade.Id, trade.TimeMs, trade.Id, oursMs);
            LowestId = HighestId = trade.Id;
        }
        else
        {
            High = Math.Max(High, trade.Price);
            Low = Math.Min(Low, trade.Price);
            (LowestId, HighestId) = (Math.Min(LowestId, trade.Id), Math.Max(HighestId, trade.Id));
            if (trade.TimeMs > _lastMs || (trade.TimeMs == _lastMs && (!facts.IdsAscend || trade.Id > _lastId)))
            {
                (Close, _lastMs, _lastId) = (trade.Price, trade.TimeMs, trade.Id);
            }
            else if (trade.TimeMs < _firstMs || (trade.TimeMs == _firstMs && facts.IdsAscend && trade.Id < _firstId))
            {
                (Open, _firstMs, _firstId) = (trade.Price, trade.TimeMs, trade.Id);
            }
        }

        Count++;
        Volume += trade.Amount;
        _bought += trade.Taker == Taker.Buyer ? trade.Amount : 0;
        _isSided &= trade.Taker != Taker.Unknown;
        Quote += facts.GiveQuoteVolume ? trade.Price * trade.Amount : 0;
    }
}
