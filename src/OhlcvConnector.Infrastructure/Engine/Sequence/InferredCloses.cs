using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Engine.Sequence;

/// <summary>
/// The closes of one series that were inferred and that history has not confirmed yet; used under the lock of its <see cref="SeriesSequencer"/>.
/// </summary>
internal sealed class InferredCloses
{
    private const int Max = 16;

    private readonly List<PriceQuote> _quotes = [];

    /// <summary>Open time of the earliest; null for none.</summary>
    public long? FirstMs => _quotes.Count > 0 ? _quotes[0].OpenMs : null;

    /// <summary>Remembers a close, by open time; the earliest of too many is forgotten, and stands.</summary>
    public void Add(in PriceQuote quote)
    {
        _quotes.Add(quote);
        if (_quotes.Count > Max)
        {
            _quotes.RemoveAt(0);
        }
    }

    /// <summary>Settles the close that a row of history is of, and with it those before. Whether history has other values.</summary>
    public bool IsRefutedBy(in PriceQuote row)
    {
        var openMs = row.OpenMs;
        if (_quotes.FindIndex(quote => quote.OpenMs == openMs) is not (>= 0 and var place))
        {
            return false;
        }

        var differs = !row.Agrees(_quotes[place]);
        _quotes.RemoveRange(0, place + 1);
        return differs;
    }
}
