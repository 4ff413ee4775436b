using OhlcvConnector.Application.Signals;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Clients;
using OhlcvConnector.Signals;

namespace OhlcvConnector.Server.Signals;

/// <summary>A series that is watched: its rules, and how far it is. Belongs to the monitor's one loop.</summary>
/// <param name="channel">The channel of the series.</param>
/// <param name="mostShown">Number of candles that are kept for the pictures of its signals.</param>
internal sealed class WatchedSeries(SeriesChannel channel, int mostShown)
{
    private const int MostDue = 10_000;

    private readonly List<(string Id, long DueMs, int Candles)> _due = [];
    private readonly Queue<PriceQuote> _shown = new();

    /// <summary>The channel of the series.</summary>
    public SeriesChannel Channel { get; } = channel;

    /// <summary>The series.</summary>
    public Series Series => Channel.Series;

    /// <summary>The rules; null until their first candles are read.</summary>
    public RuleEvaluator? Evaluator { get; set; }

    /// <summary>Closed candles that came while the past is read; null while none is read.</summary>
    public List<PriceQuote>? Held { get; set; }

    /// <summary>Number of times that the past was begun to be read: an answer to an earlier one is out of date.</summary>
    public int Readings { get; set; }

    /// <summary>The end of the last candle that was evaluated and told, Unix epoch milliseconds UTC; null before the first.</summary>
    public long? ToldMs { get; set; }

    /// <summary>The last closed candles, those of the past included, ascending.</summary>
    public IReadOnlyCollection<PriceQuote> Shown => _shown;

    /// <summary>Keeps a closed candle for pictures.</summary>
    public void Show(in PriceQuote quote)
    {
        _shown.Enqueue(quote);
        if (_shown.Count > mostShown)
        {
            _shown.Dequeue();
        }
    }

    /// <summary>Remembers to look at the price some candles after a signal.</summary>
    public void Await(Signal signal, SignalFate known)
    {
        foreach (var candles in SignalFate.Candles)
        {
            if (known.After(candles) is null && _due.Count < MostDue)
            {
                _due.Add((signal.Id, Series.Interval.AddMs(signal.CloseMs, candles), candles));
            }
        }
    }

    /// <summary>Takes what a candle's close says of earlier signals.</summary>
    public void Settle(in PriceQuote quote, List<SignalFatePrice> fates)
    {
        for (var index = _due.Count - 1; index >= 0; index--)
        {
            var (id, dueMs, candles) = _due[index];
            if (dueMs == quote.CloseMs)
            {
                fates.Add(new SignalFatePrice(id, candles, quote.Close));
            }

            if (dueMs <= quote.CloseMs)
            {
                _due.RemoveAt(index); // of a candle that is missing nobody will know
            }
        }
    }

    /// <summary>Forgets which prices are awaited, and what there is to show: the past comes again.</summary>
    public void Forget()
    {
        _due.Clear();
        _shown.Clear();
    }
}
