namespace OhlcvConnector.Indicators;

/// <summary>Behaviour of an indicator's outputs when all prices are multiplied by a number, or a number is added to all; tests hold every kind to it.</summary>
[Flags]
public enum PriceScaling
{
    /// <summary>Behaviour that is none of the others.</summary>
    Other = 0,

    /// <summary>Prices times k give outputs times k.</summary>
    Proportional = 1,

    /// <summary>Prices times k give the same outputs.</summary>
    ScaleFree = 2,

    /// <summary>Prices plus c give outputs plus c.</summary>
    Moves = 4,

    /// <summary>Prices plus c give the same outputs.</summary>
    ShiftFree = 8,

    /// <summary>Behaves as a price: scales and moves with prices.</summary>
    Price = Proportional | Moves,

    /// <summary>Behaves as a difference of prices.</summary>
    Difference = Proportional | ShiftFree,

    /// <summary>Behaves as a ratio of differences of prices.</summary>
    Ratio = ScaleFree | ShiftFree,
}
