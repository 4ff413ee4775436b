using OhlcvConnector.Domain;

namespace OhlcvConnector.Trading;

/// <summary>Values of a parameter that are tried.</summary>
/// <param name="Name">Name of the parameter.</param>
/// <param name="Values">The values.</param>
public sealed record ParameterRange(string Name, IReadOnlyList<decimal> Values)
{
    private const int MaxVariants = 100_000;

    /// <summary>Makes a range from one value to another, both included.</summary>
    /// <exception cref="InvalidSettingException">The step is not above 0, or leads away from the end.</exception>
    public static ParameterRange Of(string name, decimal from, decimal to, decimal step)
    {
        if (step <= 0 || to < from || (to - from) / step > MaxVariants)
        {
            throw new InvalidSettingException(
                FormattableString.Invariant($"{name} from {from} to {to} by {step} is no range; write as fast=5..50:5, with at most {MaxVariants} values."));
        }

        var values = new List<decimal>();
        for (var value = from; value <= to; value += step)
        {
            values.Add(value);
        }

        return new ParameterRange(name, values);
    }

    /// <summary>Makes all combinations of ranges.</summary>
    /// <exception cref="InvalidSettingException">There are more than 100,000.</exception>
    public static IReadOnlyList<IReadOnlyDictionary<string, decimal>> Grid(IReadOnlyList<ParameterRange> ranges)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        var count = ranges.Aggregate(1.0, (product, range) => product * range.Values.Count);
        if (count > MaxVariants)
        {
            throw new InvalidSettingException(
                FormattableString.Invariant($"The ranges have {count:0} combinations; at most {MaxVariants} are tried. Draw some of them at random."));
        }

        IReadOnlyList<IReadOnlyDictionary<string, decimal>> variants = [new Dictionary<string, decimal>()];
        foreach (var range in ranges)
        {
            variants = [.. variants.SelectMany(variant => range.Values.Select(value => new Dictionary<string, decimal>(variant) { [range.Name] = value }))];
        }

        return variants;
    }

    /// <summary>Draws combinations of ranges, each once.</summary>
    /// <param name="ranges">The ranges.</param>
    /// <param name="count">How many; all when there are no more.</param>
    /// <param name="seed">Seed of the draws; the same gives the same.</param>
    public static IReadOnlyList<IReadOnlyDictionary<string, decimal>> Draw(IReadOnlyList<ParameterRange> ranges, int count, int seed)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        var all = ranges.Aggregate(1.0, (product, range) => product * range.Values.Count);
        if (count >= all)
        {
            return Grid(ranges);
        }

        var (random, drawn, variants) = (new Random(seed), new HashSet<string>(), new List<IReadOnlyDictionary<string, decimal>>());
        while (variants.Count < Math.Min(count, MaxVariants))
        {
            var variant = ranges.ToDictionary(range => range.Name, range => range.Values[random.Next(range.Values.Count)]);
            if (drawn.Add(string.Join(' ', variant.Values)))
            {
                variants.Add(variant);
            }
        }

        return variants;
    }
}
