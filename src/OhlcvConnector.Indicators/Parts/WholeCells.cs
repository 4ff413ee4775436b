using System.Runtime.CompilerServices;

namespace OhlcvConnector.Indicators;

/// <summary>Cells of a state that hold whole numbers, as their bits: places and counts cost no conversion then. Zero is zero either way.</summary>
internal static class WholeCells
{
    /// <summary>The whole number in a cell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref long Whole(this double[] state, int at) => ref Unsafe.As<double, long>(ref state[at]);
}
