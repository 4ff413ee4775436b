using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using Shouldly;

namespace OhlcvConnector.ArchitectureTests;

/// <summary>A venue is whole: it has a simulated twin, stored messages with their source, tests, and a row for each market in the documentation.</summary>
public class CompletenessTests
{
    public static TheoryData<string> VenueNames() => [.. Venues.All.Select(venue => venue.Name)];

    [Theory]
    [MemberData(nameof(VenueNames))]
    public async Task Every_market_of_a_venue_has_a_simulated_twin(string exchange)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { SymbolCount = 1 });
        var venue = Venues.All.Single(candidate => candidate.Name == exchange);
        sandbox.Venues.Where(twin => twin.Exchange == exchange).Select(twin => twin.Market)
            .ShouldBe(venue.Markets.Select(market => market.Market), ignoreOrder: true);
        foreach (var market in venue.Markets)
        {
            var twin = sandbox.Venues.Single(candidate => candidate.Exchange == exchange && candidate.Market == market.Market);
            twin.Stream.AbsolutePath.TrimEnd('/').ShouldBe((market.SandboxPath + market.Stream.AbsolutePath).TrimEnd('/'));
        }
    }

    [Theory]
    [MemberData(nameof(VenueNames))]
    public void A_venue_has_stored_messages_with_their_source(string exchange)
    {
        var folder = Path.Combine(Repository.Root, "tests/OhlcvConnector.UnitTests/Fixtures", exchange);

        Directory.EnumerateFiles(folder, "*.json*", SearchOption.AllDirectories).ShouldNotBeEmpty();
        File.Exists(Path.Combine(folder, "SOURCES.md")).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(VenueNames))]
    public void Every_market_of_a_venue_has_a_row_in_the_documentation_with_its_addresses(string exchange)
    {
        var rows = File.ReadAllLines(Path.Combine(Repository.Root, "docs/venues.md"));
        foreach (var market in Venues.All.Single(venue => venue.Name == exchange).Markets)
        {
            var row = rows.SingleOrDefault(line => line.StartsWith($"| {exchange} | {market.Market.Name()} |", StringComparison.Ordinal));
            row.ShouldNotBeNull($"{exchange} {market.Market.Name()}");
            row.ShouldContain($"`{market.Stream.OriginalString}`");
            row.ShouldContain($"`{market.Rest.OriginalString}`");
            row.ShouldContain(string.Join(' ', market.Intervals.Streamed));
        }
    }

    [Fact]
    public void Every_kind_of_fault_has_a_row_in_the_documentation()
    {
        var rows = File.ReadAllLines(Path.Combine(Repository.Root, "docs/sandbox.md"));

        Enum.GetNames<SandboxFaultKind>().Where(kind => !rows.Any(line => line.StartsWith($"| `{kind}` |", StringComparison.Ordinal))).ShouldBeEmpty();
    }

    [Fact]
    public void Every_option_is_read_somewhere_else_than_where_it_is_checked()
    {
        var code = string.Concat(Repository.SourceFiles("src/OhlcvConnector.Infrastructure")
            .Where(file => Path.GetFileName(file) is not ("ConnectorOptions.cs" or "ConnectorOptionsValidator.cs" or "ConnectorSettings.cs"))
                .Select(File.ReadAllText));
        typeof(ConnectorOptions).GetProperties()
            .Where(property => !code.Contains($"ptions.{property.Name}", StringComparison.Ordinal))
            .Select(property => property.Name)
            .ShouldBeEmpty();
    }

    [Fact]
    public void The_sample_in_the_readme_is_the_sample_that_is_built()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

        readme.ShouldContain(File.ReadAllText(Path.Combine(Repository.Root, "samples/ConsoleStream/Program.cs")).TrimEnd());
    }
}
