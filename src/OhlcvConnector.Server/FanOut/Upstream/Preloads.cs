using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Application;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.FanOut.Upstream;

/// <summary>
/// The series to follow whether anybody wants them or not. A wrong one ends the start; one whose exchange does not answer is tried again until it does, while
/// the others are served.
/// </summary>
/// <param name="options">The settings.</param>
/// <param name="hub">Finds the series of a request, and follows them.</param>
/// <param name="logger">Where it logs.</param>
internal sealed partial class Preloads(ServerOptions options, Hub hub, ILogger<Preloads> logger) : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _waiting = new(StringComparer.Ordinal);
    private List<(string Text, StreamRequest Request)> _late = [];

    /// <summary>Those that are not followed yet, and why.</summary>
    public IReadOnlyList<(string Preload, string Reason)> Waiting
    {
        get
        {
            lock (_gate)
            {
                return [.. _waiting.Select(pair => (pair.Key, pair.Value))];
            }
        }
    }

    /// <summary>Follows what can be found at once; the rest in the background. An exchange that does not answer holds the start up for a moment only.</summary>
    /// <exception cref="InvalidSettingException">One is not understood, or names what does not exist.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var requests = options.Preload.Distinct(StringComparer.Ordinal).Select(text => (Text: text, Request: Read(text))).ToList();
        using var patience = new CancellationTokenSource(Patience, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        await Task.WhenAll(requests.Select(one => TryAsync(one.Text, one.Request, isStart: true, either.Token))).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        _late = requests.FindAll(one => IsWaiting(one.Text));
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(_late.Select(one => RetryAsync(one.Text, one.Request, stoppingToken)));

    /// <summary>Checks what can be checked without asking an exchange.</summary>
    /// <exception cref="InvalidSettingException">One is not understood.</exception>
    public static void Check(ServerOptions options)
    {
        foreach (var preload in options.Preload)
        {
            Read(preload);
        }
    }

    private static StreamRequest Read(string preload)
    {
        if (preload.Split(':', 4) is not [var exchange, var market, var interval, var symbols])
        {
            throw new InvalidSettingException(
                $"--preload is '{preload}'; write exchange:market:interval:SYMBOL,SYMBOL, such as binance:spot:1m:BTCUSDT,ETHUSDT.");
        }

        try
        {
            return new StreamRequest
            {
                Exchange = exchange,
                Market = market.Length == 0 ? null : MarketNames.Parse(market),
                Interval = Interval.Parse(interval),
                Symbols = symbols.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            };
        }
        catch (FormatException exception)
        {
            throw Wrong(preload, exception);
        }
    }

    private static InvalidSettingException Wrong(string preload, Exception exception) =>
        new($"--preload is '{preload}': {exception.Message.Split(" (Parameter '", 2)[0]}");

    private bool IsWaiting(string preload)
    {
        lock (_gate)
        {
            return _waiting.ContainsKey(preload);
        }
    }

    private async Task RetryAsync(string preload, StreamRequest request, CancellationToken cancellationToken)
    {
        try
        {
            while (IsWaiting(preload))
            {
                await Task.Delay(RetryEvery, options.TimeProvider, cancellationToken).ConfigureAwait(false);
                await TryAsync(preload, request, isStart: false, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // the server stops
        }
    }

    private async Task TryAsync(string preload, StreamRequest request, bool isStart, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var series in await hub.ResolveAsync(request, cancellationToken).ConfigureAwait(false))
            {
                hub.Acquire(series).IsPreloaded = true;
            }

            bool waited;
            lock (_gate)
            {
                waited = _waiting.Remove(preload);
            }

            if (waited)
            {
                LogFollowed(logger, preload);
            }
        }
        catch (OperationCanceledException) when (isStart)
        {
            Wait(preload, $"{request.Exchange} has not answered yet");
        }
        catch (Exception exception) when (exception is ArgumentException or OhlcvConnectorException)
        {
            if (isStart && exception is not ExchangeUnavailableException)
            {
                throw Wrong(preload, exception);
            }

            Wait(preload, exception.Message); // whoever is told may mend it; it must not end what else is served
        }
    }

    private void Wait(string preload, string reason)
    {
        lock (_gate)
        {
            if (_waiting.GetValueOrDefault(preload) == reason)
            {
                return;
            }

            _waiting[preload] = reason;
        }

        LogWaits(logger, preload, reason);
    }

    [LoggerMessage(ServerEventIds.PreloadWaits, LogLevel.Warning, "{Preload} is not followed yet, and is tried again: {Reason}")]
    private static partial void LogWaits(ILogger logger, string preload, string reason);

    [LoggerMessage(ServerEventIds.PreloadFollowed, LogLevel.Information, "{Preload} is followed now")]
    private static partial void LogFollowed(ILogger logger, string preload);
}
