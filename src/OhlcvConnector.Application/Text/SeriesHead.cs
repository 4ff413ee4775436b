using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Text;

/// <summary>Bytes with which all lines or frames of a series begin, kept as long as the series stays the same.</summary>
/// <param name="write">Writes them.</param>
internal sealed class SeriesHead(Action<Utf8Buffer, Series> write)
{
    private Kept? _kept;

    /// <summary>The bytes of a series.</summary>
    public ReadOnlySpan<byte> Of(Series series)
    {
        var kept = _kept;
        if (!ReferenceEquals(kept?.Series, series)) // an equal one can have another spelling
        {
            var text = new Utf8Buffer(256);
            write(text, series);
            _kept = kept = new Kept(series, text.Written.ToArray());
        }

        return kept!.Bytes;
    }

    private sealed record Kept(Series Series, byte[] Bytes);
}
