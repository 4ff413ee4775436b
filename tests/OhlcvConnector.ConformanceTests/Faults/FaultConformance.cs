using OhlcvConnector.Domain;
using Shouldly;

namespace OhlcvConnector.ConformanceTests.Faults;

/// <summary>Every kind of fault, on every venue: what is closed arrives once, in order and as the books have it; and the fault really struck.</summary>
public abstract class FaultConformance(string exchange, Market market)
{
    private static readonly TimeSpan Skewed = TimeSpan.FromSeconds(150);
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(90);

    /// <summary>By these history lacks a candle for good, and the right end is a gap; or they strike long reads of history alone.</summary>
    private static readonly SandboxFaultKind[] TestedElsewhere =
    [
        SandboxFaultKind.Hole, SandboxFaultKind.OffGridRow, SandboxFaultKind.BadRow, SandboxFaultKind.UnreadableRow,
            SandboxFaultKind.Halt, SandboxFaultKind.PageCap,
    ];

    /// <summary>All kinds but those that another test is for.</summary>
    public static TheoryData<SandboxFaultKind> Kinds => new(Enum.GetValues<SandboxFaultKind>().Except(TestedElsewhere));

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Nothing_is_lost_doubled_or_out_of_order_through(SandboxFaultKind kind)
    {
        // The market runs 300 times as fast as the clock on the wall, all waits ten times.
        await using var stage = await Stage.SetAsync(exchange, market, configure: options =>
        {
            options.TimeProvider = new SandboxClock(TimeProvider.System, DateTimeOffset.UnixEpoch, 10);
            options.PingTimeout = TimeSpan.FromSeconds(10);
        });
        var series = await stage.SeriesAsync(3);
        var opened = 0L;
        var struck = false;
        DateTimeOffset? clearedAt = null;

        var checkers = await Reading.ReadAsync(
            stage,
            series,
            5,
            read =>
            {
                var statistics = stage.Sandbox.Statistics;
                if (read >= 20 && !struck && statistics.ConnectionsOpen == 1
                    && statistics.Subscriptions >= stage.SubscriptionsOf(3)) // not one that was given up while it was made, nor before all is there
                {
                    opened = stage.Sandbox.Statistics.ConnectionsOpened;
                    struck = true;
                    foreach (var fault in Plan(kind, series[0].VenueSymbol))
                    {
                        stage.Sandbox.Inject(fault with { Exchange = exchange });
                    }
                }
            },
            until: () =>
            {
                if (clearedAt is null && struck && HasPassed(stage, kind, opened))
                {
                    stage.Sandbox.ClearFaults(); // not after a time, in which a busy machine may not have come to anything
                    clearedAt = stage.Sandbox.Clock.GetUtcNow();
                }

                return stage.Sandbox.Clock.GetUtcNow() - clearedAt > Afterwards;
            });

        checkers.ForEach(checker => checker.CompareWith(stage.Sandbox, tradesMayLack: HidesTrades(kind)));

        stage.Sandbox.Statistics.Violations.ShouldBe(0);
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(5)]
    public async Task Nothing_is_lost_or_closed_too_early_though_our_own_clock_is_wrong_by(int seconds)
    {
        await using var stage = await Stage.SetAsync(
            exchange, market, configure: options => options.MarketClock = new WrongClock(options.MarketClock!, TimeSpan.FromSeconds(seconds)));
        stage.Sandbox.Inject(new SandboxFault(SandboxFaultKind.MissingFinal) { Probability = 0.5 }); // so that the clock decides, too

        var checkers = await Reading.ReadAsync(stage, await stage.SeriesAsync(3), 6);

        checkers.ForEach(checker => checker.CompareWith(stage.Sandbox));
    }

    [Theory]
    [InlineData(-30)]
    [InlineData(30)]
    public async Task Nothing_is_lost_or_closed_too_early_though_the_exchanges_clock_is_wrong_by(int seconds)
    {
        await using var stage = await Stage.SetAsync(exchange, market);
        stage.Sandbox.Inject(
            new SandboxFault(SandboxFaultKind.ClockSkew) { Exchange = exchange, Amount = TimeSpan.FromSeconds(seconds), Duration = TimeSpan.Zero });
        stage.Sandbox.Inject(new SandboxFault(SandboxFaultKind.MissingFinal) { Probability = 0.5 });

        var checkers = await Reading.ReadAsync(stage, await stage.SeriesAsync(3), 6);

        checkers.ForEach(checker => checker.CompareWith(stage.Sandbox));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task Nothing_is_lost_or_closed_too_early_though_our_own_clock_is_set_while_it_reads_by(int hours)
    {
        SteppedClock? clock = null;
        await using var stage = await Stage.SetAsync(
            exchange, market, configure: options => options.MarketClock = clock = new SteppedClock(options.MarketClock!));
        stage.Sandbox.Inject(new SandboxFault(SandboxFaultKind.MissingFinal) { Probability = 0.5 });

        var checkers = await Reading.ReadAsync(stage, await stage.SeriesAsync(3), 8, read => clock!.By = read > 20 ? TimeSpan.FromHours(hours) : TimeSpan.Zero);

        checkers.ForEach(checker => checker.CompareWith(stage.Sandbox));
    }

    /// <summary>
    /// Whether the fault can hide an extreme, or a trade, after the last that the stream says of a candle. Gate.io gives no count of trades by which the
    /// connector could notice
    /// (Hyperliquid does): the candle in which it begins may lack them.
    /// </summary>
    private bool HidesTrades(SandboxFaultKind kind) => exchange == "gateio" && (kind is SandboxFaultKind.MergedTrades or SandboxFaultKind.LostTrades);

    /// <summary>The fault, and what it needs beside it to strike: requests to REST, or new connections.</summary>
    private static IEnumerable<SandboxFault> Plan(SandboxFaultKind kind, string symbol)
    {
        if (kind is SandboxFaultKind.RateLimited or SandboxFaultKind.Banned or SandboxFaultKind.ServerError or SandboxFaultKind.SlowAnswer
            or SandboxFaultKind.EmptyAnswer or SandboxFaultKind.ShortAnswer
            or SandboxFaultKind.Behind or SandboxFaultKind.DateSkew or SandboxFaultKind.NoDate)
        {
            yield return new SandboxFault(SandboxFaultKind.MissingFinal);
        }

        yield return kind switch
        {
            SandboxFaultKind.Stall => new SandboxFault(kind) { Symbol = symbol },
            SandboxFaultKind.RejectSubscribe => new SandboxFault(kind) { Symbol = symbol, Times = 3 },
            SandboxFaultKind.Truncate or SandboxFaultKind.Garbage or SandboxFaultKind.Duplicate or SandboxFaultKind.Reorder or SandboxFaultKind.Delay =>
                new SandboxFault(kind) { Probability = 0.5 },
            SandboxFaultKind.Silence or SandboxFaultKind.Refuse => new SandboxFault(kind) { Times = 2 },
            SandboxFaultKind.SlowHandshake => new SandboxFault(kind) { Times = 2, Amount = TimeSpan.FromMinutes(10) },
            SandboxFaultKind.EmptyAnswer
                or SandboxFaultKind.ShortAnswer => new SandboxFault(kind) { Times = 4 }, // after five, and ten minutes, a candle counts as absent
            SandboxFaultKind.Banned => new SandboxFault(kind) { Times = 2, Amount = TimeSpan.FromSeconds(30) },
            SandboxFaultKind.ServerError or SandboxFaultKind.RateLimited => new SandboxFault(kind) { Times = 2 },
            SandboxFaultKind.ClockSkew => new SandboxFault(kind) { Duration = Skewed },
            _ => new SandboxFault(kind),
        };

        if (kind is SandboxFaultKind.Refuse or SandboxFaultKind.Silence or SandboxFaultKind.SlowHandshake or SandboxFaultKind.RejectSubscribe)
        {
            yield return new SandboxFault(SandboxFaultKind.DropAll);
        }
    }

    /// <summary>Whether the fault struck, and left the trace that it must.</summary>
    private bool HasPassed(Stage stage, SandboxFaultKind kind, long opened)
    {
        var counters = stage.Access.Counters;
        var hit = stage.Sandbox.FaultHits.GetValueOrDefault(kind) > 0;
        var reopened = stage.Sandbox.Statistics.ConnectionsOpened > opened;
        var saysClosed = exchange is not ("hyperliquid" or "coinapi");
        var sendsTrades = exchange is "hyperliquid" or "gateio";
        return kind switch
        {
            SandboxFaultKind.Drop or SandboxFaultKind.DropAll or SandboxFaultKind.Freeze or SandboxFaultKind.HalfOpen or SandboxFaultKind.Maintenance
                or SandboxFaultKind.Refuse or SandboxFaultKind.Silence or SandboxFaultKind.SlowHandshake => hit && reopened,
            SandboxFaultKind.RejectSubscribe => hit && reopened && stage.Sandbox.Statistics.Subscriptions >= stage.SubscriptionsOf(3),
            SandboxFaultKind.Truncate or SandboxFaultKind.Garbage => hit && counters.Malformed > 0,
            SandboxFaultKind.Duplicate => hit && counters.Duplicates > 0,
            SandboxFaultKind.MissingFinal or SandboxFaultKind.DoubledFinal or SandboxFaultKind.RevisedFinal when !saysClosed => true,
            >= SandboxFaultKind.LateTrades when !sendsTrades => true,
            SandboxFaultKind.DoubledTrades => hit && counters.TradesDoubled > 0,
            SandboxFaultKind.DoubledFinal => hit && counters.Duplicates > 0,
            SandboxFaultKind.RevisedFinal => hit && counters.Revisions > 0,
            SandboxFaultKind.MissingFinal => hit && counters.BackfillsOk > 0,
            _ => hit,
        };
    }
}

internal sealed class SteppedClock(TimeProvider right) : TimeProvider
{
    private long _by;

    /// <summary>By how much somebody has set it forwards, or back.</summary>
    public TimeSpan By { set => Volatile.Write(ref _by, value.Ticks); }

    public override long TimestampFrequency => right.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => right.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref _by));

    public override long GetTimestamp() => right.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        right.CreateTimer(callback, state, dueTime, period);
}

internal sealed class WrongClock(TimeProvider right, TimeSpan by) : TimeProvider
{
    public override long TimestampFrequency => right.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => right.GetUtcNow() + by;

    public override long GetTimestamp() => right.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        right.CreateTimer(callback, state, dueTime, period);
}

public class BinanceFaults() : FaultConformance("binance", Market.Spot);

public class OkxFaults() : FaultConformance("okx", Market.UsdMargined);

public class BybitFaults() : FaultConformance("bybit", Market.CoinMargined);

public class GateIoFaults() : FaultConformance("gateio", Market.Spot);

public class HyperliquidFaults() : FaultConformance("hyperliquid", Market.UsdMargined);

public class CoinApiFaults() : FaultConformance("coinapi", Market.Spot);
