namespace OhlcvConnector.Indicators;

/// <summary>Beginning of the sums of directional movement, which decides the first hundred values.</summary>
public enum AdxBegin
{
    /// <summary>Sums of the first n, as in Wilder's book; the rating is of the index n before.</summary>
    Wilder,

    /// <summary>Sums of the first n - 1, and one step of smoothing, as TA-Lib's; the rating is of the index n - 1 before.</summary>
    Talib,

    /// <summary>Sums of the first n - 1, known at once, as Tulip's.</summary>
    Tulip,
}
