using Npgsql;
using OhlcvConnector.Domain;

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
    /// <exception cref="ArchiveException">It cannot be used.</exception>
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

    /// <summary>Keeps something, all of it or nothing, and for good before it returns.</summary>
    /// <param name="source">The database.</param>
    /// <param name="location">Where it is, for errors.</param>
    /// <param name="theLock">Taken by whoever keeps such things, so that their numbers are seen in their order.</param>
    /// <param name="keep">Keeps it.</param>
    /// <param name="cancellationToken">Ends the wait for others that keep something.</param>
    /// <exception cref="ArchiveException">It cannot be kept.</exception>
    public static Task<T> KeepAsync<T>(
        NpgsqlDataSource source, string location, string theLock, Func<NpgsqlConnection, Task<T>> keep, CancellationToken cancellationToken) =>
        source.AskAsync(location, async connection =>
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                await connection.RunAsync($"SET LOCAL synchronous_commit = on; SET LOCAL lock_timeout = '5s'; {theLock}", cancellationToken)
                    .ConfigureAwait(false);
                var kept = await keep(connection).ConfigureAwait(false);
                await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
                return kept;
            }
        }, cancellationToken);

    /// <summary>A series of eight columns: exchange, market, the venue's symbol, symbol, base, quote and settle asset, interval.</summary>
    /// <param name="row">The row.</param>
    /// <param name="first">The first of them, from 0.</param>
    public static Series SeriesOf(NpgsqlDataReader row, int first) => new(
        new Instrument
        {
            Exchange = row.GetString(first),
            Market = MarketNames.Parse(row.GetString(first + 1)),
            VenueSymbol = row.GetString(first + 2),
            Symbol = row.GetString(first + 3),
            BaseAsset = row.GetString(first + 4),
            QuoteAsset = row.GetString(first + 5),
            SettleAsset = row.IsDBNull(first + 6) ? null : row.GetString(first + 6),
        },
        Interval.Parse(row.GetString(first + 7)));
}
