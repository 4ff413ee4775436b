using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Facts;

namespace OhlcvConnector.Infrastructure.Checks;

/// <summary>
/// Check of every address of exchanges, as a connector with the same options would use it, and of this machine's clock. Says what stands in the way.
/// </summary>
public sealed class ConnectivityCheck : IDisposable
{
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DateResolution = TimeSpan.FromSeconds(1);

    private readonly ConnectorOptions _options;
    private readonly HttpMessageInvoker _http;

    /// <summary>Prepares the check; asks nothing.</summary>
    /// <param name="options">Those of the connector: addresses, proxy, deadlines, clock.</param>
    public ConnectivityCheck(ConnectorOptions options)
    {
        _options = options;
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectTimeout = options.ConnectTimeout,
            UseProxy = options.Proxy is not null,
            Proxy = options.Proxy is null ? null : VenueRepositories.Proxy(options.Proxy),
        });
    }

    /// <summary>
    /// Asks all addresses of the exchanges at once, and gives what was found in the order of the exchanges and their markets, each address once.
    /// </summary>
    /// <param name="exchanges">Their names, in whatever case; see <see cref="SupportedExchanges"/>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The findings of one address after the other, as soon as they are there.</returns>
    /// <exception cref="UnknownExchangeException">There is no exchange of one of the names.</exception>
    public IAsyncEnumerable<IReadOnlyList<Finding>> RunAsync(IEnumerable<string> exchanges, CancellationToken cancellationToken = default) =>
        RunAsync([.. exchanges.Select(Venues.Find).Distinct()], cancellationToken);

    /// <summary>Returns true when an exchange answers nobody without an API key, and none is set.</summary>
    /// <param name="exchange">Its name, in whatever case.</param>
    /// <exception cref="UnknownExchangeException">There is no exchange of this name.</exception>
    public bool LacksKey(string exchange) => Venues.Find(exchange).Markets.Any(market => VenueAccess.Key(market, _options) is { Value: null });

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async IAsyncEnumerable<IReadOnlyList<Finding>> RunAsync(IReadOnlyList<IVenue> venues, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var checks = venues
            .SelectMany(venue => venue.Markets, (venue, market) => (venue, market))
            .SelectMany(entry => new[] { RestAsync(entry.venue, entry.market, cancellationToken), StreamAsync(entry.venue, entry.market, cancellationToken) })
            .ToList();
        var told = new HashSet<string>(); // markets share addresses and a clock
        foreach (var check in checks)
        {
            var findings = await check.ConfigureAwait(false);
            yield return [.. findings.Where(finding => told.Add(finding.What))];
        }
    }

    private async Task<IReadOnlyList<Finding>> RestAsync(IVenue venue, VenueMarket market, CancellationToken cancellationToken)
    {
        var address = VenueAccess.Addresses(venue, market, _options).RestAddress;
        var what = $"{venue.Name} {market.Market.Name()} REST {address}";
        var key = VenueAccess.Key(market, _options);
        if (key is { Value: null })
        {
            return [new Finding(Verdict.Failure, what, "no API key", MissingKey.Words(venue.Name, key))];
        }

        var page = venue.InstrumentPage(market, cursor: null);
        using var request = new HttpRequestMessage(page.Body is null ? HttpMethod.Get : HttpMethod.Post, address + page.Path);
        request.Content = page.Body is null
            ? null
            : new ByteArrayContent(page.Body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        request.Headers.UserAgent.ParseAdd("OhlcvConnector");
        if (key is { Value: { } secret })
        {
            request.Headers.Add(key.Header, secret);
        }

        return await TryAsync(what, _options.RestTimeout, async token =>
        {
            var asked = _options.TimeProvider.GetTimestamp();
            using var answer = await _http.SendAsync(request, token).ConfigureAwait(false);
            var took = _options.TimeProvider.GetElapsedTime(asked);
            return answer.IsSuccessStatusCode
                ? [new Finding(Verdict.Ok, what, $"{Milliseconds(took)}"), .. Clock(venue, answer.Headers.Date, took)]
                : [new Finding(Verdict.Failure, what, $"answered {(int)answer.StatusCode} {answer.ReasonPhrase}", Remedy(answer.StatusCode, key))];
        }, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<Finding>> StreamAsync(IVenue venue, VenueMarket market, CancellationToken cancellationToken)
    {
        var address = VenueAccess.Addresses(venue, market, _options).StreamAddress;
        var what = $"{venue.Name} {market.Market.Name()} stream {address}";
        var key = VenueAccess.Key(market, _options);
        if (key is { Value: null })
        {
            return []; // told of its REST
        }

        return await TryAsync(what, _options.ConnectTimeout, async token =>
        {
            using var socket = new ClientWebSocket();
            if (key is { Value: { } secret })
            {
                socket.Options.SetRequestHeader(key.Header, secret);
            }

            var asked = _options.TimeProvider.GetTimestamp();
            await socket.ConnectAsync(address, _http, token).ConfigureAwait(false);
            var took = _options.TimeProvider.GetElapsedTime(asked);
            socket.Abort();
            return [new Finding(Verdict.Ok, what, Milliseconds(took))];
        }, cancellationToken).ConfigureAwait(false);
    }

    private static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms");

    private static string Remedy(HttpStatusCode status, VenueKey? key) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden when key is not null => $"The key {key.Masked} is wrong, or its plan does not allow this. Look at {key.Setting}.",
        HttpStatusCode.UnavailableForLegalReasons or HttpStatusCode.Forbidden =>
            "The exchange does not serve this network's country or address. Use --proxy, or --base-url for a mirror.",
        HttpStatusCode.TooManyRequests or (HttpStatusCode)418 =>
            "Too many requests come from this address. Wait some minutes; look for other programs behind it.",
        HttpStatusCode.ProxyAuthenticationRequired => "The proxy wants a name and a password: --proxy http://user:password@host:port.",
        HttpStatusCode.NotFound => "That is no address of this exchange. Check --base-url or the proxy.",
        _ => "The exchange has trouble of its own, or something in between answers for it. Try again in some minutes.",
    };

    private static string Remedy(Exception exception) => exception switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "The name cannot be resolved. Check the network and DNS.",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } or AuthenticationException =>
            "The certificate is not trusted. Something in between, such as a company proxy, may read along; give it with --proxy.",
        HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } => "The proxy refuses. Check --proxy, its name and password.",
        WebSocketException { InnerException: { } inner } => Remedy(inner),
        _ when exception.GetBaseException() is SocketException => "Check the network, the firewall, and whether a proxy is needed (--proxy).",
        _ => "Check what answers at this address; --base-url and --proxy change it.",
    };

    private async Task<IReadOnlyList<Finding>> TryAsync(
        string what, TimeSpan patience, Func<CancellationToken, Task<IReadOnlyList<Finding>>> examine, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(patience, _options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await examine(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return [new Finding(Verdict.Failure, what, string.Create(CultureInfo.InvariantCulture, $"no answer within {patience.TotalSeconds} s"), "Check the network, the firewall, and whether a proxy is needed (--proxy).")];
        }
        catch (Exception exception) when (exception is HttpRequestException or WebSocketException or IOException)
        {
            return [new Finding(Verdict.Failure, what, exception.GetBaseException().Message, Remedy(exception))];
        }
    }

    private IEnumerable<Finding> Clock(IVenue venue, DateTimeOffset? date, TimeSpan took)
    {
        if (date is not { } venueTime)
        {
            yield break;
        }

        // the date is cut to whole seconds, and was written between the question and the answer
        var ours = (_options.MarketClock ?? _options.TimeProvider).GetUtcNow();
        var ahead = ours - venueTime - DateResolution;
        var behind = venueTime - ours + took;
        var off = ahead > behind ? ahead : behind;
        yield return off <= ClockTolerance
            ? new Finding(Verdict.Ok, $"{venue.Name} clock", "agrees with this machine's to within its resolution of a second")
            : new Finding(
                Verdict.Warning,
                $"{venue.Name} clock",
                string.Create(CultureInfo.InvariantCulture, $"this machine's is {(ahead > behind ? "ahead" : "behind")} by {off.TotalSeconds:0} s or more"),
                "Switch time synchronisation on (timedatectl set-ntp true, or w32tm /resync). Candles come right even so; times of receipt are wrong.");
    }
}
