using System.Text.Json;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Cli.Archiving;
using OhlcvConnector.Domain;
using Shouldly;

namespace OhlcvConnector.ArchiveTests;

/// <summary>What was listed when: renamed, delisted, expired, and with other steps.</summary>
public abstract class ListingTests(TestStore store) : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_listed_at_a_time_is_told_with_the_steps_that_it_had_then()
    {
        await using (var archive = await store.OpenAsync())
        {
            (await archive.KeepListingAsync([New("AUSDT"), New("BUSDT")], Start, Token)).ShouldBe(2);
            (await archive.KeepListingAsync([New("BUSDT"), New("AUSDT") with { Aliases = ["a"], IsSandbox = true }], Start.AddHours(1), Token)).ShouldBe(0);
            (await archive.KeepListingAsync([New("AUSDT") with { TickSize = 0.1m }, New("CUSDT")], Start.AddHours(2), Token)).ShouldBe(3);
            (await archive.KeepListingAsync([], Start.AddHours(3), Token)).ShouldBe(0); // an exchange that lists nothing says nothing
            (await archive.KeepListingAsync([New("ZUSDT")], Start.AddMinutes(90), Token)).ShouldBe(0); // somebody was slow
            (await archive.KeepListingAsync([New("AUSDT") with { TickSize = 0.1m }, New("BUSDT")], Start.AddHours(4), Token)).ShouldBe(2);
        }

        await using var again = await store.OpenAsync();
        var all = await again.ListingsAsync(Token);
        string[] At(double hours) =>
            [.. all.Where(one => one.WasSoAt(Start.AddHours(hours)))
                .Select(one => FormattableString.Invariant($"{one.Instrument.VenueSymbol} {one.Instrument.TickSize}"))];

        At(-1).ShouldBeEmpty();
        At(1.5).ShouldBe(["AUSDT 0.01", "BUSDT 0.01"]);
        At(2).ShouldBe(["AUSDT 0.1", "CUSDT 0.01"]);
        At(9).ShouldBe(["AUSDT 0.1", "BUSDT 0.01"]);
        all[0].ShouldBe(new KeptListing(New("AUSDT"), Start, Start.AddHours(1), Start.AddHours(2)));
        all[1].ShouldBe(new KeptListing(New("AUSDT") with { TickSize = 0.1m }, Start.AddHours(2), Start.AddHours(4), null));
    }

    [Fact]
    public async Task All_that_is_known_of_an_instrument_comes_back()
    {
        var whole = New("BTCUSD_260626") with
        {
            Market = Market.CoinMargined,
            Symbol = "BTC/USD:BTC-260626",
            SettleAsset = "BTC",
            ContractSize = 100,
            LotSize = 1,
            ExpiresAt = Start.AddDays(90),
            ListedAt = Start.AddDays(-90),
            IsTrading = false,
            Status = "PENDING",
        };
        await using var archive = await store.OpenAsync();
        await archive.KeepListingAsync([whole], Start, Token);

        (await archive.ListingsAsync(Token)).ShouldHaveSingleItem().Instrument.ShouldBe(whole);
    }

    [Fact]
    public async Task Changes_say_what_happened_to_whom()
    {
        var (march, june) = (Dated("BTCUSD_260327", Start.AddDays(26)), Dated("BTCUSD_260626", Start.AddDays(117)));
        await using var archive = await store.OpenAsync();
        await archive.KeepListingAsync([New("AUSDT"), New("@107") with { Symbol = "OLD/USDC" }, march, june], Start, Token);
        await archive.KeepListingAsync(
            [New("@107") with { Symbol = "NEW/USDC", IsTrading = false, Status = "BREAK" }, june, New("DUSDT")], Start.AddDays(27), Token);
        var changes = ListingChange.Of(await archive.ListingsAsync(Token));

        changes.Select(one => (one.Instrument.VenueSymbol, one.Kind, one.Field, one.Before, one.After)).ShouldBe(
        [
            ("@107", ListingChangeKind.Renamed, "symbol", "OLD/USDC", "NEW/USDC"),
            ("@107", ListingChangeKind.Changed, "status", "trading", "BREAK"),
            ("AUSDT", ListingChangeKind.Delisted, null, null, null),
            ("BTCUSD_260327", ListingChangeKind.Expired, null, null, "BTCUSD_260626"),
            ("DUSDT", ListingChangeKind.Listed, null, null, null),
        ]);

        changes.ShouldAllBe(one => one.At == Start.AddDays(27));
    }

    [Fact]
    public async Task A_listing_that_cannot_be_kept_is_told_and_serves_all_the_same()
    {
        var troubles = new List<string>();
        await using var stage = new RecorderStage(await store.OpenAsync());
        var listings = new ListingsToArchive(stage.Disk, new Exchange(), stage.Clock, trouble => troubles.Add(trouble.Message));
        stage.Disk.IsFull = true;

        (await listings.ListAsync("binance", Market.Spot, Token)).Count.ShouldBe(1);
        (await listings.ListAsync("binance", Market.Spot, Token)).Count.ShouldBe(1); // the same reading is not tried twice
        troubles.ShouldBe(["there is no room"]);
        stage.Disk.IsFull = false;

        (await listings.ListAgainAsync("binance", Market.Spot, Token)).Count.ShouldBe(1);
        (await stage.Archive.ListingsAsync(Token)).ShouldHaveSingleItem().FirstSeen.ShouldBe(stage.Clock.GetUtcNow());
    }

    [Fact]
    public async Task Filling_keeps_what_is_listed_and_it_can_be_read_as_of_a_time()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { SymbolCount = 3 }, Token);
        var terminal = new Terminal(store.Folder) { Sandbox = sandbox, Archive = await store.AddressAsync() };
        await terminal.RunAsync("archive fill binance:BTCUSDT --from -60m --to -10m --live");
        var listings = await terminal.RunAsync("archive listings --sandbox --output json");

        listings.Code.ShouldBe(0);
        var rows = listings.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var truth = await terminal.RunAsync("symbols binance --market spot --output json --live");

        rows.Select(row => row.GetProperty("venueSymbol").GetString()).ShouldBe(
            truth.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("venueSymbol").GetString()),
            ignoreOrder: true);
        var btc = rows.Single(row => row.GetProperty("venueSymbol").GetString() == "BTCUSDT");

        (btc.GetProperty("tickSize").GetDecimal(), btc.GetProperty("lotSize").GetDecimal()).ShouldBe((0.01m, 0.00001m));
        btc.GetProperty("sandbox").GetBoolean().ShouldBeTrue();
        (await terminal.RunAsync("archive listings binance:BTC* --sandbox")).Output.ShouldContain("binance/spot:BTCUSDT");
        var before = await terminal.RunAsync("archive listings --at 2020-01-01 --sandbox");

        before.Output.ShouldStartWith("SANDBOX: 0 listings");
        before.Error.ShouldContain("what it listed before is not known");
        (await terminal.RunAsync("archive listings --changes --sandbox")).Output.ShouldStartWith("SANDBOX: 0 changes");
        (await terminal.RunAsync("archive listings --changes --at -1d --sandbox")).Code.ShouldBe(2);
    }

    public void Dispose()
    {
        store.Dispose();
        GC.SuppressFinalize(this);
    }

    private static Instrument New(string symbol) => new()
    {
        Exchange = "binance",
        Market = Market.Spot,
        VenueSymbol = symbol,
        Symbol = symbol[..1] + "/USDT",
        BaseAsset = symbol[..1],
        QuoteAsset = "USDT",
        TickSize = 0.01m,
    };

    private static Instrument Dated(string symbol, DateTimeOffset expiresAt) => New(symbol) with
    {
        BaseAsset = "BTC",
        QuoteAsset = "USD",
        SettleAsset = "BTC",
        ExpiresAt = expiresAt
    };

    private sealed class Exchange : IInstrumentRepository
    {
        private readonly IReadOnlyList<Instrument> _listed = [New("AUSDT")];

        public IReadOnlyList<ExchangeProfile> Exchanges => [];

        public Task<IReadOnlyList<Instrument>> ListAsync(string exchange, Market market, CancellationToken cancellationToken = default) =>
            Task.FromResult(_listed);

        public Task<IReadOnlyList<Instrument>> ListAgainAsync(string exchange, Market market, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<Instrument>>([.. _listed]);
    }
}

/// <summary>Listings in SQLite's archive.</summary>
public sealed class SqliteListingTests() : ListingTests(new SqliteStore());

/// <summary>Listings in PostgreSQL's archive.</summary>
public sealed class PostgreSqlListingTests() : ListingTests(new PostgreSqlStore());
