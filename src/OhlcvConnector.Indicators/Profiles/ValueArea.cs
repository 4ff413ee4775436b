using System.Runtime.InteropServices;

namespace OhlcvConnector.Indicators;

/// <summary>The rows about the point of control that hold the most part of a profile's volume.</summary>
/// <param name="Control">The row of most volume (POC); of equal ones the nearest to the middle of the profile, then the lower.</param>
/// <param name="High">The upper end of the area (VAH): that of its highest row.</param>
/// <param name="Low">The lower end of the area (VAL): that of its lowest row.</param>
/// <param name="Volume">The volume that the area holds.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ValueArea(VolumeRow Control, double High, double Low, double Volume);
