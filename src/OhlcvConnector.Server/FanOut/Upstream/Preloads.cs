using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Application;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.FanOut.Upstream;

/// <summary>
/// The series to follow whether anybody wants them or not, those to keep in the archive among them. A wrong one ends the start; one whose exchange does not
/// answer is tried again until it does, while the others are served. A pattern is looked up again and again, for what is listed later.
/// </summary>
/// <param name="options">The settings.</param>
/// <param name="hub">Finds the series of a request, and follows them.</param>
/// <param name="instruments">The listings that patterns are looked up in.</param>
/// <param name="logger">The log of the preloads.</param>
/// <param name="keeping">What keeps candles in the archive; null without one.</param>
internal sealed partial class Preloads(
    ServerOptions options, Hub hub, IInstrumentRepository instruments, ILogger<Preloads> logger, KeepingFeeds? keeping = null) : BackgroundService
{
    private const string PreloadSetting = "--preload";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(5); // for what is listed later

    private static readonly string[] Settings =
        [PreloadSetting, nameof(ServerOptions.Record), nameof(ServerOptions.Signals), nameof(ServerOptions.Forecasts)];

    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _waiting = new(StringComparer.Ordinal);
    private readonly HashSet<(Series Series, string Setting)> _followed = [];
    private List<Wanted> _late = [];

    /// <summary>Preloads that are not followed yet, and the reason of each.</summary>
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

    /// <summary>The settings that have a series followed; empty for none.</summary>
    public IReadOnlyList<string> SettingsOf(Series series)
    {
        lock (_gate)
        {
            return
            [
                .. Settings.Where(setting => _followed.Contains((series, setting)))
                    .Select(setting => setting == PreloadSetting ? nameof(ServerOptions.Preload) : setting),
            ];
        }
    }

    /// <summary>Follows what can be found at once; the rest in the background. An exchange that does not answer holds the start up for a moment only.</summary>
    /// <exception cref="InvalidSettingException">A preload is not understood, or names what does not exist.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var all = Read(options);
        using var patience = new CancellationTokenSource(Patience, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        await Task.WhenAll(all.Select(one => TryAsync(one, begin: null, isStart: true, either.Token))).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        _late = all.FindAll(one => one.IsPattern || IsWaiting(one.Text));
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(_late.Select(one => RetryAsync(one, stoppingToken)));

    /// <summary>Checks what can be checked without asking an exchange.</summary>
    /// <exception cref="InvalidSettingException">A preload is not understood.</exception>
    public static void Check(ServerOptions options) => Read(options);

    private static List<Wanted> Read(ServerOptions options) =>
    [
        .. options.Preload.Distinct(StringComparer.Ordinal).Select(OfPreload),
        .. options.Record.Distinct(StringComparer.Ordinal).SelectMany(text => OfPattern(nameof(options.Record), text, options.RecordIntervals)),
        .. options.Signals.Distinct(StringComparer.Ordinal).SelectMany(text => OfPattern(nameof(options.Signals), text, options.SignalIntervals)),
        .. options.Forecasts.Distinct(StringComparer.Ordinal).SelectMany(text => OfPattern(nameof(options.Forecasts), text, options.ForecastIntervals)),
    ];

    private static Wanted OfPreload(string text)
    {
        var read = MarketSeries.Read(PreloadSetting, text);
        return new Wanted(PreloadSetting, text, read.Exchange, read.Market, read.Symbols, [read.Interval], IsKept: false);
    }

    private static IEnumerable<Wanted> OfPattern(string setting, string text, IReadOnlyList<Interval> intervals)
    {
        try
        {
            return SeriesPattern.ParseAll(text).Select(one => new Wanted(
                setting, one.ToString(), one.Exchange, one.Market, [one.Text], intervals, IsKept: setting == nameof(options.Record))
            {
                Pattern = one.IsOfMany ? one : null,
                IsWatched = setting == nameof(options.Signals),
                IsForecast = setting == nameof(options.Forecasts),
            });
        }
        catch (FormatException exception)
        {
            throw Wrong(setting, text, exception);
        }
    }

    private static InvalidSettingException Wrong(string setting, string text, Exception exception) =>
        new($"{setting} is '{text}': {ErrorWords.Of(exception)}");

    private bool IsWaiting(string preload)
    {
        lock (_gate)
        {
            return _waiting.ContainsKey(preload);
        }
    }

    private async Task RetryAsync(Wanted wanted, CancellationToken cancellationToken)
    {
        try
        {
            var lookedAt = hub.Now;
            while (wanted.IsPattern || IsWaiting(wanted.Text))
            {
                await Task.Delay(IsWaiting(wanted.Text) ? RetryEvery : LookEvery, options.TimeProvider, cancellationToken).ConfigureAwait(false);
                var now = hub.Now;
                await TryAsync(wanted, lookedAt, isStart: false, cancellationToken).ConfigureAwait(false);
                lookedAt = IsWaiting(wanted.Text) ? lookedAt : now;
            }
        }
        catch (OperationCanceledException)
        {
            // the server stops
        }
    }

    private async Task TryAsync(Wanted wanted, DateTimeOffset? begin, bool isStart, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var series in await FindAsync(wanted, cancellationToken).ConfigureAwait(false))
            {
                Follow(series, wanted, begin);
            }

            bool waited;
            lock (_gate)
            {
                waited = _waiting.Remove(wanted.Text);
            }

            if (waited)
            {
                LogFollowed(logger, wanted.Text);
            }
        }
        catch (OperationCanceledException) when (isStart)
        {
            Wait(wanted.Text, $"{wanted.Exchange} has not answered yet");
        }
        catch (Exception exception) when (exception is ArgumentException or OhlcvConnectorException)
        {
            if (isStart && exception is not ExchangeUnavailableException)
            {
                throw Wrong(wanted.Setting, wanted.Text, exception);
            }

            Wait(wanted.Text, exception.Message); // whoever is told may mend it; it must not end what else is served
        }
    }

    private async Task<IReadOnlyList<Series>> FindAsync(Wanted wanted, CancellationToken cancellationToken)
    {
        var symbols = wanted.Symbols.Select(symbol => (wanted.Market, Symbol: symbol)).ToList();
        if (wanted.Pattern is { } pattern)
        {
            var listed = await pattern.FindAsync(instruments, cancellationToken).ConfigureAwait(false);
            symbols = [.. listed.Select(one => ((Market?)one.Market, one.VenueSymbol))];
            _ = symbols.Count > 0 ? true : throw new ArgumentException($"nothing that trades on {wanted.Exchange} matches {pattern.Text}");
        }

        var found = new List<Series>();
        foreach (var market in symbols.GroupBy(one => one.Market, one => one.Symbol))
        {
            foreach (var interval in wanted.Intervals)
            {
                found.AddRange(await hub.ResolveAsync(
                    new StreamRequest { Exchange = wanted.Exchange, Market = market.Key, Interval = interval, Symbols = [.. market] },
                    cancellationToken).ConfigureAwait(false));
            }
        }

        return found;
    }

    private void Follow(Series series, Wanted wanted, DateTimeOffset? begin)
    {
        lock (_gate)
        {
            if (_followed.Contains((series, wanted.Setting)))
            {
                return;
            }
        }

        if (wanted.IsKept)
        {
            keeping!.KeepWhole(series, begin);
        }

        var channel = hub.Acquire(series);
        channel.IsPreloaded = true;
        if (wanted.IsWatched)
        {
            hub.Watched?.Invoke(channel);
        }

        if (wanted.IsForecast)
        {
            hub.Forecast?.Invoke(channel);
        }

        lock (_gate)
        {
            _followed.Add((series, wanted.Setting));
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

    /// <summary>What one word of a setting names.</summary>
    /// <param name="Setting">The setting.</param>
    /// <param name="Text">The word.</param>
    /// <param name="Exchange">The exchange.</param>
    /// <param name="Market">The market; null for the exchange's own choice.</param>
    /// <param name="Symbols">The symbols.</param>
    /// <param name="Intervals">The intervals of each.</param>
    /// <param name="IsKept">Whether they are kept in the archive without a hole.</param>
    private sealed record Wanted(
        string Setting, string Text, string Exchange, Market? Market, IReadOnlyList<string> Symbols, IReadOnlyList<Interval> Intervals, bool IsKept)
    {
        /// <summary>What the symbols have in common; null where each is named.</summary>
        public SeriesPattern? Pattern { get; init; }

        /// <summary>Whether they are watched for signals.</summary>
        public bool IsWatched { get; init; }

        /// <summary>Whether they are forecast.</summary>
        public bool IsForecast { get; init; }

        public bool IsPattern => Pattern is not null;
    }
}
