using System.Numerics;
using DuckDB.NET.Data;

namespace OhlcvConnector.Testing;

/// <summary>DuckDB, in memory: a reader of files that shares nothing with those who wrote them.</summary>
internal static class DuckDb
{
    /// <summary>The rows of a query; times are UTC.</summary>
    public static List<object?[]> Ask(string sql)
    {
        using var connection = new DuckDBConnection("Data Source=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SET TimeZone = 'UTC'; " + sql;
        using var reader = command.ExecuteReader();
        var rows = new List<object?[]>();
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(column => reader.IsDBNull(column) ? null : Value(reader, column))]);
        }

        return rows;
    }

    private static object Value(DuckDBDataReader reader, int column) => reader.GetValue(column) switch
    {
        DateTimeOffset time => time.UtcDateTime,
        BigInteger number => (long)number,
        var value => value,
    };
}
