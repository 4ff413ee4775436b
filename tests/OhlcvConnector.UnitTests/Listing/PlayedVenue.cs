using System.Net;
using System.Text;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Pacing;
using OhlcvConnector.Infrastructure.Engine.Rest;
using OhlcvConnector.Testing;

namespace OhlcvConnector.UnitTests.Listing;

/// <summary>A venue whose REST answers are a test's; the clock is the test's, too.</summary>
internal sealed class PlayedVenue : HttpMessageHandler
{
    private readonly List<string> _asked = [];
    private readonly HttpClient _http;

    public PlayedVenue(string venue, Market market, ManualTimeProvider time)
    {
        _http = new HttpClient(this);
        var found = Venues.All.Single(candidate => candidate.Name == venue);
        var row = found.Markets.Single(candidate => candidate.Market == market);
        var options = new ConnectorOptions
        {
            TimeProvider = time,
            RestAttempts = 1,
            CircuitBreakerFailureThreshold = 1_000,
            ReconnectDelay = TimeSpan.FromMinutes(5),
            ReconnectDelayMax = TimeSpan.FromHours(1),
        };
        options.Endpoints[venue] = new EndpointOverride { Base = new Uri("http://127.0.0.1:9") }; // its stream is not there
        Access = new VenueAccess(found, row, options, Log, new AddressLimits(venue, row.Limits, time), new RateWindow(row.Limits.Weight, time));
        Rest = new VenueRest(Access, _http, () => 0.5);
        Instruments = new VenueInstruments(Access, Rest);
    }

    /// <summary>What a request, path and query or a body, is answered; null for HTTP 503.</summary>
    public Func<string, string?> Answer { get; set; } = _ => null;

    /// <summary>Answers wait for it.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public LogRecorder Log { get; } = new();

    public VenueAccess Access { get; }

    public VenueRest Rest { get; }

    public VenueInstruments Instruments { get; }

    public IReadOnlyList<string> Asked
    {
        get
        {
            lock (_asked)
            {
                return [.. _asked];
            }
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var asked = request.Content is null ? request.RequestUri!.PathAndQuery : await request.Content.ReadAsStringAsync(cancellationToken);
        lock (_asked)
        {
            _asked.Add(asked);
        }

        await Gate.WaitAsync(cancellationToken);
        var answer = Answer(asked);
        return new HttpResponseMessage(answer is null ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK)
        {
            Content = new StringContent(answer ?? "{}", Encoding.UTF8, "application/json"),
        };
    }

    protected override void Dispose(bool disposing)
    {
        Instruments.Dispose();
        base.Dispose(disposing);
    }
}
