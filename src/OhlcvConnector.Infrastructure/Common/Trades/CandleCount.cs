using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Common.Trades;

/// <summary>What the trades of one interval add up to, and what the venue's stream said of its candle last.</summary>
internal sealed class CandleCount
{
    private long _firstMs;
    private long _firstId;
    private long _lastMs;
    private long _lastId;

    /// <summary>Open time; Unix epoch milliseconds.</summary>
    public long OpenMs { get; private set; } = long.MinValue;

    /// <summary>The end, exclusive.</summary>
    public long CloseMs { get; private set; }

    /// <summary>How many trades.</summary>
    public long Count { get; private set; }

    /// <summary>What they traded, in base units.</summary>
    public decimal Volume { get; private set; }

    /// <summary>Price times amount, added up where the venue's candles say it.</summary>
    public decimal Quote { get; private set; }

    /// <summary>The first price.</summary>
    public decimal Open { get; private set; }

    /// <summary>The highest price.</summary>
    public decimal High { get; private set; }

    /// <summary>The lowest price.</summary>
    public decimal Low { get; private set; }

    /// <summary>The last price.</summary>
    public decimal Close { get; private set; }

    /// <summary>Whether some trade is missing or counted twice, for all that anybody knows.</summary>
    public bool IsUncertain { get; set; }

    /// <summary>Whether it was found not to add up, and counted so.</summary>
    public bool IsRefuted { get; set; }

    /// <summary>Whether history has confirmed it.</summary>
    public bool IsConfirmed { get; set; }

    /// <summary>The newest state of the candle from the stream; no quote where there was none.</summary>
    public PriceQuote State { get; set; }

    /// <summary>The candle as it was closed by trades; no quote where it was not.</summary>
    public PriceQuote Closed { get; set; }

    /// <summary>Whether the stream has said anything of the candle.</summary>
    public bool HasState => State.Series is not null;

    /// <summary>Whether it was closed by trades.</summary>
    public bool IsClosed => Closed.Series is not null;

    /// <summary>Begins another interval.</summary>
    public void Begin(long openMs, long closeMs)
    {
        (OpenMs, CloseMs, Count) = (openMs, closeMs, 0);
        (Volume, Quote) = (0, 0);
        (IsUncertain, IsRefuted, IsConfirmed) = (false, false, false);
        (State, Closed) = (default, default);
    }

    /// <summary>Adds a trade of the interval.</summary>
    /// <param name="trade">The trade.</param>
    /// <param name="facts">What the venue's trades are like: of two of a millisecond the one with the higher id is the later one where ids ascend, else the one that came later.</param>
    public void Add(in Trade trade, VenueTrades facts)
    {
        if (Count == 0)
        {
            Open = High = Low = Close = trade.Price;
            (_firstMs, _firstId, _lastMs, _lastId) = (trade.TimeMs, trade.Id, trade.TimeMs, trade.Id);
        }
        else
        {
            High = Math.Max(High, trade.Price);
            Low = Math.Min(Low, trade.Price);
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
        Quote += facts.GiveQuoteVolume ? trade.Price * trade.Amount : 0;
    }
}
