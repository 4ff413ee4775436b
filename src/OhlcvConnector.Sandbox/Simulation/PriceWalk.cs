namespace OhlcvConnector.Sandbox.Simulation;

/// <summary>
/// The trades of one listing, a pure function of the seed and the time: at most one order a second, of one to four fills, at a price that is a sum of smooth
/// curves. Longer stretches are sums of shorter ones, so all intervals agree. What was added up is kept a while. Not for several threads at once.
/// </summary>
internal sealed class PriceWalk(ulong seed, ulong coinSeed, Listing listing)
{
    private const int TradesPerHundredSeconds = 40;
    private const long Minute = 60;
    private const long Hour = 3_600;
    private const long Day = 86_400;

    // period in seconds and height: what a coin does everywhere, then what is this venue's own
    private static readonly (long Period, double Height)[] Shared =
        [(30 * Day, 0.12), (4 * Day, 0.04), (5 * Hour, 0.012), (2_000, 0.004), (240, 0.0012), (29, 0.0004)];

    private readonly Kept _minutes = new(128);
    private readonly Kept _hours = new(128);
    private readonly Kept _days = new(1_500);
    private readonly ulong _sizeSeed = Noise.Seed(seed, "size");
    private readonly ulong _fillSeed = Noise.Seed(seed, "fills");
    private readonly ulong _activeSeed = Noise.Seed(seed, "active");
    private readonly ulong _ownSeed = Noise.Seed(seed, "own");
    private readonly double _ticksAtBase = listing.BasePrice / (double)listing.Tick;
    private readonly double _typicalSteps = Math.Max(1, TypicalSteps(listing));

    /// <summary>Listing whose trades these are.</summary>
    public Listing Listing => listing;

    /// <summary>The trades in <c>[from, to)</c>, in seconds since the Unix epoch.</summary>
    public Aggregate Between(long from, long to)
    {
        var sum = default(Aggregate);
        from = Math.Max(from, listing.ListedMs / 1000);
        while (from < to)
        {
            var (length, part) =
                from % Day == 0 && from + Day <= to ? (Day, Whole(_days, from, Day, Hour))
                : from % Hour == 0 && from + Hour <= to ? (Hour, Whole(_hours, from, Hour, Minute))
                : from % Minute == 0 && from + Minute <= to ? (Minute, Whole(_minutes, from, Minute, 1))
                : (1, Trade(from));
            sum.Add(part);
            from += length;
        }

        return sum;
    }

    /// <summary>The last price before a moment, in ticks: what a quiet candle shows.</summary>
    public long LastPriceBefore(long second)
    {
        var first = listing.ListedMs / 1000;
        for (var minute = (second - 1) / Minute * Minute; minute >= first; minute -= Minute)
        {
            if (Between(minute, Math.Min(second, minute + Minute)) is { Count: > 0 } found)
            {
                return found.Close;
            }
        }

        return Ticks(first);
    }

    private Aggregate Whole(Kept kept, long from, long length, long part)
    {
        if (kept.TryGet(from, out var sum))
        {
            return sum;
        }

        for (var at = from; at < from + length; at += part)
        {
            sum.Add(part == 1 ? Trade(at) : Between(at, at + part));
        }

        kept.Put(from, sum);
        return sum;
    }

    /// <summary>Adds the fills of a second: none, or those of one order, at one millisecond, each a tick further than the one before.</summary>
    /// <param name="second">The second, since the Unix epoch.</param>
    /// <param name="fills">The list that takes them.</param>
    public void Fills(long second, List<SimulatedTrade> fills)
    {
        if (Order(second) is not { } order || second < listing.ListedMs / 1000)
        {
            return;
        }

        for (var i = 0; i < order.Fills; i++)
        {
            var (ticks, steps) = order.Fill(i);
            fills.Add(new SimulatedTrade(
                second * 1000 + order.Milliseconds, (second * SimulatedTrade.MaxFills) + i, ticks * listing.Tick, steps, steps * listing.Step, order.IsTaker));
        }
    }

    private Aggregate Trade(long second)
    {
        var sum = default(Aggregate);
        if (Order(second) is not { } order)
        {
            return sum;
        }

        for (var i = 0; i < order.Fills; i++)
        {
            var (ticks, steps) = order.Fill(i);
            var worth = listing.Sizing == Sizing.InverseContracts ? BaseOf(steps, ticks) : (Int128)ticks * steps;
            sum.Add(new Aggregate
            {
                Open = ticks,
                High = ticks,
                Low = ticks,
                Close = ticks,
                Steps = steps,
                Worth = worth,
                TakerSteps = order.IsTaker ? steps : 0,
                TakerWorth = order.IsTaker ? worth : 0,
                Count = 1,
                FirstSecond = second,
                LastSecond = second,
            });
        }

        return sum;
    }

    private Taking? Order(long second)
    {
        if (!IsActive(second / Minute))
        {
            return null;
        }

        var chance = Noise.Hash(_sizeSeed, second);
        if (chance % 100 >= TradesPerHundredSeconds)
        {
            return null;
        }

        var steps = 1 + (long)(_typicalSteps * ((chance / 100 % 1_000) + 1) / 500.0);
        var spread = Noise.Hash(_fillSeed, second);
        var fills = spread % 8 == 0 ? Math.Min(steps, 2 + (spread / 8 % (SimulatedTrade.MaxFills - 1))) : 1;
        return new Taking(Ticks(second), steps, (int)fills, spread / 100 % 1_000, (chance / 100_000 & 1) == 0);
    }

    private bool IsActive(long minute) => listing.ActiveMinutesPercent >= 100 || Noise.Hash(_activeSeed, minute) % 100 < listing.ActiveMinutesPercent;

    private long Ticks(long second)
    {
        var height = Noise.Smooth(_ownSeed, second, 97) * 0.0003;
        for (var i = 0; i < Shared.Length; i++)
        {
            height += Noise.Smooth(coinSeed + (ulong)i, second, Shared[i].Period) * Shared[i].Height;
        }

        return Math.Max(1, (long)(_ticksAtBase * (1 + height)));
    }

    /// <summary>An inverse contract's worth in the base coin, rounded to eight decimals as venues venueMarket it.</summary>
    private Int128 BaseOf(long contracts, long ticks) =>
        (Int128)Math.Round(contracts * listing.Step * 100_000_000m / (ticks * listing.Tick), MidpointRounding.ToEven);

    private static double TypicalSteps(Listing listing) => listing.Sizing == Sizing.InverseContracts
        ? 2_000 / (double)listing.Step
        : 2_000 / (listing.BasePrice * (double)listing.Step);

    /// <summary>Order that took what others had offered.</summary>
    private readonly record struct Taking(long Ticks, long Steps, int Fills, long Milliseconds, bool IsTaker)
    {
        /// <summary>Returns one fill of the order, in ticks and steps; the last one has what the others leave.</summary>
        public (long Ticks, long Steps) Fill(int index)
        {
            var part = Steps / Fills;
            return (Math.Max(1, IsTaker ? Ticks + index : Ticks - index), index < Fills - 1 ? part : Steps - (part * (Fills - 1)));
        }
    }

    /// <summary>A bounded memory: a later key takes an earlier one's place.</summary>
    private sealed class Kept(int size)
    {
        private (long Key, Aggregate Value)[]? _slots;

        public bool TryGet(long key, out Aggregate value)
        {
            value = default;
            if (_slots is null)
            {
                return false;
            }

            ref var slot = ref _slots[Place(key)];
            value = slot.Key == key ? slot.Value : default;
            return slot.Key == key;
        }

        public void Put(long key, in Aggregate value)
        {
            _slots ??= new (long, Aggregate)[size];
            _slots[Place(key)] = (key, value);
        }

        private int Place(long key) => (int)((ulong)key * 0x9E3779B97F4A7C15 >> 40) % size;
    }
}
