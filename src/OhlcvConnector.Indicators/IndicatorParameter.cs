using System.Globalization;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Indicators;

/// <summary>A parameter of a kind of indicator: a whole number, a number, or one of a few words, with its range and what it is when left out.</summary>
public sealed class IndicatorParameter
{
    private IndicatorParameter(string name, double standard, double least, double most, bool isWhole, IReadOnlyList<string> words)
    {
        (Name, Standard, Least, Most, IsWhole, Words) = (name, standard, least, most, isWhole, words);
    }

    /// <summary>The name, as in a constructor.</summary>
    public string Name { get; }

    /// <summary>The value when left out; of a word, its place among <see cref="Words"/>.</summary>
    public double Standard { get; }

    /// <summary>The least value.</summary>
    public double Least { get; }

    /// <summary>The largest value.</summary>
    public double Most { get; }

    /// <summary>True when only whole numbers are values.</summary>
    public bool IsWhole { get; }

    /// <summary>The words, of which the first is the usual; empty for a number.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>The allowed values in words: <c>1 to 100000</c>, <c>wilder or sum</c>.</summary>
    public string Range =>
        Words.Count > 0 ? string.Join(" or ", Words) : FormattableString.Invariant($"{(IsWhole ? "a whole number from " : "a number from ")}{Least} to {Most}");

    /// <summary>Makes a parameter that counts candles.</summary>
    internal static IndicatorParameter Period(string name, int standard, int least = 1) => new(name, standard, least, 100_000, isWhole: true, []);

    /// <summary>Makes a parameter that is a number.</summary>
    internal static IndicatorParameter Number(string name, double standard, double least, double most) => new(name, standard, least, most, isWhole: false, []);

    /// <summary>Makes a parameter that is one of a few words, of which the first is the usual.</summary>
    internal static IndicatorParameter Word(string name, params string[] words) => new(name, 0, 0, words.Length - 1, isWhole: true, words);

    /// <summary>Reads a value.</summary>
    /// <returns>Null when it is none.</returns>
    internal double? Read(string text)
    {
        if (Words.Count > 0)
        {
            var index = Words.ToList().FindIndex(word => word.Equals(text, StringComparison.OrdinalIgnoreCase));
            return index < 0 ? null : index;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && IsIn(value) ? value : null;
    }

    /// <summary>Writes a value as <see cref="Read"/> reads it.</summary>
    internal string Write(double value) => Words.Count > 0 ? Words[(int)value] : value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Returns true when a number is a value.</summary>
    internal bool IsIn(double value) => value >= Least && value <= Most && (!IsWhole || value == Math.Floor(value));

    /// <summary>Says that something is no value.</summary>
    internal InvalidSettingException Refuse(string indicator, string text) => new($"{indicator}: {Name} is {Range}, not '{text}'.");
}
