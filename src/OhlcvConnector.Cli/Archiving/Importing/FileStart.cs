namespace OhlcvConnector.Cli.Archiving.Importing;

/// <summary>What a file is, by how it begins.</summary>
internal static class FileStart
{
    private const int MaxLine = 4_096;

    /// <summary>Whether it is a zip.</summary>
    public static bool IsZip(string path) => Read(path, 2) is ['P', 'K'];

    /// <summary>Whether it is a Parquet file.</summary>
    public static bool IsParquet(string path) => Read(path, 4) is ['P', 'A', 'R', '1'];

    /// <summary>Whether it is a JSON array.</summary>
    public static bool IsArray(string path) => Read(path, MaxLine).AsSpan().TrimStart() is ['[', ..];

    /// <summary>Its first line, or as much of it as matters.</summary>
    public static string FirstLine(string path) => new string(Read(path, MaxLine)).Split('\n', 2)[0].TrimEnd('\r');

    private static char[] Read(string path, int count)
    {
        using var text = File.OpenText(path);
        var start = new char[count];
        return start[..text.ReadBlock(start, 0, count)];
    }
}
