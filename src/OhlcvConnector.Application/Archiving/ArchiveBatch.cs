using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Archiving;

/// <summary>Candles of a reading of the past on their way to an archive, with what the reading says of the stretches between them.</summary>
/// <param name="archive">The archive.</param>
/// <param name="series">The series.</param>
/// <param name="fromMs">Where the reading begins, Unix epoch milliseconds UTC.</param>
internal sealed class ArchiveBatch(ICandleArchive archive, Series series, long fromMs)
{
    private const int Size = 2_000;

    private readonly List<PriceQuote> _candles = new(Size);
    private readonly List<SeriesCoverage> _covered = [];

    /// <summary>Up to which moment all is known, when what waits is written, Unix epoch milliseconds UTC.</summary>
    public long AtMs { get; private set; } = fromMs;

    /// <summary>Whether there is enough to write.</summary>
    public bool IsFull => _candles.Count >= Size;

    /// <summary>Takes a closed candle; nothing was traded between the last one and this.</summary>
    public void Take(in PriceQuote candle)
    {
        Reach(candle.OpenMs);
        _candles.Add(candle);
        AtMs = candle.CloseMs;
    }

    /// <summary>Takes what the reading was told to be missing.</summary>
    public void Miss(MissingCandles missing)
    {
        Reach(missing.From.ToUnixTimeMilliseconds());
        _covered.Add(SeriesCoverage.Of(missing));
        AtMs = Math.Max(AtMs, missing.To.ToUnixTimeMilliseconds());
    }

    /// <summary>The reading has come to a moment: nothing was traded before it that did not come.</summary>
    public void Reach(long momentMs)
    {
        if (AtMs < momentMs)
        {
            _covered.Add(SeriesCoverage.Complete(series, AtMs, momentMs));
            AtMs = momentMs;
        }
    }

    /// <summary>Writes what waits.</summary>
    /// <exception cref="ArchiveException">Nothing was written; it waits no longer.</exception>
    public async Task<AppendCounts> WriteAsync(CancellationToken cancellationToken)
    {
        if (_candles.Count == 0 && _covered.Count == 0)
        {
            return default;
        }

        try
        {
            return await archive.AppendAsync(_candles, _covered, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _candles.Clear();
            _covered.Clear();
        }
    }
}
