using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Engine.Sequence;

/// <summary>
/// The closes of one series that came before an earlier one was settled, by open time; used under the lock of its <see cref="SeriesSequencer"/>.
/// </summary>
internal sealed class HeldCloses
{
    private const int Max = 64; // what is beyond comes again from history

    private readonly List<PriceQuote> _quotes = [];

    /// <summary>Open time of the earliest; null for none.</summary>
    public long? FirstMs => _quotes.Count > 0 ? _quotes[0].OpenMs : null;

    /// <summary>Open time of the latest; null for none.</summary>
    public long? LastMs => _quotes.Count > 0 ? _quotes[^1].OpenMs : null;

    /// <summary>Holds a close; returns false when it is held already.</summary>
    public bool Hold(in PriceQuote quote)
    {
        var place = 0;
        while (place < _quotes.Count && _quotes[place].OpenMs < quote.OpenMs)
        {
            place++;
        }

        if (place < _quotes.Count && _quotes[place].OpenMs == quote.OpenMs)
        {
            return false;
        }

        if (place < Max)
        {
            _quotes.Insert(place, quote);
            if (_quotes.Count > Max)
            {
                _quotes.RemoveAt(Max);
            }
        }

        return true;
    }

    /// <summary>Takes the earliest out, if it opens no later than this.</summary>
    public bool TryTake(long untilMs, out PriceQuote quote)
    {
        quote = default;
        if (_quotes.Count == 0 || _quotes[0].OpenMs > untilMs)
        {
            return false;
        }

        quote = _quotes[0];
        _quotes.RemoveAt(0);
        return true;
    }
}
