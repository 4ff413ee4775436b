namespace OhlcvConnector.Indicators;

/// <summary>How the sums of directional movement begin, which decides the first hundred values.</summary>
public enum AdxBegin
{
    /// <summary>As the sums of the first n, as in Wilder's book; the rating is of the index n before.</summary>
    Wilder,

    /// <summary>As TA-Lib's: the sums of the first n - 1, and one step of smoothing; the rating is of the index n - 1 before.</summary>
    Talib,

    /// <summary>As Tulip's: the sums of the first n - 1, known at once.</summary>
    Tulip,
}
