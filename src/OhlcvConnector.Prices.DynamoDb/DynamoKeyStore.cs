using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using OhlcvConnector.Application.Keys;

namespace OhlcvConnector.Prices.DynamoDb;

/// <summary>
/// API keys in a table of DynamoDB: PK <c>APIKEY#{id}</c>, SK <c>METADATA</c>; what is reserved of a minute is beside it as <c>RATELIMIT#{minute}</c>, and
/// expires. Only hashes are kept. A change is seen within seconds.
/// </summary>
/// <param name="client">The connection, which stays the caller's.</param>
/// <param name="table">The table's name.</param>
/// <param name="clock">The clock of expiry, and of how often the keys are read.</param>
public sealed class DynamoKeyStore(IAmazonDynamoDB client, string table, TimeProvider clock) : IKeyStore
{
    private const string Group = "APIKEYS";
    private static readonly TimeSpan BetweenReads = TimeSpan.FromSeconds(3);

    private readonly DynamoTable _table = new(client, table);
    private long? _readAt;

    /// <inheritdoc/>
    public async ValueTask<KeyList> ReadAsync(string? stamp = null, CancellationToken cancellationToken = default)
    {
        if (stamp is not null && _readAt is { } last && clock.GetElapsedTime(last) < BetweenReads)
        {
            return new KeyList(stamp, Keys: null);
        }

        _readAt = clock.GetTimestamp();
        ApiKey[] keys = [.. (await _table.QueryAsync(Group, cancellationToken).ConfigureAwait(false)).Select(Read)];
        var content = string.Join('\n', keys.Select(key => (key with { LastUsedAt = null }).ToString()));
        var now = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
        return new KeyList(now, now == stamp ? null : keys);
    }

    /// <inheritdoc/>
    public async ValueTask PutAsync(ApiKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        var created = Time(key.CreatedAt);
        var values = new Dictionary<string, AttributeValue>
        {
            [":group"] = DynamoTable.Text(Group),
            [":order"] = DynamoTable.Text($"{created}#{key.Id}"),
            [":id"] = DynamoTable.Text(key.Id),
            [":name"] = DynamoTable.Text(key.Name),
            [":hash"] = DynamoTable.Text(key.Hash),
            [":created"] = DynamoTable.Text(created),
            [":enabled"] = new() { BOOL = key.IsEnabled },
        };
        var (set, remove) = (new StringBuilder(), new List<string>());
        Optional("revokedAt", key.RevokedAt is { } revoked ? DynamoTable.Text(Time(revoked)) : null);
        Optional("keyRole", key.Role == KeyRole.Read ? null : DynamoTable.Text(key.Role.Name()));
        Optional("requestsPerMinute", key.RequestsPerMinute is { } limit ? DynamoTable.Number(limit) : null);
        await _table.UpdateAsync(
            KeyOf(key.Id),
            "SET GSI1PK = :group, GSI1SK = :order, keyId = :id, #name = :name, keyHash = :hash, createdAt = :created, isEnabled = :enabled"
                + set + (remove.Count > 0 ? " REMOVE " + string.Join(", ", remove) : ""),
            values, cancellationToken).ConfigureAwait(false);

        void Optional(string attribute, AttributeValue? value)
        {
            if (value is null)
            {
                remove.Add(attribute);
                return;
            }

            values[":" + attribute] = value;
            set.Append(CultureInfo.InvariantCulture, $", {attribute} = :{attribute}");
        }
    }

    /// <inheritdoc/>
    public async ValueTask UseAsync(IReadOnlyDictionary<string, DateTimeOffset> used, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(used);
        foreach (var (id, time) in used)
        {
            try
            {
                await _table.UpdateAsync(
                    KeyOf(id), "SET lastUsedAt = :time", new() { [":time"] = DynamoTable.Text(Time(time)) }, cancellationToken,
                    "attribute_exists(PK) AND (attribute_not_exists(lastUsedAt) OR lastUsedAt < :time)").ConfigureAwait(false);
            }
            catch (ConditionalCheckFailedException)
            {
                // another server saw it later, or the key is gone
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<int> ReserveAsync(string id, long minute, int permits, CancellationToken cancellationToken = default)
    {
        var key = DynamoTable.Key("APIKEY#" + id, string.Create(CultureInfo.InvariantCulture, $"RATELIMIT#{minute}"));
        var changed = await _table.UpdateAsync(
            key, "ADD requestCount :permits SET #ttl = :ttl",
            new() { [":permits"] = DynamoTable.Number(permits), [":ttl"] = DynamoTable.Number((minute * 60) + 3600) }, cancellationToken).ConfigureAwait(false);
        return (int)(DynamoTable.NumberOf(changed, "requestCount") ?? permits);
    }

    private static Dictionary<string, AttributeValue> KeyOf(string id) => DynamoTable.Key("APIKEY#" + id, DynamoTable.Metadata);

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static ApiKey Read(Dictionary<string, AttributeValue> item) => new(
        DynamoTable.TextOf(item, "keyId")!, DynamoTable.TextOf(item, "name")!, DynamoTable.TextOf(item, "keyHash")!, Moment(item, "createdAt")!.Value,
        Moment(item, "revokedAt"))
    {
        IsEnabled = item.TryGetValue("isEnabled", out var enabled) && enabled.BOOL == true,
        RequestsPerMinute = (int?)DynamoTable.NumberOf(item, "requestsPerMinute"),
        Role = KeyRoleNames.Read(DynamoTable.TextOf(item, "keyRole")),
        LastUsedAt = Moment(item, "lastUsedAt"),
    };

    private static DateTimeOffset? Moment(Dictionary<string, AttributeValue> item, string attribute) =>
        DynamoTable.TextOf(item, attribute) is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal) : null;
}
