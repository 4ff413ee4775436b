using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Infrastructure.Checks;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.CoinApi;

/// <summary>A key goes where the exchange wants it, and nowhere else.</summary>
public class VenueKeyTests
{
    private const string Key = "0123abcd-4567-89ef-0123-456789abcdef";
    private const string Masked = "0123...cdef";
    private const string Exchanges = """[{"exchange_id":"A"}]""";
    private const string Symbols = """[{"symbol_id":"A_SPOT_B_C","exchange_id":"A","symbol_type":"SPOT","asset_id_base":"B","asset_id_quote":"C"}]""";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Without_a_key_every_question_says_what_to_set_and_nobody_is_asked()
    {
        await using var venue = new LoopbackVenue();
        await using var connector = Connector.Create(options => options.Endpoints["coinapi"] = new EndpointOverride { Base = venue.Address });
        var thrown = new List<Exception>
        {
            await Should.ThrowAsync<ExchangeUnavailableException>(() => connector.InstrumentsAsync("coinapi")),
            await Should.ThrowAsync<ExchangeUnavailableException>(async () =>
                await connector.StreamAsync(new StreamRequest { Exchange = "coinapi", Symbols = ["A_SPOT_B_C"] }).ToListAsync()),
            await Should.ThrowAsync<ExchangeUnavailableException>(async () =>
                await connector.HistoryAsync(new HistoryRequest { Exchange = "coinapi", Symbol = "A_SPOT_B_C", From = DateTimeOffset.UtcNow }).ToListAsync()),
        };

        thrown.ShouldAllBe(exception => exception.Message.Contains("set CoinApiKey") && exception.Message.Contains("CONNECTOR_COIN_API_KEY"));
        venue.Requests.ShouldBeEmpty();
        using var check = new ConnectivityCheck(new ConnectorOptions());
        var finding = (await check.RunAsync(["coinapi"]).ToListAsync()).SelectMany(findings => findings).ShouldHaveSingleItem();
        (finding.Verdict, finding.Result).ShouldBe((Verdict.Failure, "no API key"));
        finding.Remedy!.ShouldContain("CoinApiKey");
    }

    [Theory]
    [InlineData("rest")]
    [InlineData("handshake")]
    [InlineData("stream")]
    [InlineData("garbage")]
    public async Task The_key_goes_out_as_a_header_and_no_log_no_error_and_no_setting_shows_it(string where)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var log = new LogRecorder();
        await using var venue = new LoopbackVenue();
        var said = new TaskCompletionSource<string>();
        venue.Answer = request => request.IsHandshake ? where == "handshake" ? new LoopbackAnswer(401, $"bad {Key}") : null
            : where == "rest" ? new LoopbackAnswer(401, $$"""{"error":"Invalid API key {{Key}}"}""")
            : request.Target.Contains("exchanges", StringComparison.Ordinal) ? new LoopbackAnswer(200, Exchanges)
            : request.Target.Contains("symbols", StringComparison.Ordinal) ? new LoopbackAnswer(200, Symbols)
            : new LoopbackAnswer(500, $$"""{"error":"trouble with {{Key}}"}""");
        venue.Stream = async stream =>
        {
            said.TrySetResult(await stream.ReadAsync() ?? "");
            await stream.SendAsync(where == "garbage" ? $"garbage about {Key}" : $$"""{"type":"error","message":"Invalid API key {{Key}}"}""");
        };
        var options = new ConnectorOptions
        {
            CoinApiKey = Key,
            RestAttempts = 1,
            ConnectAttempts = 2,
            ReconnectDelay = TimeSpan.FromMilliseconds(10),
        };
        options.Endpoints["coinapi"] = new EndpointOverride { Base = venue.Address };
        await using var repositories = new VenueRepositories(Venues.All, options, log);
        await using var connector = new Connector(repositories);

        var error = await Should.ThrowAsync<ExchangeUnavailableException>(async () =>
            await connector.StreamAsync(new StreamRequest { Exchange = "coinapi", Symbols = ["A_SPOT_B_C"] }, patience.Token).ToListAsync(patience.Token));

        if (where is "rest" or "stream")
        {
            error.Message.ShouldContain(Masked);
        }

        if (where is "stream" or "garbage")
        {
            (await said.Task).ShouldContain($"\"apikey\":\"{Key}\"");
        }

        venue.Requests.ShouldAllBe(request => request.Headers["X-CoinAPI-Key"] == Key && !request.Target.Contains(Key));
        error.ToString().ShouldNotContain(Key);
        (log.Lines.Count > 0).ShouldBe(where != "rest", "a listing that is refused is told, not logged");
        log.Lines.ShouldAllBe(line => !line.Contains(Key));
        repositories.Accesses.ShouldAllBe(access => !access.Market.ToString().Contains(Key));
        string.Join(' ', repositories.Diagnose().Select(one => one.ToString())).ShouldNotContain(Key);
    }

    [Theory]
    [InlineData("key with blanks")]
    [InlineData("line\nend")]
    [InlineData("schlüssel")]
    public void A_key_that_no_header_can_carry_is_refused_without_being_told(string key) =>
        Should.Throw<InvalidSettingException>(() => Connector.Create(options => options.CoinApiKey = key)).Message.ShouldNotContain(key);

    [Fact]
    public async Task Blanks_around_a_key_are_left_out_and_a_short_one_is_masked_whole()
    {
        await using var repositories = new VenueRepositories(
            Venues.All, new ConnectorOptions { CoinApiKey = " short-key\n" }, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);

        var key = repositories.Accesses.Single(access => access.Venue.Name == "coinapi").Market.Key!;
        (key.Value, key.Masked).ShouldBe(("short-key", "..."));
    }
}
