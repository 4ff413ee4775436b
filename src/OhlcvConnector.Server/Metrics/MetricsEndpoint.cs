using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Diagnostics;
using OhlcvConnector.Server.Connections;
using OhlcvConnector.Server.FanOut;
using OhlcvConnector.Server.Hosting;
using static OhlcvConnector.Server.Metrics.MetricsText.Kind;

namespace OhlcvConnector.Server.Metrics;

/// <summary><c>GET /metrics</c>: the Python connector's metrics under their names, and the server's own. Reads plain counters when it is asked.</summary>
internal sealed class MetricsEndpoint(Hub hub, ServerIdentity identity, ServerOptions options, ConnectionGate gate)
{
    private const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly DateTimeOffset _startedAt = options.TimeProvider.GetUtcNow();

    /// <summary>Adds the path.</summary>
    public void Map(WebApplication application) => application.MapGet("/metrics", (RequestDelegate)AnswerAsync);

    /// <summary>All metrics as text.</summary>
    public string Write()
    {
        var text = new MetricsText();
        var markets = Markets();
        WriteQuotes(text, markets);
        WriteTimes(text);
        WriteUpstream(text, markets);
        WriteRepair(text, markets);
        WriteClients(text);
        WriteProcess(text);
        return text.ToString();
    }

    private Task AnswerAsync(HttpContext context)
    {
        identity.Mark(context.Response);
        context.Response.ContentType = ContentType;
        return context.Response.WriteAsync(Write(), context.RequestAborted);
    }

    /// <summary>Markets that nobody ever asked for say nothing.</summary>
    private List<MarketDiagnostics> Markets()
    {
        var followed = hub.Times().Select(entry => (entry.Exchange, entry.Market)).ToHashSet();
        return [.. hub.Diagnose().Where(market => followed.Contains((market.Exchange, market.Market)))];
    }

    private void WriteQuotes(MetricsText text, List<MarketDiagnostics> markets)
    {
        const string name = "connector_quotes_processed_total";
        text.Begin(name, Counter, "Quotes that the exchanges' streams and histories brought, in order and without duplicates.");
        foreach (var market in markets)
        {
            text.Sample(name, market.ClosedQuotes, [.. Labels(market), ("is_closed", Word("True", "true"))]);
            text.Sample(name, market.OpenQuotes, [.. Labels(market), ("is_closed", Word("False", "false"))]);
        }

        Each(text, markets, "connector_duplicates_filtered_total", Counter, "Closed candles that came again, and were dropped.", market => market.Duplicates);
        Each(text, markets, "connector_upstream_conflated_total", Counter, "Open updates that a newer one replaced before they were published.", market => market.ConflatedUpdates);
    }

    private void WriteTimes(MetricsText text)
    {
        const string latency = "connector_quote_latency_seconds";
        const string close = "connector_close_to_delivery_seconds";
        var times = hub.Times();
        text.Begin(latency, Histogram, "From the exchange's clock in a message to its receipt.");
        foreach (var (exchange, market, all) in times)
        {
            text.Samples(latency, all.Latency, exchange, market.Name());
        }

        text.Begin(close, Histogram, "From a candle's end to its hand-over to the clients; candles of the stream only.");
        foreach (var (exchange, market, all) in times)
        {
            text.Samples(close, all.CloseToDelivery, exchange, market.Name());
        }
    }

    private void WriteUpstream(MetricsText text, List<MarketDiagnostics> markets)
    {
        const string followed = "connector_followed_series";
        var series = hub.Channels.GroupBy(channel => (channel.Series.Exchange, channel.Series.Market)).ToDictionary(group => group.Key, group => group.Count());
        Each(text, markets, followed, Gauge, "Series that are followed at present; without one no connection is wanted.", market => series.GetValueOrDefault((market.Exchange, market.Market)));
        Each(text, markets, "connector_active_connections", Gauge, "Connections to the exchange that are open.", market => market.ActiveConnections);
        const string errors = "connector_connection_errors_total";
        text.Begin(errors, Counter, "What went wrong on connections to the exchange, by kind.");
        foreach (var market in markets)
        {
            text.Sample(errors, market.ConnectionErrors, [.. Labels(market), ("error_type", Word("connection_error", "connection"))]);
            text.Sample(errors, market.MalformedFrames, [.. Labels(market), ("error_type", Word("receive_error", "malformed_frame"))]);
            text.Sample(errors, market.BackfillsFailed, [.. Labels(market), ("error_type", Word("backfill_error", "backfill"))]);
            text.Sample(errors, market.RefusedCandles, [.. Labels(market), ("error_type", "impossible_candle")]);
        }

        Each(text, markets, "connector_reconnections_total", Counter, "Connections that were made again after one was lost.", market => market.Reconnections);
        Each(text, markets, "connector_queue_depth_closed", Gauge, "Closed candles that wait to be published.", market => market.ClosedQueueDepth);
        Each(text, markets, "connector_queue_depth_open", Gauge, "Open candles that wait to be published.", market => market.OpenQueueDepth);
        Each(text, markets, "connector_queue_blocking_events_total", Counter, "Times that a full queue held a connection up.", market => market.QueueBlocks);
        Each(text, markets, "connector_circuit_breaker_state", Gauge, "0 closed, 1 open, 2 half-open.", market => (int)market.Circuit);
    }

    private static void WriteTrades(MetricsText text, List<MarketDiagnostics> markets)
    {
        (string Name, string Help, Func<MarketDiagnostics, long> Value)[] counts =
        [
            ("connector_trades_total", "Trades that came, where candles are closed by them.", market => market.Trades),
            ("connector_trades_late_total", "Trades that came after their candle had been closed without them.", market => market.TradesLate),
            ("connector_closed_by_trades_total", "Closed candles that their trades closed.", market => market.ClosedByTrades),
            ("connector_trade_disagreements_total", "Candles of which the stream or history said something else than their trades.", market => market.TradeDisagreements),
            ("connector_trades_distrusted_total", "Times that a symbol was left to history, because its trades do not make its candles.", market => market.TradesDistrusted),
        ];
        foreach (var (name, help, value) in counts)
        {
            text.Begin(name, Counter, help);
            foreach (var market in markets)
            {
                text.Sample(name, value(market), Labels(market));
            }
        }
    }

    private void WriteRepair(MetricsText text, List<MarketDiagnostics> markets)
    {
        const string backfills = "connector_rest_backfills_total";
        text.Begin(backfills, Counter, "Pages of history that were read to repair a series, by how it went.");
        foreach (var market in markets)
        {
            text.Sample(backfills, market.BackfillsOk, [.. Labels(market), ("status", "success")]);
            text.Sample(backfills, market.BackfillsFailed, [.. Labels(market), ("status", Word("failure", "error"))]);
        }

        const string gaps = "connector_gaps_total";
        text.Begin(gaps, Counter, "Holes in a series: found, filled from history, or announced because history has nothing there either.");
        foreach (var market in markets)
        {
            text.Sample(gaps, market.GapsFound, [.. Labels(market), ("state", "found")]);
            text.Sample(gaps, market.GapsFilled, [.. Labels(market), ("state", "filled")]);
            text.Sample(gaps, market.GapsUnfilled, [.. Labels(market), ("state", "unfilled")]);
        }

        WriteTrades(text, markets);
        const string series = "connector_series";
        var channels = hub.Channels;
        text.Begin(series, Gauge, "Series that are followed, by state.");
        foreach (var state in Enum.GetValues<SeriesState>())
        {
            text.Sample(series, channels.Count(channel => channel.Status.State == state), ("state", Protocol.V1Encoding.Name(state)));
        }
    }

    private void WriteClients(MetricsText text)
    {
        var counters = hub.Counters;
        text.Single("connector_tcp_connections", Gauge, "TCP connections that are open, on both ports and whatever is said over them.", counters.Connections)
            .Single("connector_tcp_connections_refused_total", Counter, "TCP connections that were cut at once, for there were too many.", counters.ConnectionsRefused)
            .Single("connector_tcp_connections_silent_total", Counter, "TCP connections that were cut because no request came over them.", counters.ConnectionsSilent)
            .Single("connector_subscribers", Gauge, "WebSocket clients that are connected.", counters.Clients)
            .Single("connector_subscribers_accepted_total", Counter, "WebSocket clients that were ever accepted.", counters.Accepted)
            .Single("connector_subscribers_refused_total", Counter, "WebSocket clients that were turned away.", counters.Refused)
            .Single("connector_subscriptions", Gauge, "Subscriptions of clients to series.", counters.Subscriptions)
            .Single("connector_deliveries_total", Counter, "Quotes handed to clients' sockets.", counters.Deliveries)
            .Single("connector_bytes_sent_total", Counter, "Bytes handed to clients' sockets.", counters.BytesOut)
            .Single("connector_conflated_updates_total", Counter, "Open updates that a newer one replaced before the client took them.", counters.Conflated)
            .Single("connector_slow_consumers_closed_total", Counter, "Clients that were cut off because they read too slowly.", counters.SlowClosed)
            .Single("connector_slow_consumer_dropped_total", Counter, "Closed candles that clients did not get because they were cut off.", counters.Dropped)
            .Single("connector_subscribers_lost_total", Counter, "Clients that went, or stopped answering pings, without closing.", counters.Lost)
            .Single("connector_write_timeouts_total", Counter, "Clients that were given up because a write to them did not end.", counters.WriteTimeouts)
            .Single("connector_messages_received_total", Counter, "Messages from clients.", counters.MessagesIn)
            .Single("connector_bad_messages_total", Counter, "Messages from clients that were answered with an error.", counters.BadMessages)
            .Single("connector_rate_limited_total", Counter, "Messages from clients that were one too many.", counters.RateLimited)
            .Single("connector_preloads_waiting", Gauge, "Preloads that are not followed yet, for their exchange does not answer or does not have them.", hub.Preloads.Waiting.Count)
            .Single("connector_keys_unreadable", Gauge, "1 while the file of API keys cannot be read, and those that were valid before stay valid.", gate.KeysProblem is null ? 0 : 1)
            .Single("connector_gaps_announced_total", Counter, "Gaps that were announced to a series' subscribers.", counters.GapsAnnounced);
    }

    private void WriteProcess(MetricsText text)
    {
        using var process = Process.GetCurrentProcess();
        text.Begin("connector_build_info", Gauge, "Always 1; the labels say what runs.")
            .Sample("connector_build_info", 1, ("version", ServerIdentity.Version), ("runtime", Environment.Version.ToString()), ("sandbox", identity.IsSandbox ? "true" : "false"));
        text.Single("process_cpu_seconds_total", Counter, "CPU time of the process, user and system.", process.TotalProcessorTime.TotalSeconds)
            .Single("process_resident_memory_bytes", Gauge, "Memory of the process that is in RAM.", process.WorkingSet64)
            .Single("process_start_time_seconds", Gauge, "When the server started, Unix epoch.", _startedAt.ToUnixTimeMilliseconds() / 1000.0)
            .Single("process_threads", Gauge, "Threads of the process.", process.Threads.Count)
            .Single("dotnet_heap_bytes", Gauge, "Memory of the managed heap.", GC.GetTotalMemory(forceFullCollection: false))
            .Single("dotnet_allocated_bytes_total", Counter, "Bytes that were ever allocated on the managed heap.", GC.GetTotalAllocatedBytes());
        text.Begin("dotnet_collections_total", Counter, "Garbage collections, by generation.");
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            text.Sample("dotnet_collections_total", GC.CollectionCount(generation), ("generation", generation.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }
    }

    /// <summary>A label's value as dashboards of the Python connector ask for it, or our own.</summary>
    private string Word(string legacy, string own) => options.Legacy ? legacy : own;

    private static void Each(MetricsText text, List<MarketDiagnostics> markets, string name, MetricsText.Kind kind, string help, Func<MarketDiagnostics, double> value)
    {
        text.Begin(name, kind, help);
        foreach (var market in markets)
        {
            text.Sample(name, value(market), Labels(market));
        }
    }

    private static (string Name, string Value)[] Labels(MarketDiagnostics market) => [("exchange", market.Exchange), ("contract_type", market.Market.Name())];
}
