using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NATS.Client.Core;
using NATS.Client.JetStream;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Messaging.Nats;

/// <summary>One connection to NATS, made when it is needed and again by itself after it was lost; all that speaks of the same settings shares it.</summary>
[SuppressMessage("Design", "CA1001", Justification = "It is disposed of asynchronously.")]
internal sealed class NatsLink : IAsyncDisposable
{
    private static readonly TimeSpan MaxReconnectWait = TimeSpan.FromSeconds(2);

    private readonly NatsOpts _settings;
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private NatsConnection? _connection;
    private NatsJSContext? _context;
    private CancellationTokenSource _lost = new();

    /// <summary>Prepares it; nothing is connected before <see cref="ConnectAsync"/>.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="loggers">Takes what the connection logs; null for no log.</param>
    /// <exception cref="InvalidSettingException">A setting is wrong; the message names it.</exception>
    public NatsLink(NatsBusOptions options, ILoggerFactory? loggers = null)
    {
        options.Validate();
        Options = options;
        Address = NatsAddress.Parse(options.Address);
        _settings = NatsOpts.Default with
        {
            Url = Address.Servers,
            Name = "OhlcvConnector",
            AuthOpts = NatsAuthOpts.Default with { Username = Address.User, Password = Address.Password, CredsFile = options.CredentialsPath },
            TlsOpts = NatsTlsOpts.Default with { CaFile = options.CertificateAuthorityPath },
            ConnectTimeout = options.Timeout,
            RequestTimeout = options.Timeout,
            RequestReplyMode = NatsRequestReplyMode.Direct,
            ReconnectWaitMax = MaxReconnectWait,
            IgnoreAuthErrorAbort = true, // a server that starts may not know its users yet
            LoggerFactory = loggers ?? NullLoggerFactory.Instance,
        };
    }

    /// <summary>The settings.</summary>
    public NatsBusOptions Options { get; }

    /// <summary>The address, for people too.</summary>
    public NatsAddress Address { get; }

    /// <summary>True while there is a connection.</summary>
    public bool IsConnected => _connection?.ConnectionState == NatsConnectionState.Open;

    /// <summary>Is cancelled when the connection there is now is lost: who waits for an answer on it waits for nothing.</summary>
    public CancellationToken Lost => Volatile.Read(ref _lost).Token;

    /// <summary>JetStream of the connection, which is made if there is none.</summary>
    /// <exception cref="SinkException">It cannot be connected to; the message says why, and what to do.</exception>
    public async Task<NatsJSContext> ConnectAsync(CancellationToken cancellationToken)
    {
        if (_context is { } there)
        {
            await ReconnectAsync(cancellationToken).ConfigureAwait(false);
            return there;
        }

        await _connecting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_context is { } made)
            {
                return made;
            }

            var connection = new NatsConnection(_settings);
            connection.ConnectionDisconnected += (_, _) =>
            {
                Interlocked.Exchange(ref _lost, new CancellationTokenSource()).Cancel(); // holds no handle, so it need not be disposed of
                return default;
            };
            try
            {
                await connection.ConnectAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
                if (exception is OperationCanceledException && cancellationToken.IsCancellationRequested)
                {
                    throw;
                }

                throw Unconnected(exception);
            }

            _connection = connection;
            return _context = new NatsJSContext(connection);
        }
        finally
        {
            _connecting.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_connection is { } connection)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }

        _connecting.Dispose();
    }

    /// <summary>Waits until a lost connection is there again, as long as for an answer: the client itself would wait without an end, and say nothing.</summary>
    private async ValueTask ReconnectAsync(CancellationToken cancellationToken)
    {
        if (IsConnected)
        {
            return;
        }

        try
        {
            await _connection!.ConnectAsync().AsTask().WaitAsync(Options.Timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw Unconnected(exception);
        }
    }

    private SinkException Unconnected(Exception exception)
    {
        var words = Words(exception);
        return words.Contains("Authorization", StringComparison.OrdinalIgnoreCase) || words.Contains("authentication", StringComparison.OrdinalIgnoreCase)
            ? new SinkException(
                SinkTrouble.Refused, $"NATS at {Address} does not know us: {words}. Check user and password in the address, or the file of credentials.", exception)
            : new SinkException(
                SinkTrouble.Unreachable, $"NATS at {Address} cannot be reached: {words}. Is nats-server running there, and the port open?", exception);
    }

    private static string Words(Exception exception)
    {
        var words = exception.Message;
        for (var inner = exception.InnerException; inner is not null; inner = inner.InnerException)
        {
            words = inner is AggregateException ? words : $"{words} ({inner.Message})";
        }

        return words.Split(['\r', '\n'], 2)[0].TrimEnd('.');
    }
}
