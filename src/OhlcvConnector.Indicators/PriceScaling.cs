namespace OhlcvConnector.Indicators;

/// <summary>
/// What becomes of an indicator's outputs when all prices are multiplied by a number, or a number is added to all; tests hold every kind to it.
/// </summary>
[Flags]
public enum PriceScaling
{
    /// <summary>Nothing simple.</summary>
    Other = 0,

    /// <summary>Prices times k give outputs times k.</summary>
    Proportional = 1,

    /// <summary>Prices times k give the same outputs.</summary>
    ScaleFree = 2,

    /// <summary>Prices plus c give outputs plus c.</summary>
    Moves = 4,

    /// <summary>Prices plus c give the same outputs.</summary>
    ShiftFree = 8,

    /// <summary>As a price: scales and moves with prices.</summary>
    Price = Proportional | Moves,

    /// <summary>As a difference of prices.</summary>
    Difference = Proportional | ShiftFree,

    /// <summary>As a ratio of differences of prices.</summary>
    Ratio = ScaleFree | ShiftFree,
}
