using System.Runtime.InteropServices;

namespace OhlcvConnector.Indicators;

/// <summary>Row of a volume profile: prices from <paramref name="Low"/> up to <paramref name="High"/>, which belongs to the next row.</summary>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
/// <param name="Volume">The volume that was traded there.</param>
/// <param name="Buy">The part of it that buyers took, of candles that say; the rest of theirs sellers took.</param>
/// <param name="Sell">The part of it that sellers took, of candles that say.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct VolumeRow(double Low, double High, double Volume, double Buy, double Sell)
{
    /// <summary>The price in the middle of the row.</summary>
    public double Price => (Low + High) / 2;
}
