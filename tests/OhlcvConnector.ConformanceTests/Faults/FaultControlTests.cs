using System.Net;
using System.Net.WebSockets;
using System.Text;
using OhlcvConnector.ConformanceTests.Toy;
using OhlcvConnector.Sandbox.Wire;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ConformanceTests.Faults;

/// <summary>How faults are asked for: by code, by the sandbox's own address, by script.</summary>
public class FaultControlTests
{
    [Fact]
    public async Task Faults_begin_are_listed_and_end_over_http()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        using var http = new HttpClient { BaseAddress = sandbox.BaseAddress };

        (await PostAsync(http, """{"kind":"serverError","exchange":"okx","duration":3600}""")).ShouldBe((HttpStatusCode.OK, """{"hits":0}"""));
        (await http.GetAsync(new Uri("okx/api/v5/public/time", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await http.GetAsync(new Uri("bybit/v5/market/time", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await http.GetStringAsync(new Uri("sandbox/faults", UriKind.Relative))).ShouldBe(
            """{"lasting":[{"kind":"ServerError","exchange":"okx","symbol":null,"duration":3600,"probability":1}],"hits":{"ServerError":1}}""");

        (await http.DeleteAsync(new Uri("sandbox/faults", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await http.GetAsync(new Uri("okx/api/v5/public/time", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("""{"kind":"Earthquake"}""", "A fault's kind is one of Drop, DropAll")]
    [InlineData("""{"kind":"Drop","exchange":"mtgox"}""", "has no exchange 'mtgox'; it has binance, okx")]
    [InlineData("""{"kind":"Drop","at":5}""", "'at' is for a script")]
    [InlineData("""{"kind":"Delay","amount":"5"}""", "'amount' is a number")]
    [InlineData("""{"kind":"Delay","amounts":5}""", "has no 'amounts'; it has kind, at")]
    [InlineData("""{"kind":"Delay","probability":2}""", "probability")]
    [InlineData("""{"kind":"Delay","times":0}""", "times")]
    [InlineData("""{"kind":"Delay","duration":-1}""", "duration")]
    [InlineData("nonsense", "not JSON")]
    [InlineData("7", "A fault is an object")]
    public async Task A_wrong_fault_is_refused_with_what_is_possible(string body, string answer)
    {
        await using var sandbox = await SandboxServer.StartAsync();
        using var http = new HttpClient { BaseAddress = sandbox.BaseAddress };

        var (status, text) = await PostAsync(http, body);

        status.ShouldBe(HttpStatusCode.BadRequest);
        text.ShouldContain(answer, Case.Insensitive);
    }

    [Fact]
    public async Task A_stream_that_has_ended_is_not_cut_any_more()
    {
        var world = new World(new SandboxOptions(), new SandboxClock(TimeProvider.System, DateTimeOffset.UtcNow, 1)).Venue("toy");
        var aborted = 0;
        using var socket = WebSocket.CreateFromStream(Stream.Null, new WebSocketCreationOptions { IsServer = true });
        using var session = new StreamSession(world, socket, new ToyStream(world, world.NewMarket([])), () => aborted++, cable: null);
        await session.RunAsync(CancellationToken.None); // ends at once: there is nothing to read

        session.Cut();

        aborted.ShouldBe(0);
    }

    [Fact]
    public async Task A_script_strikes_when_its_time_has_come()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions
        {
            Speed = 120,
            Faults = SandboxFaultScript.Parse("""
                [ // seconds of market time; each lasts five on the wall, so that a busy machine sees it, too
                  {"at": 120, "kind": "MissingFinal", "exchange": "binance", "duration": 600},
                  {"at": 60, "kind": "ClockSkew", "exchange": "okx", "amount": 5, "duration": 600},
                ]
                """u8.ToArray()),
        });
        using var http = new HttpClient { BaseAddress = sandbox.BaseAddress };

        await Eventually.TrueAsync(() => sandbox.FaultHits.ContainsKey(SandboxFaultKind.ClockSkew), "the clock goes wrong");
        await Eventually.TrueAsync(() => http.GetStringAsync(new Uri("sandbox/faults", UriKind.Relative)).Result.Contains(
            "MissingFinal", StringComparison.Ordinal), "the second one begins");
        await Eventually.TrueAsync(() => http.GetStringAsync(new Uri("sandbox/faults", UriKind.Relative)).Result.StartsWith("""{"lasting":[],""", StringComparison.Ordinal), "both end");
    }

    [Fact]
    public async Task A_sandbox_may_be_disposed_of_twice_even_in_the_middle_of_its_script()
    {
        var sandbox = await SandboxServer.StartAsync(
            new SandboxOptions { Faults = [new SandboxFault(SandboxFaultKind.DropAll) { At = TimeSpan.FromDays(1) }] });

        await sandbox.DisposeAsync();
        await sandbox.DisposeAsync();
    }

    [Fact]
    public async Task A_venue_whose_clock_is_set_wrong_dates_its_answers_so_and_is_right_again_after()
    {
        await using var sandbox = await SandboxServer.StartAsync(
            new SandboxOptions { StartTime = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), Speed = 0.001 });
        using var http = new HttpClient { BaseAddress = sandbox.BaseAddress };
        sandbox.Inject(new SandboxFault(SandboxFaultKind.ClockSkew) { Exchange = "binance", Amount = TimeSpan.FromSeconds(-5) });

        (await TimeAsync()).ShouldBe("""{"serverTime":1767225595000}""");
        sandbox.ClearFaults();

        (await TimeAsync()).ShouldBe("""{"serverTime":1767225600000}""");

        Task<string> TimeAsync() => http.GetStringAsync(new Uri("binance/spot/api/v3/time", UriKind.Relative));
    }

    private static async Task<(HttpStatusCode Status, string Text)> PostAsync(HttpClient http, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8);
        using var answer = await http.PostAsync(new Uri("sandbox/faults", UriKind.Relative), content);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
