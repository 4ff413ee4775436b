using Npgsql;

namespace OhlcvConnector.Archive.PostgreSql;

/// <summary>Tables beside the candles in a database, which older programs leave alone.</summary>
internal static class SideTables
{
    /// <summary>Opens a database, and makes the tables in it.</summary>
    /// <param name="address"><c>postgres://user:password@host:5432/database</c>.</param>
    /// <param name="isSimulated">Whether what is kept is simulated.</param>
    /// <param name="tables">What makes the tables.</param>
    /// <param name="now">What time it is.</param>
    /// <returns>The database, and where it is, without the password.</returns>
    /// <exception cref="Domain.ArchiveException">It cannot be used.</exception>
    public static (NpgsqlDataSource Source, string Location) Open(string address, bool isSimulated, string tables, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(address);
        var (location, connectionString) = PostgreSqlAddress.Parse(address);
        var builder = new NpgsqlSlimDataSourceBuilder(connectionString);
        builder.EnableTransportSecurity();
        var source = builder.Build();
        try
        {
            using var connection = source.OpenConnection();
            Schema.Prepare(connection, location, isSimulated, mustExist: false, now);
            using var transaction = connection.BeginTransaction();
            using (var command = connection.With($"{Schema.Lock}; {tables}"))
            {
                command.ExecuteNonQuery();
            }

            transaction.Commit();
            return (source, location);
        }
        catch (Exception exception)
        {
            source.Dispose();
            throw PostgreSqlErrors.Is(exception) ? PostgreSqlErrors.Explain(location, exception) : exception;
        }
    }
}
