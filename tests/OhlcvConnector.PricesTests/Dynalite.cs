using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using OhlcvConnector.Testing;

namespace OhlcvConnector.PricesTests;

/// <summary>
/// Somebody else's DynamoDB (npm's dynalite) on a free port, with the table that deploy/dynamodb-table.json describes. npm installs it once, into the folder
/// of the build; where that cannot be, tests are skipped with the reason, which is a failure where MUST_RUN is set.
/// </summary>
public sealed partial class Dynalite : IAsyncLifetime
{
    private const string Version = "4.0.0";
    private Process? _server;
    private string? _problem;

    public string Table { get; } = "ohlcv-prices";

    public Uri Address { get; private set; } = new("http://127.0.0.1:1");

    public IAmazonDynamoDB Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        try
        {
            var folder = Path.Combine(RepositoryRoot, "artifacts", "dynalite");
            var program = Path.Combine(folder, "node_modules", "dynalite", "cli.js");
            if (!File.Exists(program))
            {
                Directory.CreateDirectory(folder);
                await RunAsync("npm", ["install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, $"dynalite@{Version}"]);
            }

            var start = new ProcessStartInfo("node", [program, "--port", "0", "--host", "127.0.0.1", "--createTableMs", "0"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            _server = Process.Start(start)!;
            var line = await _server.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException(await _server.StandardError.ReadToEndAsync());
            Address = new Uri(Url().Match(line).Value);
            Client = new AmazonDynamoDBClient(
                new BasicAWSCredentials("test", "test"), new AmazonDynamoDBConfig { ServiceURL = Address.ToString(), AuthenticationRegion = "eu-central-1" });
            await CreateTableAsync();
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            _problem = $"dynalite could not be installed or started: {exception.Message}";
        }
    }

    public ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (_server is { HasExited: false })
        {
            _server.Kill();
        }

        _server?.Dispose();
        return ValueTask.CompletedTask;
    }

    public void Need()
    {
        if (_problem is null)
        {
            return;
        }

        throw Needed.Missing(_problem);
    }

    public static string RepositoryRoot
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "OhlcvConnector.sln")))
            {
                folder = folder.Parent!;
            }

            return folder.FullName;
        }
    }

    private async Task CreateTableAsync()
    {
        using var described = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(RepositoryRoot, "deploy/dynamodb-table.json")));
        var root = described.RootElement;
        var index = root.GetProperty("GlobalSecondaryIndexes")[0];
        await Client.CreateTableAsync(new CreateTableRequest
        {
            TableName = root.GetProperty("TableName").GetString(),
            BillingMode = root.GetProperty("BillingMode").GetString(),
            AttributeDefinitions = [.. root.GetProperty("AttributeDefinitions").EnumerateArray().Select(
                one => new AttributeDefinition(one.GetProperty("AttributeName").GetString(), one.GetProperty("AttributeType").GetString()))],
            KeySchema = Schema(root),
            GlobalSecondaryIndexes = [new GlobalSecondaryIndex { IndexName = index.GetProperty("IndexName").GetString(), KeySchema = Schema(index), Projection = new Projection { ProjectionType = index.GetProperty("Projection").GetProperty("ProjectionType").GetString() } }],
        });
        await Testing.Eventually.TrueAsync(
            () => Client.DescribeTableAsync(Table).GetAwaiter().GetResult().Table.TableStatus == TableStatus.ACTIVE, "the table is there");

        static List<KeySchemaElement> Schema(JsonElement of) =>
            [.. of.GetProperty("KeySchema").EnumerateArray().Select(one => new KeySchemaElement(one.GetProperty("AttributeName").GetString(), one.GetProperty("KeyType").GetString()))];
    }

    private static async Task RunAsync(string program, IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program}: {said}");
        }
    }

    [GeneratedRegex("http://[0-9.:]+")]
    private static partial Regex Url();
}
