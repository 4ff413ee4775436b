using OhlcvConnector.Application.Prices;
using OhlcvConnector.Archive.Sqlite;
using OhlcvConnector.Prices.DynamoDb;

namespace OhlcvConnector.Server.Prices;

/// <summary>The tables of prices that a setting can name.</summary>
internal static class PriceTables
{
    /// <summary>Opens the table: <c>dynamodb:TABLE</c>, or else a SQLite file.</summary>
    /// <param name="path">What names it.</param>
    /// <param name="isSimulated">Whether simulated prices are to be kept, or real ones.</param>
    /// <param name="clock">The clock of leases.</param>
    /// <exception cref="Domain.OhlcvConnectorException">It cannot be used.</exception>
    public static IPriceTable Open(string path, bool isSimulated, TimeProvider clock) =>
        path.StartsWith(DynamoConnection.Scheme, StringComparison.OrdinalIgnoreCase)
        ? new DynamoPriceTable(DynamoConnection.Open(nameof(ServerOptions.PriceTable)), path[DynamoConnection.Scheme.Length..], isSimulated, clock)
        : SqlitePriceTable.Open(path, isSimulated, clock);
}
