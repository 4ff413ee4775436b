using Npgsql;

namespace OhlcvConnector.Archive.PostgreSql;

/// <summary>Short forms of asking a connection.</summary>
internal static class Asking
{
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
