using FsCheck;
using FsCheck.Fluent;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Diagnostics;
using OhlcvConnector.Infrastructure.Engine.Queue;
using OhlcvConnector.Infrastructure.Engine.Sequence;
using static OhlcvConnector.Testing.Candles;

namespace OhlcvConnector.UnitTests.Engine;

/// <summary>Whatever a stream loses, doubles, delays and mixes up, and however history comes in between: the same closed candles, in the same order.</summary>
public class SequencerProperties
{
    private const int Candles = 40;

    [Fact]
    public void Any_interleaving_of_duplicates_losses_reorderings_and_history_pages_yields_the_same_closed_sequence() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => Run(seed).SequenceEqual(Enumerable.Range(0, Candles)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    private static List<int> Run(int seed)
    {
        var random = new Random(seed);
        var series = Minutes();
        var counters = new FeedCounters();
        var queue = new QuoteQueue(10_000, Dispatch.Inline, counters);
        var rules = new SequencerRules { Deadline = TimeSpan.FromSeconds(3), MayInfer = false };
        var sequencer = new SeriesSequencer(series, rules, queue, counters, T0, isExact: true);
        var nowMs = T0;
        foreach (var quote in Disturbed(series, random))
        {
            nowMs = Math.Max(nowMs, quote.OpenMs + random.Next(60_000));
            sequencer.OnStream(quote, 1, 0);
            if (random.Next(6) == 0)
            {
                AskHistory(sequencer, series, random, nowMs);
            }
        }

        for (var i = 0; i < Candles; i++)
        {
            AskHistory(sequencer, series, random, nowMs: series.Interval.AddMs(T0, Candles) + 600_000 + (i * 600_000L));
        }

        return Closes(queue, series);
    }

    private static List<PriceQuote> Disturbed(Series series, Random random)
    {
        var messages = new List<(double Order, PriceQuote Quote)>();
        for (var index = 0; index < Candles; index++)
        {
            for (var trades = 1; trades <= 3; trades++)
            {
                Send(Quote(series, index, trades: trades), index + (trades / 4.0));
            }

            Send(Closed(series, index), index + 0.99);
        }

        return [.. messages.OrderBy(message => message.Order).Select(message => message.Quote)];

        void Send(PriceQuote quote, double order)
        {
            var copies = random.Next(10) switch { 0 or 1 => 0, 2 => 2, _ => 1 };
            for (var copy = 0; copy < copies; copy++)
            {
                messages.Add((order + (random.Next(5) == 0 ? random.NextDouble() * 4 : 0), quote));
            }
        }
    }

    private static void AskHistory(SeriesSequencer sequencer, Series series, Random random, long nowMs)
    {
        if (!sequencer.TryClaim(nowMs))
        {
            return;
        }

        var before = sequencer.NextMs;
        var answered = random.Next(4) != 0;
        if (answered)
        {
            var first = (int)((before - T0) / 60_000);
            var most = random.Next(1, 8);
            var rows = Enumerable.Range(first, most)
                .Where(index => index < Candles && series.Interval.AddMs(T0, index) <= nowMs)
                .Select(index => History(series, index, isClosed: series.Interval.AddMs(T0, index + 1) <= nowMs))
                .ToArray();
            sequencer.OnHistory(rows, nowMs);
        }

        sequencer.Finish(sequencer.NextMs > before, answered, nowMs, nowMs);
    }

    /// <summary>The indexes of the closed candles; throws when an open state follows its own close or is older than one before.</summary>
    private static List<int> Closes(QuoteQueue queue, Series series)
    {
        var closes = new List<int>();
        while (queue.TryTake(out var quote))
        {
            var index = (int)((quote.OpenMs - T0) / 60_000);
            if (!quote.SameValues(quote.IsClosed ? Closed(series, index) : quote) || quote.GapBefore is not null)
            {
                throw new InvalidOperationException($"Wrong values or a gap at {index}.");
            }

            if (quote.IsClosed)
            {
                closes.Add(index);
            }
            else if (closes.Count > 0 && index <= closes[^1])
            {
                throw new InvalidOperationException($"An open state of {index} after its close.");
            }
        }

        return closes;
    }
}
