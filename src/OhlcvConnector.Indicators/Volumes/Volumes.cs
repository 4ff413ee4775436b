namespace OhlcvConnector.Indicators;

/// <summary>Indicators of volume: what is traded.</summary>
internal static class Volumes
{
    public static IReadOnlyList<IndicatorKind> Kinds { get; } =
    [
        AccumulationDistribution.Definition,
        ChaikinOscillator.Definition,
        Cmf.Definition,
        EaseOfMovement.Definition,
        ForceIndex.Definition,
        Kvo.Definition,
        Mfi.Definition,
        Nvi.Definition,
        Obv.Definition,
        Pvi.Definition,
        Pvo.Definition,
        RelativeVolume.Definition,
        VolumeOscillator.Definition,
        Vpt.Definition,
    ];
}
