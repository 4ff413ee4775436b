using System.Diagnostics.Metrics;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure.Diagnostics;

/// <summary>The counts of all markets as instruments of a meter. They are read from the plain counters when somebody listens, and cost nothing else.</summary>
internal sealed class ConnectorMeter : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Name = "OhlcvConnector";

    private readonly Meter _meter;
    private readonly Func<IReadOnlyList<MarketDiagnostics>> _diagnose;

    /// <summary>Creates the instruments.</summary>
    /// <param name="factory">Makes the meter, and disposes of it; null for one of our own.</param>
    /// <param name="diagnose">Reads the counters.</param>
    public ConnectorMeter(IMeterFactory? factory, Func<IReadOnlyList<MarketDiagnostics>> diagnose)
    {
        _diagnose = diagnose;
        _meter = factory?.Create(Name) ?? new Meter(Name);
        Counter(
            "ohlcv.quotes",
            "{quote}",
            "Quotes that were delivered.",
            market => [(market.ClosedQuotes, "ohlcv.candle.state", "closed"), (market.OpenQuotes, "ohlcv.candle.state", "open")]);
        Counter("ohlcv.duplicates", "{quote}", "Closed candles that came again, and were dropped.", market => market.Duplicates);
        Counter("ohlcv.conflated", "{quote}", "Open updates that a newer one replaced before they were read.", market => market.ConflatedUpdates);
        Counter(
            "ohlcv.connection.errors", "{error}", "What went wrong on connections.",
            market => [(market.ConnectionErrors, "error.type", "connection"), (market.MalformedFrames, "error.type", "malformed_frame"), (market.RefusedCandles, "error.type", "impossible_candle")]);
        Counter("ohlcv.connection.reconnections", "{connection}", "Connections that were made again after one was lost.", market => market.Reconnections);
        Counter(
            "ohlcv.backfills",
            "{page}",
            "Pages of history that were read to repair a series.",
            market => [(market.BackfillsOk, "ohlcv.outcome", "success"), (market.BackfillsFailed, "ohlcv.outcome", "failure")]);
        Counter(
            "ohlcv.gaps", "{gap}", "Holes in a series.",
            market => [(market.GapsFound, "ohlcv.gap.state", "found"), (market.GapsFilled, "ohlcv.gap.state", "filled"), (market.GapsUnfilled, "ohlcv.gap.state", "unfilled")]);
        Counter("ohlcv.queue.blocks", "{event}", "Times that a full queue held a connection up.", market => market.QueueBlocks);
        _meter.CreateObservableUpDownCounter(
            "ohlcv.connection.active", () => Measure(market => [(market.ActiveConnections, null, null)]), "{connection}", "Connections that are open.");
        _meter.CreateObservableUpDownCounter(
            "ohlcv.series.followed", () => Measure(market => [(market.FollowedSeries, null, null)]), "{series}", "Series that are followed.");
        _meter.CreateObservableUpDownCounter(
            "ohlcv.queue.depth",
            () => Measure(market => [(market.ClosedQueueDepth, "ohlcv.candle.state", "closed"), (market.OpenQueueDepth, "ohlcv.candle.state", "open")]),
            "{quote}", "Candles that wait for the reader.");
        _meter.CreateObservableGauge(
            "ohlcv.circuit.state", () => Measure(market => [((long)market.Circuit, null, null)]), null, "The circuit breaker: 0 closed, 1 open, 2 half-open.");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private void Counter(string name, string unit, string description, Func<MarketDiagnostics, long> value) =>
        Counter(name, unit, description, market => [(value(market), null, null)]);

    private void Counter(string name, string unit, string description, Func<MarketDiagnostics, (long Value, string? Tag, string? Word)[]> values) =>
        _meter.CreateObservableCounter(name, () => Measure(values), unit, description);

    /// <summary>Markets that nobody ever asked for say nothing.</summary>
    private IEnumerable<Measurement<long>> Measure(Func<MarketDiagnostics, (long Value, string? Tag, string? Word)[]> values)
    {
        foreach (var market in _diagnose().Where(market => market.FollowedSeries > 0 || market.LastMessageAt is not null || market.ConnectionErrors > 0))
        {
            foreach (var (value, tag, word) in values(market))
            {
                KeyValuePair<string, object?>[] tags = [new("ohlcv.exchange", market.Exchange), new("ohlcv.market", market.Market.Name())];
                yield return new Measurement<long>(value, tag is null ? tags : [.. tags, new(tag, word)]);
            }
        }
    }
}
