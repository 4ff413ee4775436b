using System.Globalization;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Application.Cluster;

/// <summary>
/// The version of what nodes write for each other. A minor one adds fields, which older nodes carry along and do not read; a major one changes what a field
/// means, and is refused by who does not know it.
/// </summary>
public static class ClusterVersion
{
    /// <summary>The version that this program writes.</summary>
    public const string Written = "1.0";

    private const int Major = 1;

    /// <summary>Returns true when this program can read what that version wrote.</summary>
    /// <param name="version">The version as it was written; null where none was.</param>
    public static bool IsReadable(string? version) =>
        int.TryParse(version?.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) && major == Major;

    /// <summary>Checks that this program can read what that version wrote.</summary>
    /// <param name="version">The version as it was written; null where none was.</param>
    /// <param name="what">What was written, for the message.</param>
    /// <exception cref="ClusterException">It cannot.</exception>
    public static void Check(string? version, string what)
    {
        if (!IsReadable(version))
        {
            throw new ClusterException($"{what} was written in version {version ?? "none"} of the cluster's format; this program reads {Major}.x. Run the program that wrote it, or one that is newer.");
        }
    }
}
