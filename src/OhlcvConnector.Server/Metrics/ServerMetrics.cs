using System.Diagnostics;
using System.Globalization;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Client;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Diagnostics;
using OhlcvConnector.Server.Connections;
using OhlcvConnector.Server.FanOut.Clients;
using OhlcvConnector.Server.FanOut.Upstream;
using Prometheus;

namespace OhlcvConnector.Server.Metrics;

/// <summary>
/// Publishes the counters of the connector and of the server: the Python connector's metrics under their names, and our own. The counters are plain fields;
/// they are read when somebody asks for metrics, so that counting costs an addition.
/// </summary>
internal sealed class ServerMetrics
{
    private static readonly string[] MarketLabels = ["exchange", "contract_type"];

    private readonly Hub _hub;
    private readonly ServerOptions _options;
    private readonly IMetricFactory _metrics;
    private readonly List<Action<IReadOnlyList<MarketDiagnostics>>> _ofMarkets = [];
    private readonly List<Action> _ofServer = [];

    /// <summary>Creates the metrics.</summary>
    public ServerMetrics(
        Hub hub, Preloads preloads, ServerIdentity identity, ServerOptions options, ConnectionGate gate, IMetricFactory metrics,
        ConnectorClient? upstream = null,
        KeepingFeeds? keeping = null)
    {
        _hub = hub;
        _options = options;
        _metrics = metrics;
        AddQuotes();
        AddConnections();
        AddRepair();
        AddTrades();
        AddClients(gate, preloads);
        AddProcess(identity);
        if (upstream is not null)
        {
            AddUpstream(upstream);
        }

        if (keeping is not null)
        {
            AddArchive(keeping);
        }
    }

    /// <summary>Reads all counters. Markets of which no series was ever followed say nothing.</summary>
    public void Update()
    {
        var markets = _hub.DiagnoseFollowed();
        _ofMarkets.ForEach(update => update(markets));
        _ofServer.ForEach(update => update());
    }

    private void AddQuotes()
    {
        MarketCounter(
            "connector_quotes_processed_total", "Quotes that the exchanges' streams and histories brought, in order and without duplicates.",
            "is_closed", (Word("True", "true"), market => market.ClosedQuotes), (Word("False", "false"), market => market.OpenQuotes));
        MarketCounter("connector_duplicates_filtered_total", "Closed candles that came again, and were dropped.", market => market.Duplicates);
        MarketCounter(
            "connector_upstream_conflated_total", "Open updates that a newer one replaced before they were published.", market => market.ConflatedUpdates);
    }

    private void AddConnections()
    {
        var followed = _metrics.CreateGauge(
            "connector_followed_series", "Series that are followed at present; without one no connection is wanted.", MarketLabels);
        _ofMarkets.Add(markets =>
        {
            var counts = _hub.Channels.CountBy(channel => (channel.Series.Exchange, channel.Series.Market)).ToDictionary();
            foreach (var market in markets)
            {
                followed.WithLabels(market.Exchange, market.Market.Name()).Set(counts.GetValueOrDefault((market.Exchange, market.Market)));
            }
        });
        MarketGauge("connector_active_connections", "Connections to the exchange that are open.", market => market.ActiveConnections);
        MarketCounter(
            "connector_connection_errors_total", "What went wrong on connections to the exchange, by kind.",
            "error_type",
            (Word("connection_error", "connection"), market => market.ConnectionErrors),
            (Word("receive_error", "malformed_frame"), market => market.MalformedFrames),
            (Word("backfill_error", "backfill"), market => market.BackfillsFailed),
            ("impossible_candle", market => market.RefusedCandles));
        MarketCounter("connector_reconnections_total", "Connections that were made again after one was lost.", market => market.Reconnections);
        MarketGauge("connector_queue_depth_closed", "Closed candles that wait to be published.", market => market.ClosedQueueDepth);
        MarketGauge("connector_queue_depth_open", "Open candles that wait to be published.", market => market.OpenQueueDepth);
        MarketCounter("connector_queue_blocking_events_total", "Times that a full queue held a connection up.", market => market.QueueBlocks);
        MarketGauge("connector_circuit_breaker_state", "0 closed, 1 open, 2 half-open.", market => (int)market.Circuit);
    }

    private void AddRepair()
    {
        MarketCounter(
            "connector_rest_backfills_total", "Pages of history that were read to repair a series, by how it went.",
            "status", ("success", market => market.BackfillsOk), (Word("failure", "error"), market => market.BackfillsFailed));
        MarketCounter(
            "connector_gaps_total", "Holes in a series: found, filled from history, or announced because history has nothing there either.",
            "state", ("found", market => market.GapsFound), ("filled", market => market.GapsFilled), ("unfilled", market => market.GapsUnfilled));
        var series = _metrics.CreateGauge("connector_series", "Series that are followed, by state.", ["state"]);
        _ofServer.Add(() =>
        {
            var counts = _hub.Channels.CountBy(channel => channel.Status.State).ToDictionary();
            foreach (var state in Enum.GetValues<SeriesState>())
            {
                series.WithLabels(Protocol.V1Encoding.Name(state)).Set(counts.GetValueOrDefault(state));
            }
        });
    }

    private void AddTrades()
    {
        MarketCounter("connector_trades_total", "Trades that came, where candles are closed by them.", market => market.Trades);
        MarketCounter("connector_trades_late_total", "Trades that came after their candle had been closed without them.", market => market.TradesLate);
        MarketCounter("connector_closed_by_trades_total", "Closed candles that their trades closed.", market => market.ClosedByTrades);
        MarketCounter(
            "connector_trade_disagreements_total", "Candles of which the stream or history said something else than their trades.",
            market => market.TradeDisagreements);
        MarketCounter(
            "connector_trades_distrusted_total", "Times that a symbol was left to history, because its trades do not make its candles.",
            market => market.TradesDistrusted);
        MarketGauge(
            "connector_symbols_without_trades", "Symbols whose trades are not followed, for the exchange allows no more subscriptions.",
            market => market.SymbolsWithoutTrades);
    }

    private void AddClients(ConnectionGate gate, Preloads preloads)
    {
        var counters = _hub.Counters;
        Gauge("connector_tcp_connections", "TCP connections that are open, on both ports and whatever is said over them.", () => counters.Connections);
        Counter(
            "connector_tcp_connections_refused_total", "TCP connections that were cut at once, for there were too many.", () => counters.ConnectionsRefused);
        Counter("connector_tcp_connections_silent_total", "TCP connections that were cut because no request came over them.", () => counters.ConnectionsSilent);
        Gauge("connector_subscribers", "WebSocket clients that are connected.", () => counters.Clients);
        Counter("connector_subscribers_accepted_total", "WebSocket clients that were ever accepted.", () => counters.Accepted);
        Counter("connector_subscribers_refused_total", "WebSocket clients that were turned away.", () => counters.Refused);
        Gauge("connector_subscriptions", "Subscriptions of clients to series.", () => counters.Subscriptions);
        Counter("connector_deliveries_total", "Quotes handed to clients' sockets.", () => counters.Deliveries);
        Counter("connector_bytes_sent_total", "Bytes handed to clients' sockets.", () => counters.BytesOut);
        Counter("connector_conflated_updates_total", "Open updates that a newer one replaced before the client took them.", () => counters.Conflated);
        Counter("connector_slow_consumers_closed_total", "Clients that were cut off because they read too slowly.", () => counters.SlowClosed);
        Counter("connector_slow_consumer_dropped_total", "Closed candles that clients did not get because they were cut off.", () => counters.Dropped);
        Counter("connector_subscribers_lost_total", "Clients that went, or stopped answering pings, without closing.", () => counters.Lost);
        Counter("connector_write_timeouts_total", "Clients that were given up because a write to them did not end.", () => counters.WriteTimeouts);
        Counter("connector_messages_received_total", "Messages from clients.", () => counters.MessagesIn);
        Counter("connector_bad_messages_total", "Messages from clients that were answered with an error.", () => counters.BadMessages);
        Counter("connector_rate_limited_total", "Messages from clients that were one too many.", () => counters.RateLimited);
        Gauge(
            "connector_preloads_waiting", "Preloads that are not followed yet, for their exchange does not answer or does not have them.",
            () => preloads.Waiting.Count);
        Gauge(
            "connector_keys_unreadable", "1 while the file of API keys cannot be read, and those that were valid before stay valid.",
            () => gate.KeysProblem is null ? 0 : 1);
        Counter("connector_gaps_announced_total", "Gaps that were announced to a series' subscribers.", () => counters.GapsAnnounced);
    }

    private void AddArchive(KeepingFeeds keeping)
    {
        Counter(
            "connector_archive_candles_total",
            "Closed candles that are on disk in the archive, those included that it had already.",
            () => keeping.Counts.Kept + keeping.Counts.Same);
        Counter(
            "connector_archive_refetched_total",
            "Of those, candles that were read again from history, for they could not be written in time.",
            () => keeping.Counts.Refetched);
        Counter("connector_archive_refused_total", "Candles that the archive refuses, such as of a clock that is wrong.", () => keeping.Counts.Refused);
        Counter("connector_archive_failed_writes_total", "Writes to the archive that failed, each tried again.", () => keeping.Counts.FailedWrites);
        Gauge("connector_archive_waiting", "Closed candles that wait to be written to the archive.", () => keeping.Counts.Waiting);
        Gauge("connector_archive_series_behind", "Series of which candles are read again before newer ones are written.", () => keeping.Counts.Behind);
    }

    private void AddUpstream(ConnectorClient upstream)
    {
        Gauge(
            "connector_upstream_connections",
            "Connections to the upstream server that are open; one for each market that is followed.",
            () => Sum(market => market.OpenConnections));
        Counter(
            "connector_upstream_reconnections_total",
            "Connections to the upstream that were made again after one was lost.",
            () => Sum(market => market.Reconnections));
        Counter(
            "connector_upstream_errors_total",
            "Connections to the upstream that could not be made or were lost.",
            () => Sum(market => market.ConnectionErrors));
        Counter(
            "connector_upstream_slow_disconnects_total", "Connections to the upstream that this server ended, to resume, because it read too slowly.",
            () => Sum(market => market.SlowReaderDisconnects));
        Gauge("connector_upstream_disturbed_series", "Series that the upstream says are not live.", () => Sum(market => market.DisturbedSeries));

        double Sum(Func<ClientDiagnostics, double> value) => upstream.Diagnose().Sum(value);
    }

    private void AddProcess(ServerIdentity identity)
    {
        _metrics.CreateGauge("connector_build_info", "Always 1; the labels say what runs.", ["version", "runtime", "sandbox"])
            .WithLabels(ServerIdentity.Version, Environment.Version.ToString(), identity.IsSandbox ? "true" : "false").Set(1);
        _metrics.CreateGauge("process_start_time_seconds", "When the server started, Unix epoch.")
            .Set(_options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0);
        var cpu = _metrics.CreateCounter("process_cpu_seconds_total", "CPU time of the process, user and system.");
        var memory = _metrics.CreateGauge("process_resident_memory_bytes", "Memory of the process that is in RAM.");
        var threads = _metrics.CreateGauge("process_threads", "Threads of the process.");
        Gauge("connector_timers", "Timers of the process that wait; more and more of them would be a leak.", () => Timer.ActiveCount);
        _ofServer.Add(() =>
        {
            using var process = Process.GetCurrentProcess();
            cpu.IncTo(process.TotalProcessorTime.TotalSeconds);
            memory.Set(process.WorkingSet64);
            threads.Set(process.Threads.Count);
        });
        Gauge("dotnet_heap_bytes", "Memory of the managed heap.", () => GC.GetTotalMemory(forceFullCollection: false));
        Counter("dotnet_allocated_bytes_total", "Bytes that were ever allocated on the managed heap.", () => GC.GetTotalAllocatedBytes());
        var collections = _metrics.CreateCounter("dotnet_collections_total", "Garbage collections, by generation.", ["generation"]);
        _ofServer.Add(() =>
        {
            for (var generation = 0; generation <= GC.MaxGeneration; generation++)
            {
                collections.WithLabels(generation.ToString(CultureInfo.InvariantCulture)).IncTo(GC.CollectionCount(generation));
            }
        });
    }

    /// <summary>A label's value as dashboards of the Python connector ask for it, or our own.</summary>
    private string Word(string legacy, string own) => _options.Legacy ? legacy : own;

    private void Counter(string name, string help, Func<double> value)
    {
        var counter = _metrics.CreateCounter(name, help);
        _ofServer.Add(() => counter.IncTo(value()));
    }

    private void Gauge(string name, string help, Func<double> value)
    {
        var gauge = _metrics.CreateGauge(name, help);
        _ofServer.Add(() => gauge.Set(value()));
    }

    private void MarketCounter(string name, string help, Func<MarketDiagnostics, double> value)
    {
        var counter = _metrics.CreateCounter(name, help, MarketLabels);
        EachMarket((market, exchange, contractType) => counter.WithLabels(exchange, contractType).IncTo(value(market)));
    }

    private void MarketCounter(string name, string help, string label, params (string Word, Func<MarketDiagnostics, double> Value)[] values)
    {
        var counter = _metrics.CreateCounter(name, help, [.. MarketLabels, label]);
        foreach (var (word, value) in values)
        {
            EachMarket((market, exchange, contractType) => counter.WithLabels(exchange, contractType, word).IncTo(value(market)));
        }
    }

    private void MarketGauge(string name, string help, Func<MarketDiagnostics, double> value)
    {
        var gauge = _metrics.CreateGauge(name, help, MarketLabels);
        EachMarket((market, exchange, contractType) => gauge.WithLabels(exchange, contractType).Set(value(market)));
    }

    private void EachMarket(Action<MarketDiagnostics, string, string> update) => _ofMarkets.Add(markets =>
    {
        foreach (var market in markets)
        {
            update(market, market.Exchange, market.Market.Name());
        }
    });
}
