using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Pacing;
using OhlcvConnector.Infrastructure.Engine.Queue;
using OhlcvConnector.Infrastructure.Engine.Rest;
using OhlcvConnector.Infrastructure.Engine.Sequence;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.UnitTests.Past;

/// <summary>A venue's history as a test says, without a socket, on a clock that goes on when somebody waits for it.</summary>
internal sealed class ScriptedVenue : HttpMessageHandler
{
    private static readonly TimeSpan AnyPause = TimeSpan.FromMinutes(5); // a request may take ten
    private static readonly TimeSpan Longest = TimeSpan.FromHours(12); // of the test's clock: what has not come by then does not come

    private readonly Lock _standstill = new();
    private readonly string _symbol;

    public ScriptedVenue(string exchange = "binance", Market market = Market.Spot, string interval = "1m", DateTimeOffset? listedAt = null, int days = 30,
        int? rowsOfPage = null, int attempts = 1, int breaksAfter = 1_000)
    {
        var venue = Venues.All.Single(one => one.Name == exchange);
        var facts = venue.Markets.Single(one => one.Market == market);
        facts = facts with { HistoryRows = rowsOfPage ?? facts.HistoryRows };
        Clock = new ManualTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(Candles.T0).AddDays(days).AddSeconds(30));
        var options = new ConnectorOptions
        {
            TimeProvider = Clock,
            RestTimeout = TimeSpan.FromMinutes(10),
            RestAttempts = attempts,
            CircuitBreakerFailureThreshold = breaksAfter,
        };
        Access = new VenueAccess(
            venue, facts, options, Log, new AddressLimits(exchange, facts.Limits, Clock), new RateWindow(facts.Limits.Weight, Clock));
        History = new VenueHistory(Access, new VenueRest(Access, new HttpClient(this), () => 0.5));
        _symbol = exchange == "gateio" ? "BTC_USDT" : "BTCUSDT";
        Series = NewSeries(_symbol, interval, listedAt);
        Queue = new QuoteQueue(10_000_000, Dispatch.Inline, Access.Counters);
        Rows = (from, to) => [.. Grid(from, to).Take(Access.Market.HistoryRows)];
        Row = openMs => $"""[{openMs},"1","2","0.5","1.5","10",{openMs + 59_999},"15",3,"5","7","0"]""";
    }

    public ManualTimeProvider Clock { get; }

    public LogRecorder Log { get; } = new();

    public VenueAccess Access { get; }

    public VenueHistory History { get; }

    public Series Series { get; }

    public QuoteQueue Queue { get; }

    /// <summary>
    /// The open times that are answered to a question for <c>[from, to)</c>; all there are, ascending, as far as they fit, if nobody says otherwise.
    /// </summary>
    public Func<long, long, long[]> Rows { get; set; }

    /// <summary>The text of a row.</summary>
    public Func<long, string> Row { get; set; }

    /// <summary>What is answered in the place of rows; null for rows.</summary>
    public Func<long, long, (int Status, string Body)?> Instead { get; set; } = (_, _) => null;

    /// <summary>What an answer waits for.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>What an answer waits for, by the beginning of its question.</summary>
    public Func<long, CancellationToken, Task> Held { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>What was asked, and when.</summary>
    public List<(long From, long To, long AtMs)> Questions { get; } = [];

    /// <summary>The series that history moved on, as often as it did.</summary>
    public ConcurrentQueue<SeriesSequencer> Filled { get; } = new();

    public long NowMs => Clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Open time of a candle, counted from the first of 2026.</summary>
    public long At(int candle) => Series.Interval.AddMs(Candles.T0, candle);

    public Series NewSeries(string symbol, string interval = "1m", DateTimeOffset? listedAt = null) => new(
        new Instrument
        {
            Exchange = Access.Venue.Name,
            Market = Access.Market.Market,
            VenueSymbol = symbol,
            Symbol = symbol,
            BaseAsset = "BTC",
            QuoteAsset = "USDT",
            ContractSize = 0.01m,
            ListedAt = listedAt,
        },
        Interval.Parse(interval));

    /// <summary>All open times of the grid, the one that is open included.</summary>
    public IEnumerable<long> Grid(long fromMs, long toMs)
    {
        var interval = Series.Interval;
        var floorMs = interval.FloorMs(fromMs);
        for (var openMs = floorMs < fromMs ? interval.NextMs(floorMs) : floorMs; openMs < toMs && openMs <= NowMs; openMs = interval.NextMs(openMs))
        {
            yield return openMs;
        }
    }

    /// <summary>Reads a range as <see cref="VenueHistory.ReadAsync"/> does.</summary>
    public async Task<(List<long> Opens, List<MissingCandles> Missing)> ReadAsync(long fromMs, long toMs, bool includeOpen = false, bool waitForLate = true)
    {
        var missing = new List<MissingCandles>();
        var quotes = await QuotesAsync(fromMs, toMs, missing.Add, includeOpen, waitForLate);
        return ([.. quotes.Select(quote => quote.OpenMs)], missing);
    }

    /// <summary>The same, with all that the candles say.</summary>
    public async Task<List<PriceQuote>> QuotesAsync(long fromMs, long toMs, Action<MissingCandles> missing, bool includeOpen = false, bool waitForLate = true)
    {
        var reading = Task.Run(async () => await History.ReadAsync(
            Series, DateTimeOffset.FromUnixTimeMilliseconds(fromMs), DateTimeOffset.FromUnixTimeMilliseconds(toMs), includeOpen, missing, waitForLate, default)
                .ToListAsync());
        await PassTimeAsync(() => reading.IsCompleted);
        return await reading;
    }

    /// <summary>What a walk says of a range, up to what it leaves to who asks again later.</summary>
    public async Task<List<HistoryPiece>> PiecesAsync(HistoryWalkRules rules, long fromMs, long toMs)
    {
        var walking = Task.Run(async () =>
        {
            var pieces = new List<HistoryPiece>();
            await foreach (var piece in History.Walk(Series, rules).WalkAsync(fromMs, toMs, default))
            {
                pieces.Add(piece);
                if (piece.Kind == HistoryPieceKind.Unsettled)
                {
                    break;
                }
            }

            return pieces;
        });
        await PassTimeAsync(() => walking.IsCompleted);
        return await walking;
    }

    /// <summary>A series that lacks closes from a candle on.</summary>
    public SeriesSequencer Sequencer(long startMs, Series? series = null) =>
        new(series ?? Series, SequencerRules.For(Access.Market, Access.Options), Queue, Access.Counters, startMs, isExact: true);

    /// <summary>
    /// Fills series until something is true. The clock goes on only when the filler has looked at all that happened, and sleeps, and so does each question:
    /// however
    /// busy the machine is, what is under way takes no time.
    /// </summary>
    public async Task<List<PriceQuote>> FillAsync(Func<List<PriceQuote>, bool> until, params SeriesSequencer[] sequencers)
    {
        using var stop = new CancellationTokenSource();
        var looks = 0;
        var filler = new GapFiller(Access, History, Queue, Filled.Enqueue);
        var running = Task.Run(() => filler.RunAsync(
            () =>
            {
                Interlocked.Increment(ref looks);
                return sequencers;
            },
            stop.Token));
        var delivered = new List<PriceQuote>();
        var end = Clock.GetTimestamp() + Longest.Ticks;
        while (true)
        {
            int asked;
            do
            {
                asked = Asked();
                var before = Volatile.Read(ref looks);
                filler.Wake();
                while (Volatile.Read(ref looks) == before || !Sleep())
                {
                    running.IsFaulted.ShouldBeFalse();
                    await Task.Yield();
                }
            }
            while (asked != Asked());

            if (IsOver())
            {
                break;
            }

            Clock.GetTimestamp().ShouldBeLessThan(end, "it never comes");
            if (Clock.NextIn is { } next) // else it woke between the look at who sleeps and this one
            {
                Clock.Advance(next);
            }
        }

        await stop.CancelAsync();
        await running;
        return delivered;

        bool Sleep()
        {
            var claimed = sequencers.Count(IsClaimed);
            return Clock.CountTimers(AnyPause) == 1 + claimed && claimed == sequencers.Count(IsClaimed);
        }

        int Asked()
        {
            lock (Questions)
            {
                return Questions.Count;
            }
        }

        bool IsOver()
        {
            while (Queue.TryTake(out var quote))
            {
                delivered.Add(quote);
            }

            return until(delivered);
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var (fromMs, toMs) = Asked(request);
        lock (Questions)
        {
            Questions.Add((fromMs, toMs, NowMs));
        }

        await Gate.WaitAsync(cancellationToken);
        await Held(fromMs, cancellationToken);
        var (status, body) = Instead(fromMs, toMs) ?? (200, $"[{string.Join(',', Rows(fromMs, toMs).Select(Row))}]");
        return new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8), RequestMessage = request };
    }

    private static (long FromMs, long ToMs) Asked(HttpRequestMessage request)
    {
        if (request.Content is { } content)
        {
            using var document = JsonDocument.Parse(content.ReadAsStream());
            var range = document.RootElement.GetProperty("req");
            return (range.GetProperty("startTime").GetInt64(), range.GetProperty("endTime").GetInt64() + 1);
        }

        var query = request.RequestUri!.Query.TrimStart('?').Split('&').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        return query.TryGetValue("startTime", out var start)
            ? (long.Parse(start), long.Parse(query["endTime"]) + 1)
            : (long.Parse(query["from"]) * 1000, (long.Parse(query["to"]) * 1000) + 1);
    }

    private static bool IsClaimed(SeriesSequencer sequencer) => Volatile.Read(ref Claimed(Patience(sequencer))) != 0;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_patience")]
    private static extern ref HistoryPatience Patience(SeriesSequencer sequencer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_claimed")]
    private static extern ref int Claimed(HistoryPatience patience);

    /// <summary>Does something while no time passes.</summary>
    public void AtOnce(Action act)
    {
        lock (_standstill)
        {
            act();
        }
    }

    /// <summary>Lets the clock go on from one wait of a reader to the next; what takes no time on it is waited for.</summary>
    private async Task PassTimeAsync(Func<bool> isOver)
    {
        var end = Clock.GetTimestamp() + Longest.Ticks;
        while (!isOver())
        {
            Clock.GetTimestamp().ShouldBeLessThan(end, "it never comes");
            AtOnce(() =>
            {
                if (Clock.NextIn is { } next && next < AnyPause)
                {
                    Clock.Advance(next);
                }
            });
            await Task.Yield();
        }
    }
}
