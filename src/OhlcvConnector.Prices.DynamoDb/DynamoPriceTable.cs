using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using OhlcvConnector.Application.Prices;

namespace OhlcvConnector.Prices.DynamoDb;

/// <summary>
/// The newest price of each asset in a table of DynamoDB: PK <c>PRICE#{symbol}</c>, SK <c>METADATA</c>. Conditional writes keep the newest, whoever of
/// several updaters writes. Simulated prices have keys of their own.
/// </summary>
/// <param name="client">The connection, which stays the caller's.</param>
/// <param name="table">The table's name.</param>
/// <param name="isSimulated">Whether simulated prices are to be kept, or real ones.</param>
/// <param name="clock">The clock of leases and expiry; null for this machine's.</param>
public sealed class DynamoPriceTable(IAmazonDynamoDB client, string table, bool isSimulated, TimeProvider? clock = null) : IPriceTable
{
    private const int AtOnce = 16;
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    private readonly DynamoTable _table = new(client, table);
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;

    private string Prefix => isSimulated ? "SANDBOX#" : "";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AssetPrice>> ReadAllAsync(CancellationToken cancellationToken = default) =>
        [.. (await _table.QueryAsync(Prefix + "PRICES", cancellationToken).ConfigureAwait(false)).Select(Read)];

    /// <inheritdoc/>
    public async Task<int> StoreAsync(IReadOnlyList<AssetPrice> prices, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prices);
        var stored = 0;
        foreach (var part in prices.Chunk(AtOnce))
        {
            var written = await Task.WhenAll(part.Select(price => _table.TryPutAsync(
                Write(price), "attribute_not_exists(PK) OR updatedTicks < :ticks",
                new() { [":ticks"] = DynamoTable.Number(price.LastUpdated.UtcTicks) }, cancellationToken))).ConfigureAwait(false);
            stored += written.Count(isWritten => isWritten);
        }

        return stored;
    }

    /// <inheritdoc/>
    public Task<bool> TryLeaseAsync(string name, string owner, TimeSpan time, CancellationToken cancellationToken = default)
    {
        var nowMs = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        var untilMs = nowMs + (long)time.TotalMilliseconds;
        var item = DynamoTable.Key($"{Prefix}LEASE#{name}", DynamoTable.Metadata);
        item["holder"] = DynamoTable.Text(owner);
        item["untilMs"] = DynamoTable.Number(untilMs);
        item["ttl"] = DynamoTable.Number((untilMs / 1000) + 86_400);
        return _table.TryPutAsync(
            item, "attribute_not_exists(PK) OR holder = :holder OR untilMs <= :now",
            new() { [":holder"] = DynamoTable.Text(owner), [":now"] = DynamoTable.Number(nowMs) }, cancellationToken);
    }

    private Dictionary<string, AttributeValue> Write(AssetPrice price)
    {
        var item = DynamoTable.Key($"{Prefix}PRICE#{price.Symbol}", DynamoTable.Metadata);
        item["GSI1PK"] = DynamoTable.Text(Prefix + "PRICES");
        item["GSI1SK"] = DynamoTable.Text(price.Symbol);
        item["symbol"] = DynamoTable.Text(price.Symbol);
        item["quote"] = DynamoTable.Text(price.Quote);
        item["price"] = DynamoTable.Number(price.Price);
        item["source"] = DynamoTable.Text(price.Source);
        item["lastUpdated"] = DynamoTable.Text(price.LastUpdated.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        item["updatedTicks"] = DynamoTable.Number(price.LastUpdated.UtcTicks);
        item["ttl"] = DynamoTable.Number((_clock.GetUtcNow() + KeptFor).ToUnixTimeSeconds());
        if (price.Name is { } name)
        {
            item["name"] = DynamoTable.Text(name);
        }

        foreach (var (attribute, number) in new[]
        {
            ("change24h", price.Change24h), ("high24h", price.High24h), ("low24h", price.Low24h), ("volume24h", price.Volume24h), ("supply", price.Supply),
            ("marketCap", price.MarketCap),
        })
        {
            if (number is { } known)
            {
                item[attribute] = DynamoTable.Number(known);
            }
        }

        return item;
    }

    private AssetPrice Read(Dictionary<string, AttributeValue> item) => new()
    {
        Symbol = DynamoTable.TextOf(item, "symbol")!,
        Quote = DynamoTable.TextOf(item, "quote")!,
        Price = DynamoTable.NumberOf(item, "price") ?? 0,
        LastUpdated = new DateTimeOffset((long)(DynamoTable.NumberOf(item, "updatedTicks") ?? 0), TimeSpan.Zero),
        Source = DynamoTable.TextOf(item, "source")!,
        Name = DynamoTable.TextOf(item, "name"),
        Change24h = DynamoTable.NumberOf(item, "change24h"),
        High24h = DynamoTable.NumberOf(item, "high24h"),
        Low24h = DynamoTable.NumberOf(item, "low24h"),
        Volume24h = DynamoTable.NumberOf(item, "volume24h"),
        Supply = DynamoTable.NumberOf(item, "supply"),
        IsSandbox = isSimulated,
    };
}
