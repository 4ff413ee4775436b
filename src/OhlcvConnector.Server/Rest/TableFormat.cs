namespace OhlcvConnector.Server.Rest;

/// <summary>A form in which candles are answered, besides JSON: a table that pandas, polars, DuckDB or a spreadsheet reads from the URL.</summary>
/// <param name="Name">What is written behind <c>format=</c>.</param>
/// <param name="MediaType">What is written in <c>Accept</c>, and what the answer says it is.</param>
internal sealed record TableFormat(string Name, string MediaType)
{
    /// <summary>The form that is usual.</summary>
    public const string Json = "json";

    /// <summary>Comma-separated values, as the terminal writes them.</summary>
    public static TableFormat Csv { get; } = new("csv", "text/csv");

    /// <summary>A Parquet file, as the archive exports it.</summary>
    public static TableFormat Parquet { get; } = new("parquet", "application/vnd.apache.parquet");

    /// <summary>An Arrow file, with the columns of the Parquet one.</summary>
    public static TableFormat Arrow { get; } = new("arrow", "application/vnd.apache.arrow.file");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<TableFormat> All { get; } = [Csv, Parquet, Arrow];

    /// <summary>The first one that a header <c>Accept</c> names; null for JSON.</summary>
    public static TableFormat? Accepted(string accept)
    {
        foreach (var accepted in accept.Split(',', StringSplitOptions.TrimEntries))
        {
            var type = accepted.Split(';')[0].TrimEnd();
            if (type is "application/json" or "*/*")
            {
                return null;
            }

            if (All.FirstOrDefault(format => format.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)) is { } found)
            {
                return found;
            }
        }

        return null;
    }
}
