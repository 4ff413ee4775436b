using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Engine.Trades;

/// <summary>The fates of a trade that was put on a tape.</summary>
internal enum TradeEntry
{
    /// <summary>The trade is new.</summary>
    New,

    /// <summary>The trade was there already.</summary>
    Doubled,

    /// <summary>The trade is older than all that are remembered: nobody knows whether it was there.</summary>
    Forgotten,
}

/// <summary>
/// The newest trades of one symbol in the order in which they happened, however they came: those of one millisecond by their ids where a venue's ids ascend,
/// else as they came. As many as ten seconds bring, up to a limit; no more is needed to tell a doubled one, or to find the state of a candle that the venue
/// told last.
/// </summary>
/// <param name="idsAscend">True when a later trade has a higher id.</param>
internal sealed class TradeRing(bool idsAscend)
{
    private const int Fewest = 32;
    private const int Most = 8_192;
    private const long SpanMs = 10_000;

    private Trade[] _trades = new Trade[Fewest];
    private int _first;
    private long _forgottenToMs = long.MinValue; // the time of the newest trade that is not remembered any more

    /// <summary>Number of trades that are remembered.</summary>
    public int Count { get; private set; }

    /// <summary>A trade by its age, the newest is 0.</summary>
    public ref readonly Trade this[int age] => ref At(Count - 1 - age);

    /// <summary>Puts a trade where it belongs.</summary>
    public TradeEntry Add(in Trade trade)
    {
        var place = Count;
        for (var at = Count - 1; at >= 0; at--)
        {
            ref var other = ref At(at);
            if (other.TimeMs < trade.TimeMs)
            {
                break;
            }

            if (other.TimeMs == trade.TimeMs && other.Id == trade.Id)
            {
                return TradeEntry.Doubled;
            }

            if (other.TimeMs > trade.TimeMs || (idsAscend && other.Id > trade.Id))
            {
                place = at;
            }
        }

        if (trade.TimeMs <= _forgottenToMs)
        {
            return TradeEntry.Forgotten;
        }

        if (Count == _trades.Length)
        {
            if (MakeRoom() && place > 0)
            {
                place--;
            }
        }

        Count++;
        for (var at = Count - 1; at > place; at--)
        {
            At(at) = At(at - 1);
        }

        At(place) = trade;
        return TradeEntry.New;
    }

    /// <summary>Makes room for one more trade. Returns true when the oldest had to go; false when there is more room instead.</summary>
    private bool MakeRoom()
    {
        if (_trades.Length < Most && At(Count - 1).TimeMs - At(0).TimeMs < SpanMs)
        {
            var more = new Trade[_trades.Length * 2];
            for (var at = 0; at < Count; at++)
            {
                more[at] = At(at);
            }

            (_trades, _first) = (more, 0);
            return false;
        }

        _forgottenToMs = At(0).TimeMs;
        _first = (_first + 1) % _trades.Length;
        Count--;
        return true;
    }

    private ref Trade At(int place) => ref _trades[(_first + place) & (_trades.Length - 1)];
}
