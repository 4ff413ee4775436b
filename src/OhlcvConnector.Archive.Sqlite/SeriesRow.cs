using OhlcvConnector.Domain;

namespace OhlcvConnector.Archive.Sqlite;

/// <summary>Columns whose numbers share a scale.</summary>
internal enum NumberColumn
{
    /// <summary>Open, high, low and close.</summary>
    Price,

    /// <summary>Volume in base units, and what buyers took of it.</summary>
    Volume,

    /// <summary>Volume in quote units.</summary>
    QuoteVolume,
}

/// <summary>How a column's numbers are kept.</summary>
/// <param name="Scale">Digits behind the point of its whole numbers.</param>
/// <param name="Digits">Digits behind the point that the exchange writes at most, zeros included.</param>
internal readonly record struct ColumnScale(int Scale, int Digits);

/// <summary>One series as the file has it.</summary>
/// <param name="id">Its number in the file.</param>
/// <param name="series">The series.</param>
/// <param name="scales">How its numbers are kept, by <see cref="NumberColumn"/>.</param>
internal sealed class SeriesRow(long id, Series series, ColumnScale[] scales)
{
    /// <summary>Its number in the file.</summary>
    public long Id => id;

    /// <summary>The series.</summary>
    public Series Series => series;

    /// <summary>How a column's numbers are kept.</summary>
    public ColumnScale this[NumberColumn column]
    {
        get => scales[(int)column];
        set => scales[(int)column] = value;
    }

    /// <summary>The same row for a series that differs only in the spelling that the user asked with.</summary>
    public SeriesRow For(Series asked) => new(id, asked, scales);
}
