namespace OhlcvConnector.Indicators;

/// <summary>Indicators of momentum: how fast prices move.</summary>
internal static class Momentum
{
    public static IReadOnlyList<IndicatorKind> Kinds { get; } =
    [
        AcceleratorOscillator.Definition,
        Apo.Definition,
        AwesomeOscillator.Definition,
        Bop.Definition,
        Cci.Definition,
        Cmo.Definition,
        ConnorsRsi.Definition,
        Coppock.Definition,
        Dpo.Definition,
        ElderRay.Definition,
        FastStochastic.Definition,
        Fisher.Definition,
        Kst.Definition,
        Macd.Definition,
        Mom.Definition,
        MoneyFlowArea.Definition,
        Pmo.Definition,
        Ppo.Definition,
        QuantumCipher.Definition,
        RelativeVigor.Definition,
        Roc.Definition,
        Rocp.Definition,
        Rocr.Definition,
        Rsi.Definition,
        Stc.Definition,
        StochRsi.Definition,
        Stochastic.Definition,
        Trix.Definition,
        Tsi.Definition,
        UltimateOscillator.Definition,
        WaveTrend.Definition,
        WilliamsR.Definition,
    ];
}
