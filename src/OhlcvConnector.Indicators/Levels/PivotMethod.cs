namespace OhlcvConnector.Indicators;

/// <summary>Method by which pivot points are calculated.</summary>
internal enum PivotMethod
{
    /// <summary>The floor traders': multiples of the distances from the pivot.</summary>
    Classic,

    /// <summary>Fibonacci's parts of the range.</summary>
    Fibonacci,

    /// <summary>Scott's twelfths of 1.1 ranges about the close.</summary>
    Camarilla,

    /// <summary>Woodie's: the classic levels of a pivot in which the close counts twice.</summary>
    Woodie,

    /// <summary>DeMark's: one level on each side, by whether the candle rose or fell.</summary>
    DeMark,
}
