using OhlcvConnector.Application.Keys;
using OhlcvConnector.Archive.Sqlite;
using OhlcvConnector.Prices.DynamoDb;

namespace OhlcvConnector.Server.Keys;

/// <summary>The stores of API keys that a setting can name.</summary>
public static class KeyStores
{
    private const string Sqlite = "sqlite:";

    /// <summary>Opens the store: <c>sqlite:FILE</c>, <c>dynamodb:TABLE</c>, or else a file, an object of JSON a line.</summary>
    /// <param name="path">What names it.</param>
    /// <param name="clock">Dates new keys.</param>
    /// <exception cref="Domain.ArchiveException">It is a database that cannot be used.</exception>
    public static IKeyStore Open(string path, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.StartsWith(Sqlite, StringComparison.OrdinalIgnoreCase) ? new SqliteKeyStore(path[Sqlite.Length..], clock)
            : path.StartsWith(DynamoConnection.Scheme, StringComparison.OrdinalIgnoreCase)
                ? new DynamoKeyStore(DynamoConnection.Open(nameof(ServerOptions.KeysPath)), path[DynamoConnection.Scheme.Length..], clock)
            : new KeyFile(path, clock);
    }
}
