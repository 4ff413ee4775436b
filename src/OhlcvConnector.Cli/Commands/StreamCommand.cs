using System.CommandLine;
using OhlcvConnector.Application;
using OhlcvConnector.Cli.Computing;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Configuration;

namespace OhlcvConnector.Cli.Commands;

/// <summary><c>connector-cli binance BTCUSDT</c>: streams candles until Ctrl-C or a limit.</summary>
internal static class StreamCommand
{
    private const string Description = """
        Streams OHLCV candles from crypto exchanges.

          connector-cli binance BTCUSDT ETHUSDT
          connector-cli binance BTC/USDT --interval 5m --closed-only --output json
          connector-cli binance BTCUSD_PERP --market coinm --since -2h
          connector-cli binance BTCUSDT --with rsi:14,macd:12:26:9
          connector-cli binance:BTCUSDT,ETHUSDT okx/usdm:BTC-USDT-SWAP --closed-only
          connector-cli binance BTCUSDT --sandbox --limit 3        (simulated, needs no network)
        """;

    /// <summary>The root of the command line.</summary>
    public static RootCommand Create(CliTerminal terminal)
    {
        var exchange = CommonOptions.Exchange($"The exchange: {string.Join(", ", CommonOptions.ExchangeNames)}; or series that say theirs: binance:BTCUSDT.");
        var symbols = new Argument<string[]>("symbols")
        {
            Description = "What to stream, in the exchange's spelling or a common one (BTC/USDT); or series of any exchange, as in okx/usdm:BTC-USDT-SWAP.",
            Arity = ArgumentArity.OneOrMore,
        };
        var market = CommonOptions.Market();
        var interval = CommonOptions.Interval();
        var build = CommonOptions.Build();
        var fromTrades = new Option<bool>("--from-trades")
        {
            Description = "Build the interval from the exchange's trades where it lacks it (5s, 15s): live only, without a past.",
        };
        var limit = NumberOption.Create("--limit", 0, long.MaxValue, 0L, "End after this many candles; 0 for never.", "-n");
        var closedOnly = new Option<bool>("--closed-only") { Description = "Leave out the updates of open candles." };
        var since = new Option<string?>("--since")
        {
            Description = "Start with the closed candles since then (2026-01-31T12:00Z, -2h), then go on live; must not be in the future.",
        };
        var idle = NumberOption.CreateOptional<double>(
            "--idle-timeout", 0, TerminalSettings.MaxIdleSeconds,
            "Fail when no candle came for so many seconds; 0 for never. Default: CONNECTOR_STREAM_IDLE_TIMEOUT, else 0.");
        var wait = new Option<bool>("--wait") { Description = "Wait for symbols that do not trade now; otherwise it is an error when none does." };
        var with = CommonOptions.With();
        var output = CommonOptions.Output("text", "json", "csv");
        var times = TimeStyles.Option();
        var (fill, dayOffset) = (CommonOptions.Fill(), CommonOptions.DayOffset());
        var session = new Session.Options();
        var root =
            new RootCommand(Description) { exchange, symbols, market, interval, build, dayOffset, fill, fromTrades, limit, closedOnly, since, idle, wait, with,
            output, times };
        session.AddTo(root);
        symbols.CompletionSources.Add(context => new SymbolCache(terminal).Offer(
            context.ParseResult.GetValue(exchange), context.ParseResult.GetValue(market), context.WordToComplete));
        root.SetAction(async (parsed, cancellationToken) =>
        {
            var targets = SeriesTarget.ParseAll(
                [parsed.GetRequiredValue(exchange), .. parsed.GetRequiredValue(symbols)], CommonOptions.ReadMarket(parsed.GetValue(market)));
            var exchanges = targets.Select(target => target.Exchange).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
            if (exchanges.Count > 1 && parsed.GetValue(session.BaseUrl) is not null)
            {
                throw new UsageException("--base-url is the address of one exchange; here are several.");
            }

            var most = parsed.GetValue(limit);
            var set = CommonOptions.ReadWith(parsed.GetValue(with));
            await using var open = await Session.OpenAsync(terminal, parsed, session, exchanges.Count == 1 ? exchanges[0] : null, cancellationToken)
                .ConfigureAwait(false);
            var notices = new StatusNotices(terminal.Error);
            var length = CommonOptions.ReadInterval(parsed.GetValue(interval), parsed.GetValue(dayOffset));
            DateTimeOffset? start = parsed.GetValue(since) is { } text ? CommonOptions.ReadTime("--since", text, open.MarketClock.GetUtcNow()) : null;
            IReadOnlyList<StreamRequest> requests =
            [
                .. targets.GroupBy(target => (target.Exchange, target.Market)).Select(group => new StreamRequest
                {
                    Exchange = group.Key.Exchange,
                    Symbols = [.. group.Select(target => target.Symbol)],
                    Market = group.Key.Market,
                    Interval = length,
                    BuildInterval = parsed.GetValue(build) || length.Offset != TimeSpan.Zero,
                    IntervalFromTrades = parsed.GetValue(fromTrades),
                    Since = start,
                    ClosedOnly = parsed.GetValue(closedOnly),
                    AwaitTrading = parsed.GetValue(wait),
                    OnStatus = notices.Write,
                }),
            ];
            var patience = (parsed.GetValue(idle) is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null) ?? open.Settings.Terminal().IdleTimeout;
            var writer = QuoteWriters.Create(
                parsed.GetRequiredValue(output),
                terminal.Output,
                open.IsSandbox,
                set?.Columns ?? [],
                TimeStyles.Of(parsed.GetValue(times)),
                terminal.ShowsColours);
            var stream = new ValuedStream(open.Connector, set, open.MarketClock) { IsFlat = CommonOptions.IsFlat(parsed.GetRequiredValue(fill)) };
            var code = await RunAsync(terminal, open, requests, stream, set is not null, writer, most, patience, cancellationToken).ConfigureAwait(false);
            return code == ExitCode.Done && notices.WasRefused ? ExitCode.Failed : code;
        });
        return root;
    }

    private static async Task<int> RunAsync(
        CliTerminal terminal, Session session, IReadOnlyList<StreamRequest> requests, ValuedStream stream, bool hasValues, IQuoteWriter writer, long limit,
        TimeSpan patience, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(patience > TimeSpan.Zero ? patience : Timeout.InfiniteTimeSpan, terminal.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        var quotes = stream.ReadAsync(requests, either.Token).GetAsyncEnumerator(either.Token);
        var written = 0L;
        var kept = Task.CompletedTask;
        try
        {
            while (true)
            {
                var next = quotes.MoveNextAsync();
                if (!next.IsCompleted)
                {
                    writer.Flush(); // nothing follows at once: show what there is
                }

                if (!await next.ConfigureAwait(false))
                {
                    return ExitCode.Done;
                }

                var (quote, values, _) = quotes.Current;
                if (written == 0)
                {
                    writer.WriteHeader();
                    kept = new SymbolCache(terminal)
                        .KeepAsync(session.Connector, quote.Exchange, quote.Market, session.IsSandbox, cancellationToken); // the listing is at hand
                }

                QuoteFields.WarnOfGap(quote, hasValues, terminal.Error);
                writer.Write(quote, values);
                if (++written == limit)
                {
                    return ExitCode.Done;
                }

                if (patience > TimeSpan.Zero)
                {
                    silence.CancelAfter(patience);
                }
            }
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            terminal.Error.WriteLine(FormattableString.Invariant($"error: no candle came for {patience.TotalSeconds} s (--idle-timeout)."));
            return ExitCode.Failed;
        }
        finally
        {
            writer.Flush();
            await kept.ConfigureAwait(false);
            await quotes.DisposeAsync().ConfigureAwait(false);
        }
    }
}
