using Npgsql;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Archive.PostgreSql;

/// <summary>Short forms of asking a connection.</summary>
internal static class Asking
{
    /// <summary>Does something with a connection.</summary>
    /// <param name="source">The database.</param>
    /// <param name="location">Where it is, for errors.</param>
    /// <param name="work">Does it.</param>
    /// <param name="cancellationToken">Ends the wait for the connection.</param>
    /// <exception cref="ArchiveException">The database is not reached, or refuses; the message says what to do.</exception>
    public static async Task<T> AskAsync<T>(
        this NpgsqlDataSource source, string location, Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                return await work(connection).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (PostgreSqlErrors.Is(exception))
        {
            throw PostgreSqlErrors.Explain(location, exception);
        }
    }

    /// <summary>A command with its parameters, <c>$1</c> first.</summary>
    public static NpgsqlCommand With(this NpgsqlConnection connection, string sql, params ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        }

        return command;
    }

    /// <summary>Runs statements that give nothing.</summary>
    /// <returns>How many rows they touched.</returns>
    public static async Task<int> RunAsync(this NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using (command.ConfigureAwait(false))
        {
            return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Runs statements that give nothing.</summary>
    /// <returns>How many rows they touched.</returns>
    public static Task<int> RunAsync(this NpgsqlConnection connection, string sql, CancellationToken cancellationToken) =>
        connection.With(sql).RunAsync(cancellationToken);

    /// <summary>The first column of the first row.</summary>
    public static async Task<T?> AskAsync<T>(this NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using (command.ConfigureAwait(false))
        {
            return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is T value ? value : default;
        }
    }

    /// <summary>The first column of the first row.</summary>
    public static Task<T?> AskAsync<T>(this NpgsqlConnection connection, string sql, CancellationToken cancellationToken) =>
        connection.With(sql).AskAsync<T>(cancellationToken);

    /// <summary>All rows, each as something.</summary>
    public static async Task<List<T>> ListAsync<T>(this NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using (command.ConfigureAwait(false))
        {
            var found = new List<T>();
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    found.Add(read(reader));
                }
            }

            return found;
        }
    }
}
