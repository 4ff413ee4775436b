namespace OhlcvConnector.Indicators;

/// <summary>The averages.</summary>
internal static class MovingAverages
{
    public static IReadOnlyList<IndicatorKind> Kinds { get; } =
    [
        Alma.Definition,
        Dema.Definition,
        Ema.Definition,
        Frama.Definition,
        Hma.Definition,
        Kama.Definition,
        Lsma.Definition,
        Mama.Definition,
        McGinley.Definition,
        Rma.Definition,
        RollingVwap.Definition,
        Sma.Definition,
        SuperSmoother.Definition,
        T3.Definition,
        Tema.Definition,
        Trima.Definition,
        Vidya.Definition,
        Vwap.Definition,
        Vwma.Definition,
        Wma.Definition,
        Zlema.Definition,
    ];
}
