using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Application;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Application.Forecasts;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.Connections;
using OhlcvConnector.Server.FanOut.Clients;
using OhlcvConnector.Server.FanOut.Upstream;
using OhlcvConnector.Server.Signals;
using OhlcvConnector.Signals;

namespace OhlcvConnector.Server.Forecasts;

/// <summary>
/// Forecasts series after each close by the models that are promoted then, keeps that, then tells it. One loop does all of it, in order. A candle whose close
/// was long ago is not forecast: nobody would have known it in time.
/// </summary>
internal sealed partial class ForecastMonitor(
    Hub hub, MarketClock clock, ServerOptions options, IForecastStore store, ForecastFeed feed, ModelShelf shelf, KnownForecasts known, ForecastMaker maker,
    ForecastMetrics metrics, ILogger<ForecastMonitor> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(1);

    private readonly Channel<Func<Task>> _inbox = Channel.CreateUnbounded<Func<Task>>();
    private readonly Dictionary<Series, ForecastSeriesState> _states = [];
    private readonly ConcurrentDictionary<Series, ForecastSeriesState> _forecast = [];
    private readonly Dictionary<string, long> _newest = [];
    private CancellationToken _stopping;

    /// <summary>Forecasts what the hub is told to, and has rules judge each candle once it is forecast.</summary>
    public void Join(Hub with, SignalMonitor signals)
    {
        with.Forecast = Forecast;
        (signals.After, signals.ForecastsOf) = (After, OfRulesAsync);
    }

    /// <summary>Forecasts a series from now on.</summary>
    public void Forecast(SeriesChannel channel)
    {
        var state = new ForecastSeriesState(channel);
        if (!_forecast.TryAdd(channel.Series, state))
        {
            return;
        }

        Post(() =>
        {
            _states.Add(channel.Series, state);
            ReadPast(state);
        });
        channel.Tap(quote =>
        {
            if (quote is { IsClosed: true, IsRevision: false })
            {
                After(channel.Series, quote, then: null);
            }
        });
    }

    /// <summary>Does something once the forecasts of a candle are kept; at once where its series is not forecast.</summary>
    public void After(Series series, PriceQuote quote, Action? then)
    {
        if (_forecast.TryGetValue(series, out var state))
        {
            _inbox.Writer.TryWrite(() => OnClosedAsync(state, quote, then));
        }
        else
        {
            then?.Invoke();
        }
    }

    /// <summary>What gives the forecasts of a series to rules, from the first that is kept; null where it is not forecast.</summary>
    public async Task<Func<string, long, RuleForecast?>?> OfRulesAsync(Series series, CancellationToken cancellationToken)
    {
        if (!options.ForecastIntervals.Contains(series.Interval) || !options.Forecasts.SelectMany(SeriesPattern.ParseAll).Any(pattern => IsOf(pattern, series)))
        {
            return null;
        }

        await ReadKnownAsync(series, cancellationToken).ConfigureAwait(false);
        return (model, openMs) => known.Of(series, model, openMs) is { } forecast ? new RuleForecast(forecast.Point, forecast.BeatsNaive) : null;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _stopping = stoppingToken;
        if (store is MemoryForecastStore && options.Forecasts.Count > 0)
        {
            LogForgetful(logger);
        }

        var looking = LookAsync(stoppingToken);
        try
        {
            await foreach (var work in _inbox.Reader.ReadAllAsync(stoppingToken).ConfigureAwait(false))
            {
                try
                {
                    await work().ConfigureAwait(false);
                }
                catch (Exception exception) when (exception is not OperationCanceledException) // a fault of ours with one candle ends no other's forecast
                {
                    metrics.Faults.Inc();
                    LogFault(logger, exception);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // the server stops
        }

        await looking.ConfigureAwait(false);
    }

    private void Post(Action work) => _inbox.Writer.TryWrite(() =>
    {
        work();
        return Task.CompletedTask;
    });

    private async Task OnClosedAsync(ForecastSeriesState state, PriceQuote quote, Action? then)
    {
        if (state.Held is { } held)
        {
            held.Add((quote, then));
            return;
        }

        if (state.NextMs > 0 && quote.OpenMs > state.NextMs && quote.GapBefore is null && !hub.OmitsQuiet(state.Series))
        {
            state.Held = [(quote, then)]; // a hole that nobody announced: its candles are in the past by now
            ReadPast(state);
            return;
        }

        if (state.Add(quote))
        {
            await ForecastAsync(state, quote).ConfigureAwait(false);
        }

        then?.Invoke();
    }

    private void ReadPast(ForecastSeriesState state)
    {
        state.Held ??= [];
        var reading = ++state.Readings;
        var series = state.Series;
        _ = Task.Run(
            async () =>
            {
                var fromMs = series.Interval.AddMs(series.Interval.FloorMs(hub.Now.ToUnixTimeMilliseconds()), -ForecastSeriesState.Candles);
                var (candles, missing) = await hub.ReadWholeAsync(this, state.Channel, Math.Max(0, fromMs), options.TimeProvider, _stopping)
                    .ConfigureAwait(false);
                if (missing is not null)
                {
                    LogWarmUp(logger, series, missing);
                }

                await ReadKnownAsync(series, _stopping).ConfigureAwait(false);
                _inbox.Writer.TryWrite(() => OnPastAsync(state, candles, reading));
            },
            _stopping);
    }

    /// <summary>Whether a setting means a series: one symbol is written in any spelling that is resolved.</summary>
    private static bool IsOf(SeriesPattern pattern, Series series) => pattern.Matches(series)
        || (!pattern.IsOfMany && SymbolResolver.IsSpelling(series.Instrument, pattern.Text) && (pattern with { Text = series.VenueSymbol }).Matches(series));

    private async Task OnPastAsync(ForecastSeriesState state, List<PriceQuote> candles, int reading)
    {
        if (reading != state.Readings)
        {
            return;
        }

        var held = state.Held!;
        state.Held = null;
        state.Clear();
        foreach (var candle in candles)
        {
            state.Add(candle);
        }

        if (candles.Count > 0 && held.TrueForAll(one => one.Quote.OpenMs <= candles[^1].OpenMs))
        {
            await ForecastAsync(state, candles[^1]).ConfigureAwait(false); // the newest, where it closed just now
        }

        foreach (var (quote, then) in held)
        {
            if (state.Add(quote))
            {
                await ForecastAsync(state, quote).ConfigureAwait(false);
            }

            then?.Invoke();
        }
    }

    private async Task ForecastAsync(ForecastSeriesState state, PriceQuote quote)
    {
        var isLate = clock.Clock.GetUtcNow().ToUnixTimeMilliseconds() >= state.Series.Interval.AddMs(quote.CloseMs, 1);
        var made = maker.Make(state, quote, isLate);
        if (isLate)
        {
            LogLate(logger, state.Series, quote.CloseTime);
        }

        foreach (var kept in made.Count == 0 ? [] : await KeepAsync(made).ConfigureAwait(false))
        {
            known.Add(kept.Forecast);
            _newest[kept.Forecast.Model] = Math.Max(kept.Forecast.CloseMs, _newest.GetValueOrDefault(kept.Forecast.Model));
            feed.Publish(kept);
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(LookEvery, options.TimeProvider);
        try
        {
            do
            {
                Post(() =>
                {
                    var warming = _states.Values.Count(state => state.Held is not null);
                    metrics.Series.WithLabels("warming").Set(warming);
                    metrics.Series.WithLabels("live").Set(_states.Count - warming);
                    metrics.Models.Set(shelf.Count);
                    metrics.Subscribers.Set(feed.Subscribers);
                    foreach (var (model, closeMs) in _newest)
                    {
                        metrics.AgeSeconds.WithLabels(model).Set(Math.Max(0, (clock.Clock.GetUtcNow().ToUnixTimeMilliseconds() - closeMs) / 1000.0));
                    }
                });
            }
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // the server stops
        }
    }
}
