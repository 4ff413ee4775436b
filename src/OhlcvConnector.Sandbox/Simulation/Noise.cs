namespace OhlcvConnector.Sandbox.Simulation;

/// <summary>Chance that depends on nothing but its arguments.</summary>
internal static class Noise
{
    /// <summary>A well-mixed number below 2^31 for a key.</summary>
    public static uint Hash(ulong seed, long key)
    {
        var value = seed + ((ulong)key * 0x9E3779B97F4A7C15);
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return (uint)((value ^ (value >> 31)) >> 33);
    }

    /// <summary>A seed for a name within a seed.</summary>
    public static ulong Seed(ulong seed, string name)
    {
        foreach (var letter in name)
        {
            seed = (seed ^ letter) * 0x100000001B3;
        }

        return seed ^ (seed >> 29);
    }

    /// <summary>A smooth curve between -1 and 1 with a new random height each period.</summary>
    public static double Smooth(ulong seed, long moment, long period)
    {
        var index = Math.DivRem(moment, period, out var within);
        var part = within / (double)period;
        var left = Hash(seed, index) / (double)int.MaxValue;
        var right = Hash(seed, index + 1) / (double)int.MaxValue;
        var blend = part * part * (3 - (2 * part));
        return ((left + ((right - left) * blend)) * 2) - 1;
    }
}
