using Amazon.DynamoDBv2;
using Amazon.Runtime;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Prices.DynamoDb;

/// <summary>Connects as the environment says: <c>AWS_REGION</c>, <c>AWS_ACCESS_KEY_ID</c> and all else that Amazon's own tools read.</summary>
public static class DynamoConnection
{
    /// <summary>What a setting begins with that names a table of DynamoDB.</summary>
    public const string Scheme = "dynamodb:";

    /// <summary>Makes a connection; nothing is asked yet.</summary>
    /// <param name="setting">The setting for which it is, for the error.</param>
    /// <exception cref="InvalidSettingException">The environment says neither region nor address.</exception>
    public static IAmazonDynamoDB Open(string setting)
    {
        try
        {
            return new AmazonDynamoDBClient();
        }
        catch (AmazonClientException exception)
        {
            throw new InvalidSettingException(
                $"{setting}: {exception.Message} Set AWS_REGION (or AWS_ENDPOINT_URL_DYNAMODB) and credentials as for Amazon's own tools.");
        }
    }
}
