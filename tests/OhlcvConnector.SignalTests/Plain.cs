using OhlcvConnector.Application.Signals;
using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;

namespace OhlcvConnector.SignalTests;

/// <summary>What rules say, calculated once more in the plainest way: the whole history is looked at for each candle, and nothing is remembered.</summary>
internal static class Plain
{
    public static IEnumerable<int> CrossesAbove(double[] values, double level) =>
        Enumerable.Range(1, values.Length - 1).Where(index => values[index - 1] <= level && values[index] > level);

    public static IEnumerable<int> CoolDown(IEnumerable<int> hits, int candles)
    {
        var last = int.MinValue / 2;
        return hits.Where(hit => hit > last + candles && (last = hit) >= 0).ToList();
    }

    /// <summary>A cross so many closes ago after which it stayed below, and no other cross since.</summary>
    public static IEnumerable<int> ConfirmedCrossBelow(double[] one, double[] other, int closes) =>
        Enumerable.Range(closes, one.Length - closes).Where(index =>
            one[index - closes] >= other[index - closes] && Enumerable.Range(index - closes + 1, closes).All(at => one[at] < other[at]));

    /// <summary>The rule "longer": averages of four hours, a candle that does not fall, and one of two more; where it becomes true.</summary>
    public static IEnumerable<int> Longer(IReadOnlyList<PriceQuote> candles)
    {
        var rsi = Given.Anew("rsi:7", candles);
        bool? Holds(int index)
        {
            var hours = candles.Take(index + 1).GroupBy(candle => Interval.Parse("4h").FloorMs(candle.OpenMs)).Where(group => group.Count() == 4)
                .Select(group => (double)group.Last().Close).ToList();
            var (fast, slow) = (new Ema(3), new Ema(5));
            hours.ForEach(close => fast.Add(close));
            hours.ForEach(close => slow.Add(close));
            if (double.IsNaN(slow.Value))
            {
                return null;
            }

            var volumes = candles.Take(index + 1).TakeLast(20).Select(candle => (double)candle.Volume!.Value).ToList();
            bool? loud = volumes.Count < 20 ? null : volumes[^1] > 1.2 * volumes.Average();
            bool? calm = double.IsNaN(rsi[index]) ? null : rsi[index] < 60;
            bool? any = loud == true || calm == true ? true : loud is null || calm is null ? null : false;
            return fast.Value <= slow.Value || candles[index].Close < candles[index].Open ? false : any;
        }

        return Enumerable.Range(1, candles.Count - 1).Where(index => Holds(index) == true && Holds(index - 1) == false);
    }

    public static IEnumerable<int> LeavesArea(IReadOnlyList<PriceQuote> candles, int window, int rows) => Enumerable.Range(window,
        candles.Count - window).Where(index =>
    {
        var area = VolumeProfile.Of([.. candles.Skip(index - window).Take(window).Select(candle => new Bar(candle))], rows).ValueArea()!.Value;
        bool IsInside(PriceQuote candle) => (double)candle.Close <= area.High && (double)candle.Close >= area.Low;
        return IsInside(candles[index - 1]) && !IsInside(candles[index]);
    });

    public static IEnumerable<int> BullishDivergence(IReadOnlyList<PriceQuote> candles, double[] values, int within)
    {
        var turns = Enumerable.Range(2, values.Length - 4).Where(at => !double.IsNaN(values[at - 2])
            && new[] { at - 2, at - 1, at + 1, at + 2 }.All(other => values[at] < values[other])).ToList();
        return turns.Zip(turns.Skip(1)).Where(pair => pair.Second - pair.First <= within && values[pair.Second] > values[pair.First]
            && candles[pair.Second].Low < candles[pair.First].Low).Select(pair => pair.Second + 2);
    }

    public static IEnumerable<(int Index, SignalDirection Direction)> Score(IReadOnlyList<PriceQuote> candles)
    {
        var (fast, slow, middle, rsi) = (Given.Anew("ema:9", candles), Given.Anew("ema:21", candles), Given.Anew("sma:50", candles), Given.Anew("rsi:14", candles));
        double At(int index) => 100 * ((0.3 * ((fast[index] > slow[index] ? 1 : -1) + ((double)candles[index].Close > middle[index] ? 1 : -1)) / 2)
            + (0.25 * (rsi[index] > 55 ? 1 : rsi[index] < 45 ? -1 : 0))) / 0.55;
        SignalDirection Side(int index) => At(index) >= 50 ? SignalDirection.Long : At(index) <= -50 ? SignalDirection.Short
            : Math.Abs(At(index)) <= 20 ? SignalDirection.Exit : SignalDirection.Neutral;
        var (held, lastMs) = (SignalDirection.Neutral, 0L);
        for (var index = 50; index < candles.Count; index++)
        {
            var side = Side(index);
            if (side == Side(index - 1) || side == SignalDirection.Neutral || (side == SignalDirection.Exit && held == SignalDirection.Neutral)
                || candles[index].CloseMs <= lastMs + (3 * 3_600_000))
            {
                continue;
            }

            (held, lastMs) = (side == SignalDirection.Exit ? SignalDirection.Neutral : side, candles[index].CloseMs);
            yield return (index, side);
        }
    }

}
