using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Application.Text;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Client;

/// <summary>
/// Asks the servers' REST: the one that answered last first, the next one where it does not, again after a pause where none does, and not before a server says
/// so.
/// </summary>
internal sealed partial class ServerRest : IDisposable
{
    private const long MaxBodyBytes = 64 * 1024 * 1024;
    private static readonly TimeSpan MaxPause = TimeSpan.FromMinutes(5); // a server that asks for longer is not waited for

    private readonly ConnectorClientOptions _options;
    private readonly IReadOnlyList<Uri> _servers;
    private readonly ServerLabel _label;
    private readonly ILogger _logger;
    private readonly HttpClient _http;
    private int _current;

    /// <summary>Prepares the requests; asks nothing.</summary>
    public ServerRest(ConnectorClientOptions options, ServerLabel label, ILogger logger)
    {
        (_options, _label, _logger, _servers) = (options, label, logger, options.RestAddresses());
        _http = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All, ConnectTimeout = options.ConnectTimeout })
        {
            Timeout = Timeout.InfiniteTimeSpan, // each request has its own, on our clock
            MaxResponseContentBufferSize = MaxBodyBytes,
        };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("OhlcvConnector.Client");
        if (options.ApiKey is { } key)
        {
            _http.DefaultRequestHeaders.Add("X-Api-Key", key);
        }
    }

    /// <summary>Asks, and gives the answer; dispose it.</summary>
    /// <param name="path">Path and query, without the first slash.</param>
    /// <param name="exchange">The exchange that it is about, for errors.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ServerRefusalException">The server refuses for good.</exception>
    /// <exception cref="InvalidSettingException">The key is refused, or the server serves another kind of exchanges than the others.</exception>
    /// <exception cref="ExchangeUnavailableException">No server answered usably within the attempts.</exception>
    public async Task<JsonDocument> GetAsync(string path, string exchange, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var server = _servers[Volatile.Read(ref _current)];
            Exception problem;
            TimeSpan? retryAfter = null;
            try
            {
                return await AskAsync(server, path, cancellationToken).ConfigureAwait(false);
            }
            catch (KeyRefusedException exception)
            {
                throw new InvalidSettingException(exception.Message);
            }
            catch (RetryLaterException exception)
            {
                (problem, retryAfter) = (exception, exception.RetryAfter);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or JsonException or TimeoutException)
            {
                problem = exception;
                Interlocked.CompareExchange(ref _current, (IndexOf(server) + 1) % _servers.Count, IndexOf(server));
            }

            if (attempt >= _options.RestAttempts || retryAfter > MaxPause)
            {
                throw new ExchangeUnavailableException(exchange, $"The connector server at {server} did not answer usably: {problem.Message}", problem);
            }

            var pause = retryAfter ?? (attempt < _servers.Count ? TimeSpan.Zero : Backoff.Of(_options, attempt - _servers.Count + 1));
            LogFailed(_logger, server, path, problem.Message, pause);
            await Task.Delay(pause, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private int IndexOf(Uri server)
    {
        for (var index = 0; index < _servers.Count; index++)
        {
            if (ReferenceEquals(_servers[index], server))
            {
                return index;
            }
        }

        return 0;
    }

    private async Task<JsonDocument> AskAsync(Uri server, string path, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(_options.RestTimeout, _options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            using var answer = await _http.GetAsync(new Uri(server.AbsoluteUri.TrimEnd('/') + "/" + path), either.Token).ConfigureAwait(false);
            var body = await answer.Content.ReadAsByteArrayAsync(either.Token).ConfigureAwait(false);
            if (answer.IsSuccessStatusCode)
            {
                _label.Check(server, answer.Headers.Contains("X-Sandbox"));
                return JsonDocument.Parse(body);
            }

            throw Problem(server, answer, body);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {_options.RestTimeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s");
        }
    }

    private static Exception Problem(Uri server, HttpResponseMessage answer, byte[] body)
    {
        var (code, text, suggestions) = ReadError(body);
        return (int)answer.StatusCode switch
        {
            401 => new KeyRefusedException(server, text),
            429 or >= 500 => new RetryLaterException(text ?? $"HTTP {(int)answer.StatusCode}", answer.Headers.RetryAfter?.Delta),
            _ when code is not null => new ServerRefusalException(code, text ?? code) { Suggestions = suggestions },
            _ => new HttpRequestException($"HTTP {(int)answer.StatusCode}: no connector server answers there"),
        };
    }

    private static (string? Code, string? Text, IReadOnlyList<string> Suggestions) ReadError(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement is { ValueKind: JsonValueKind.Object } error
                ? (error.TextOrNull("code"), error.TextOrNull("message"), error.Texts("suggestions"))
                : (null, null, []);
        }
        catch (JsonException)
        {
            return (null, null, []); // some other server, or a proxy
        }
    }

    [LoggerMessage(ClientEventIds.RestFailed, LogLevel.Information, "{Server} did not answer {Path} usably ({Reason}); asked again in {Pause}")]
    private static partial void LogFailed(ILogger logger, Uri server, string path, string reason, TimeSpan pause);

    /// <summary>The server cannot answer now.</summary>
    private sealed class RetryLaterException(string message, TimeSpan? retryAfter) : Exception(message)
    {
        /// <summary>Time after which to ask again; null when the server does not say.</summary>
        public TimeSpan? RetryAfter { get; } = retryAfter;
    }
}

/// <summary>The pauses between attempts.</summary>
internal static class Backoff
{
    private const int MaxDoublings = 16;

    /// <summary>The pause after so many attempts that failed: doubled with each, up to the longest.</summary>
    public static TimeSpan Of(ConnectorClientOptions options, int failures)
    {
        var pause = options.ReconnectDelay * Math.Pow(2, Math.Clamp(failures - 1, 0, MaxDoublings));
        return pause < options.ReconnectDelayMax ? pause : options.ReconnectDelayMax;
    }
}
