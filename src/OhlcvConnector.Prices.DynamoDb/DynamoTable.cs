using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;

namespace OhlcvConnector.Prices.DynamoDb;

/// <summary>
/// One table for prices, leases, keys and what keys used: partition key PK, sort key SK, one index GSI1 over GSI1PK and GSI1SK, expiry by ttl. Its errors are
/// <see cref="IOException"/>s in words.
/// </summary>
internal sealed class DynamoTable(IAmazonDynamoDB client, string name)
{
    /// <summary>Attributes whose names are words of the language of expressions.</summary>
    private static readonly Dictionary<string, string> ReservedWords = new() { ["#name"] = "name", ["#ttl"] = "ttl" };

    /// <summary>The sort key of what there is one of.</summary>
    public const string Metadata = "METADATA";

    /// <summary>A text.</summary>
    public static AttributeValue Text(string text) => new() { S = text };

    /// <summary>A number, exactly.</summary>
    public static AttributeValue Number(decimal number) => new() { N = number.ToString(CultureInfo.InvariantCulture) };

    /// <summary>A text of an item; null where it has none.</summary>
    public static string? TextOf(Dictionary<string, AttributeValue> item, string attribute) => item.TryGetValue(attribute, out var value) ? value.S : null;

    /// <summary>A number of an item; null where it has none.</summary>
    public static decimal? NumberOf(Dictionary<string, AttributeValue> item, string attribute) =>
        item.TryGetValue(attribute, out var value) && value.N is { } text ? decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) : null;

    /// <summary>The key of an item.</summary>
    public static Dictionary<string, AttributeValue> Key(string partition, string sort) => new() { ["PK"] = Text(partition), ["SK"] = Text(sort) };

    /// <summary>All items of a group of the index, in its order.</summary>
    public async Task<List<Dictionary<string, AttributeValue>>> QueryAsync(string group, CancellationToken cancellationToken)
    {
        var found = new List<Dictionary<string, AttributeValue>>();
        var request = new QueryRequest
        {
            TableName = name,
            IndexName = "GSI1",
            KeyConditionExpression = "GSI1PK = :group",
            ExpressionAttributeValues = new() { [":group"] = Text(group) },
        };
        do
        {
            var page = await GuardAsync(() => client.QueryAsync(request, cancellationToken)).ConfigureAwait(false);
            found.AddRange(page.Items ?? []);
            request.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (request.ExclusiveStartKey is { Count: > 0 });
        return found;
    }

    /// <summary>Writes an item where a condition holds; whether it did.</summary>
    public async Task<bool> TryPutAsync(
        Dictionary<string, AttributeValue> item, string condition, Dictionary<string, AttributeValue> values, CancellationToken cancellationToken)
    {
        try
        {
            await GuardAsync(() => client.PutItemAsync(
                new PutItemRequest { TableName = name, Item = item, ConditionExpression = condition, ExpressionAttributeValues = values }, cancellationToken))
                .ConfigureAwait(false);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
    }

    /// <summary>Changes an item, or makes it.</summary>
    /// <returns>What changed of it.</returns>
    public async Task<Dictionary<string, AttributeValue>> UpdateAsync(
        Dictionary<string, AttributeValue> key, string expression, Dictionary<string, AttributeValue> values, CancellationToken cancellationToken,
        string? condition = null)
    {
        var names = ReservedWords.Where(word => expression.Contains(word.Key, StringComparison.Ordinal)).ToDictionary();
        var request = new UpdateItemRequest
        {
            TableName = name,
            Key = key,
            UpdateExpression = expression,
            ConditionExpression = condition,
            ExpressionAttributeNames = names.Count > 0 ? names : null, // none is an error
            ExpressionAttributeValues = values,
            ReturnValues = ReturnValue.UPDATED_NEW,
        };
        var answer = await GuardAsync(() => client.UpdateItemAsync(request, cancellationToken)).ConfigureAwait(false);
        return answer.Attributes ?? [];
    }

    private async Task<T> GuardAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (ResourceNotFoundException exception)
        {
            throw new IOException($"There is no DynamoDB table '{name}', or it has no index GSI1; deploy/dynamodb-table.json makes it.", exception);
        }
        catch (Exception exception) when (
            exception is (AmazonClientException or AmazonServiceException or HttpRequestException) and not ConditionalCheckFailedException)
        {
            throw new IOException($"DynamoDB, table '{name}': {exception.Message}", exception);
        }
    }
}
