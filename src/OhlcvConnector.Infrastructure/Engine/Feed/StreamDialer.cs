using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Net.WebSockets;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <summary>
/// Opens a WebSocket by the framework's client, with its proxies, TLS and handshake, over sockets and streams that block: whoever waits for a message waits in
/// the kernel, where waiting on the runtime's engine costs twenty times the decoding.
/// </summary>
/// <param name="options">Proxy, clock, and how a name becomes addresses.</param>
/// <param name="headers">Headers that the venue wants in the handshake.</param>
internal sealed class StreamDialer(ConnectorOptions options, IReadOnlyList<(string Name, string Value)> headers)
{
    /// <summary>Opens a connection on the calling thread, which alone is to read from it.</summary>
    /// <param name="address">A ws or wss address.</param>
    /// <param name="opened">Told of the socket as soon as there is one, so that another thread can abort the attempt by disposing it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The WebSocket, and the stream below it that it reads from.</returns>
    /// <exception cref="HandshakeRefusedException">The venue answered, with a refusal.</exception>
    /// <exception cref="WebSocketException">There is no connection.</exception>
    public (WebSocket WebSocket, ReadAheadStream Stream) Dial(Uri address, Action<Socket> opened, CancellationToken cancellationToken)
    {
        using var thread = new LentThread();
        ReadAheadStream? top = null;
        var proxy = VenueRepositories.ProxyOf(options);
        using var http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            SslOptions = options.StreamTls ?? new(),
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = proxy is not null,
            Proxy = proxy,
            ConnectTimeout = Timeout.InfiniteTimeSpan, // ours covers the whole attempt
            ConnectCallback = async (context, token) =>
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(token, cancellationToken);
                var socket = await ConnectAsync(context.DnsEndPoint, either.Token).ConfigureAwait(false);
                socket.SendTimeout = (int)options.PingTimeout.TotalMilliseconds; // who takes nothing for so long is dead
                opened(socket);
                return top = new ReadAheadStream(new NetworkStream(socket, ownsSocket: true), thread, options.TimeProvider);
            },
            PlaintextStreamFilter = (context, _) => ValueTask.FromResult<Stream>(
                context.PlaintextStream == top ? top : top = Above(context.PlaintextStream, top, thread)),
        });
        var client = new ClientWebSocket();
        try
        {
            client.Options.KeepAliveInterval = TimeSpan.Zero;
            client.Options.CollectHttpResponseDetails = true;
            client.Options.SetRequestHeader("User-Agent", "OhlcvConnector");
            foreach (var (name, value) in headers)
            {
                client.Options.SetRequestHeader(name, value);
            }

            thread.RunUntil(client.ConnectAsync(address, http, cancellationToken));
            return (client, top!);
        }
        catch (WebSocketException exception) when (client.HttpStatusCode is not (0 or HttpStatusCode.SwitchingProtocols))
        {
            var refused = new HandshakeRefusedException(client.HttpStatusCode, RetryAfter(client.HttpResponseHeaders), exception);
            client.Dispose();
            throw refused;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private ReadAheadStream Above(Stream encrypted, ReadAheadStream? below, LentThread thread)
    {
        below?.LeaveReadingAhead();
        return new ReadAheadStream(encrypted, thread, options.TimeProvider);
    }

    private async Task<Socket> ConnectAsync(DnsEndPoint target, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(target.Host.Trim('[', ']'), out var literal)
            ? [literal]
            : await options.ResolveHost(target.Host, cancellationToken)
            .WaitAsync(cancellationToken).ConfigureAwait(false); // a look-up is not to be stopped, but to be left
        return await new SocketRace(options.TimeProvider).ConnectAsync(addresses, target.Port, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Seconds, or a date.</summary>
    private TimeSpan? RetryAfter(IReadOnlyDictionary<string, IEnumerable<string>>? headers)
    {
        if (headers?.GetValueOrDefault("Retry-After")?.FirstOrDefault() is not { } text || !RetryConditionHeaderValue.TryParse(text, out var value))
        {
            return null;
        }

        var now = headers.GetValueOrDefault("Date")?.FirstOrDefault() is { } dated
            && DateTimeOffset.TryParse(dated, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? date
            : options.TimeProvider.GetUtcNow();
        return value.Delta ?? (value.Date is { } until && until > now ? until - now : TimeSpan.Zero);
    }
}
