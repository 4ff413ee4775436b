using System.Diagnostics;
using Amazon.DynamoDBv2.Model;
using OhlcvConnector.Application.Keys;
using OhlcvConnector.Application.Prices;
using OhlcvConnector.Prices.DynamoDb;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.PricesTests;

public class DynamoDbTests(Dynalite dynalite) : IClassFixture<Dynalite>
{
    private readonly ManualTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(56));

    [Fact]
    public async Task Prices_are_kept_exactly_and_of_two_updaters_the_newer_wins()
    {
        dynalite.Need();
        var (one, other) = (Table(), Table());
        var price = HardPrices.OfManyDigits("#'\"|METADATA", _clock.GetUtcNow());

        (await one.StoreAsync([price])).ShouldBe(1);
        (await other.StoreAsync([price with { Price = 1, LastUpdated = price.LastUpdated.AddTicks(-1) }])).ShouldBe(0);
        (await other.ReadAllAsync()).Single(row => row.Symbol == price.Symbol).ShouldBe(price);
        var writes = Enumerable.Range(1, 40)
            .Select(i => (i % 2 == 0 ? one : other).StoreAsync([price with { Price = i, LastUpdated = price.LastUpdated.AddTicks(i) }]));
        await Task.WhenAll(writes.Reverse());

        (await one.ReadAllAsync()).Single(row => row.Symbol == price.Symbol).Price.ShouldBe(40);
        (await new DynamoPriceTable(dynalite.Client, dynalite.Table, isSimulated: false, _clock).ReadAllAsync())
            .ShouldBeEmpty("simulated prices have keys of their own");
        var item = (await dynalite.Client.GetItemAsync(dynalite.Table, Key("SANDBOX#PRICE#" + price.Symbol, "METADATA"))).Item;
        (item["ttl"].N, item["GSI1PK"].S)
            .ShouldBe((_clock.GetUtcNow().AddDays(30).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture), "SANDBOX#PRICES"));
    }

    [Fact]
    public async Task Many_prices_come_in_pages()
    {
        dynalite.Need();
        var table = new DynamoPriceTable(dynalite.Client, dynalite.Table, isSimulated: false, _clock);
        var prices = Enumerable.Range(0, 300).Select(i => new AssetPrice
        {
            Symbol = $"A{i:D4}",
            Quote = "USD",
            Price = i + 1,
            LastUpdated = _clock.GetUtcNow(),
            Source = "a",
            Name = new string('x', 4000),
        }).ToList();

        (await table.StoreAsync(prices)).ShouldBe(300);
        (await table.ReadAllAsync()).Select(price => price.Symbol).ShouldBe(prices.Select(price => price.Symbol));
        foreach (var price in prices)
        {
            await dynalite.Client.DeleteItemAsync(dynalite.Table, Key("PRICE#" + price.Symbol, "METADATA"));
        }
    }

    [Fact]
    public async Task A_lease_is_one_owners_until_it_ends()
    {
        dynalite.Need();
        var table = Table();
        var taken = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Table().TryLeaseAsync("x", $"owner {i}", TimeSpan.FromMinutes(1))));

        taken.Count(has => has).ShouldBe(1);
        var owner = $"owner {Array.IndexOf(taken, true)}";

        (await table.TryLeaseAsync("x", owner, TimeSpan.FromMinutes(1))).ShouldBeTrue();
        (await table.TryLeaseAsync("x", "another", TimeSpan.FromMinutes(1))).ShouldBeFalse();
        _clock.Advance(TimeSpan.FromMinutes(1));

        (await table.TryLeaseAsync("x", "another", TimeSpan.FromMinutes(1))).ShouldBeTrue();
    }

    [Fact]
    public async Task Keys_are_kept_as_hashes_changed_and_limited_over_all_servers()
    {
        dynalite.Need();
        var store = new DynamoKeyStore(dynalite.Client, dynalite.Table, _clock);
        var (key, stored) = KeySecret.New("alice'; #METADATA", _clock.GetUtcNow());
        await store.PutAsync(stored with { RequestsPerMinute = 7, Role = KeyRole.Trade });
        var read = await store.ReadAsync();

        read.Keys!.ShouldContain(stored with { RequestsPerMinute = 7, Role = KeyRole.Trade });
        (await store.ReadAsync(read.Stamp)).Keys.ShouldBeNull("it was read a moment ago");
        _clock.Advance(TimeSpan.FromSeconds(4));

        (await store.ReadAsync(read.Stamp)).Keys.ShouldBeNull("nothing changed");
        await store.PutAsync(stored with { IsEnabled = false, RevokedAt = _clock.GetUtcNow() });
        await store.UseAsync(new Dictionary<string, DateTimeOffset> { [stored.Id] = _clock.GetUtcNow(), ["gone"] = _clock.GetUtcNow() });
        _clock.Advance(TimeSpan.FromSeconds(4));
        var changed = (await store.ReadAsync(read.Stamp)).Keys!.Single(one => one.Id == stored.Id);

        (changed.IsValid, changed.Role, changed.RequestsPerMinute, changed.LastUsedAt)
            .ShouldBe((false, KeyRole.Read, null, _clock.GetUtcNow() - TimeSpan.FromSeconds(4)));
        var reserved = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => new DynamoKeyStore(dynalite.Client, dynalite.Table, _clock).ReserveAsync(stored.Id, 5, 3).AsTask()));

        reserved.Order().ShouldBe(Enumerable.Range(1, 20).Select(i => i * 3));
        (await dynalite.Client.GetItemAsync(dynalite.Table, Key("APIKEY#" + stored.Id, "RATELIMIT#5"))).Item["requestCount"].N.ShouldBe("60");
        (await dynalite.Client.ScanAsync(new ScanRequest(dynalite.Table))).Items.SelectMany(item => item.Values)
            .ShouldAllBe(value => value.S == null || !value.S.Contains(key));
    }

    [Fact]
    public async Task A_table_that_is_not_there_is_named()
    {
        dynalite.Need();
        var exception = await Should.ThrowAsync<IOException>(() => new DynamoPriceTable(dynalite.Client, "nope", isSimulated: true).ReadAllAsync());

        exception.Message.ShouldBe("There is no DynamoDB table 'nope', or it has no index GSI1; deploy/dynamodb-table.json makes it.");
    }

    [Fact]
    public async Task The_terminal_finds_the_table_by_the_environment()
    {
        dynalite.Need();
        var (made, code) = await TerminalAsync("keys", "add", "bob", "--file", $"dynamodb:{dynalite.Table}");

        code.ShouldBe(0);
        made.ShouldStartWith("ohlcv_");
        (await TerminalAsync("keys", "list", "--file", $"dynamodb:{dynalite.Table}")).Output.ShouldContain("bob");
        (await TerminalAsync("keys", "list", "--file", "dynamodb:nope")).Code.ShouldBe(1);
    }

    /// <summary>Where the build puts the terminal with all that it needs, beside what the tests are in.</summary>
    private static string Program => Path.Combine(AppContext.BaseDirectory, "../../OhlcvConnector.Cli", Path.GetFileName(
        AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)), "connector-cli.dll");

    private static Dictionary<string, AttributeValue> Key(string partition, string sort) =>
        new() { ["PK"] = new() { S = partition }, ["SK"] = new() { S = sort } };

    private DynamoPriceTable Table() => new(dynalite.Client, dynalite.Table, isSimulated: true, _clock);

    private async Task<(string Output, int Code)> TerminalAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["AWS_ENDPOINT_URL_DYNAMODB"] = dynalite.Address.ToString().TrimEnd('/');
        (start.Environment["AWS_REGION"], start.Environment["AWS_ACCESS_KEY_ID"], start.Environment["AWS_SECRET_ACCESS_KEY"]) =
            ("eu-central-1", "test", "test");
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        TestContext.Current.TestOutputHelper?.WriteLine(await error);
        return (output, process.ExitCode);
    }
}
