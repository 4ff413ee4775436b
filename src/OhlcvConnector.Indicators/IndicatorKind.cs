using System.Globalization;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Indicators;

/// <summary>
/// A kind of indicator: what it is called, what it takes and gives, where its formula is from. Terminal, documentation and tests all read it here.
/// </summary>
public sealed class IndicatorKind
{
    /// <summary>The name in lower case, as in <c>rsi:14</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Other names that mean the same.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The name in words.</summary>
    public required string Title { get; init; }

    /// <summary>Group of the indicator: what it is about.</summary>
    public required IndicatorGroup Group { get; init; }

    /// <summary>The parameters, in the order in which they follow the name.</summary>
    public IReadOnlyList<IndicatorParameter> Parameters { get; init; } = [];

    /// <summary>The outputs' names; the first is <see cref="Indicator.Value"/>.</summary>
    public IReadOnlyList<string> Outputs { get; init; } = ["value"];

    /// <summary>Parts of a candle that the indicator needs.</summary>
    public BarParts Takes { get; init; }

    /// <summary>Source that the indicator takes of each candle unless another one is said; of no meaning where it takes whole candles.</summary>
    public PriceSource Source { get; init; }

    /// <summary>The formula.</summary>
    public required string Formula { get; init; }

    /// <summary>Reference of the formula: who published it, and whose numbers ours equal.</summary>
    public required string Reference { get; init; }

    /// <summary>Description of how the first value comes about, and of the choice where references differ.</summary>
    public string Seed { get; init; } = "";

    /// <summary>Description of what it gives where the formula divides by nothing, such as in a flat market.</summary>
    public string Flat { get; init; } = "";

    /// <summary>Behaviour of the outputs when prices are scaled or shifted.</summary>
    public PriceScaling Scaling { get; init; }

    /// <summary>True when values of the past change when later candles come.</summary>
    public bool Repaints { get; init; }

    /// <summary>Makes an indicator of values that are in range.</summary>
    internal Func<double[], Indicator> Create { get; init; } = static _ => throw new InvalidOperationException("The kind does not say how it is made.");

    /// <summary>Makes an indicator; parameters that are left out have their usual values.</summary>
    /// <param name="arguments">The parameters' values, in their order.</param>
    /// <exception cref="InvalidSettingException">A value is out of range, or there are too many.</exception>
    public Indicator Make(params ReadOnlySpan<double> arguments)
    {
        if (arguments.Length > Parameters.Count)
        {
            throw TooMany();
        }

        var all = Parameters.Select(parameter => parameter.Standard).ToArray();
        arguments.CopyTo(all);
        Check(all);
        return Create(all);
    }

    /// <summary>Writes how it is asked for: <c>macd:fast:slow:signal</c>.</summary>
    public override string ToString() => string.Join(':', [Name, .. Parameters.Select(parameter => parameter.Name)]);

    /// <summary>Makes an indicator of parameters as they were written.</summary>
    internal Indicator Make(IReadOnlyList<string> texts)
    {
        if (texts.Count > Parameters.Count)
        {
            throw TooMany();
        }

        return Make(
        [
            .. texts.Select(
                (text, index) => text.Length == 0 ? Parameters[index].Standard : Parameters[index].Read(text) ?? throw Parameters[index].Refuse(Name, text)),
        ]);
    }

    /// <summary>Checks values against the parameters' ranges.</summary>
    internal void Check(ReadOnlySpan<double> arguments)
    {
        for (var index = 0; index < arguments.Length; index++)
        {
            if (!Parameters[index].IsIn(arguments[index]))
            {
                throw Parameters[index].Refuse(Name, arguments[index].ToString(CultureInfo.InvariantCulture));
            }
        }
    }

    /// <summary>Writes a specification; what is as usual at the end of it is left out where all is.</summary>
    internal string Write(ReadOnlySpan<double> arguments)
    {
        var words = new List<string> { Name };
        for (var index = 0; index < arguments.Length; index++)
        {
            words.Add(Parameters[index].Write(arguments[index]));
        }

        for (var index = arguments.Length - 1; index >= 0 && Parameters[index].Words.Count > 0 && arguments[index] == 0; index--)
        {
            words.RemoveAt(index + 1); // the usual way of calculating needs no word
        }

        return string.Join(':', words);
    }

    /// <summary>Finds an output by its name.</summary>
    internal int OutputAt(string output)
    {
        var index = Outputs.ToList().FindIndex(name => name.Equals(output, StringComparison.OrdinalIgnoreCase));
        return index >= 0 ? index : throw new InvalidSettingException($"{Name} has no output '{output}'. It has {string.Join(", ", Outputs)}.");
    }

    private InvalidSettingException TooMany() =>
        new(Parameters.Count == 0 ? $"{Name} has no parameters." : $"{Name} has {Parameters.Count} parameter{(Parameters.Count == 1 ? "" : "s")}: {this}.");
}
