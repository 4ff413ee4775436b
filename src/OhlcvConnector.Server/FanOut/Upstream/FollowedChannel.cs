using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Clients;

namespace OhlcvConnector.Server.FanOut.Upstream;

/// <summary>A channel of the hub whose quotes are handed on: they wait until the past before them was.</summary>
/// <param name="channel">The channel.</param>
/// <param name="hand">Takes the quotes, in their order.</param>
/// <param name="refused">Told why the exchange refuses the series for good.</param>
internal sealed class FollowedChannel(SeriesChannel channel, Action<PriceQuote> hand, Action<string> refused)
{
    private readonly Lock _gate = new();
    private readonly List<PriceQuote> _waiting = [];
    private bool _isLive;
    private bool _isOver;

    /// <summary>The channel.</summary>
    public SeriesChannel Channel => channel;

    /// <summary>Open time of the first quote that the channel has, Unix epoch milliseconds; to be looked at after <see cref="Begin"/>.</summary>
    public long BeginMs { get; private set; }

    /// <summary>Takes what the channel remembers, and what comes from now on.</summary>
    public void Begin()
    {
        channel.Refused += refused;
        channel.Tap(Take);
        lock (_gate)
        {
            BeginMs = _waiting.Count > 0 ? _waiting[0].OpenMs : 0;
            if (!_isOver)
            {
                return;
            }
        }

        End(); // it has ended meanwhile
    }

    /// <summary>Hands on a candle of the past.</summary>
    public void Hand(in PriceQuote quote)
    {
        lock (_gate)
        {
            if (!_isOver)
            {
                hand(quote);
            }
        }
    }

    /// <summary>Hands on what has waited, and all that comes.</summary>
    /// <param name="hole">What is missing before it; null for nothing.</param>
    public void GoLive(Gap? hole)
    {
        lock (_gate)
        {
            foreach (var quote in _isOver ? [] : _waiting)
            {
                hand(hole is null ? quote : quote with { GapBefore = hole });
                hole = null;
            }

            _waiting.Clear();
            _isLive = true;
        }
    }

    /// <summary>Takes and hands on nothing more.</summary>
    public void End()
    {
        channel.Refused -= refused;
        channel.Quoted -= Take;
        lock (_gate)
        {
            _isOver = true;
        }
    }

    /// <summary>Takes a quote of the channel, under its lock.</summary>
    private void Take(PriceQuote quote)
    {
        lock (_gate)
        {
            if (_isOver)
            {
                return;
            }

            if (_isLive)
            {
                hand(quote);
                return;
            }

            if (_waiting.Count > 0 && !_waiting[^1].IsClosed && _waiting[^1].OpenMs <= quote.OpenMs)
            {
                _waiting.RemoveAt(_waiting.Count - 1); // of a candle's states the newest is enough
            }

            _waiting.Add(quote);
        }
    }
}
