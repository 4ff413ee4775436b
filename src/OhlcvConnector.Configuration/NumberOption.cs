using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace OhlcvConnector.Configuration;

/// <summary>Makes options that take a number of a range, and say so in words when they are given anything else.</summary>
public static class NumberOption
{
    /// <summary>Creates an option that has a value even when it is not given.</summary>
    /// <param name="name">The name, with its dashes.</param>
    /// <param name="least">The least value.</param>
    /// <param name="most">The greatest; the type's own for "no end".</param>
    /// <param name="unset">The value when it is not given.</param>
    /// <param name="description">For the help.</param>
    /// <param name="alias">A shorter name; null for none.</param>
    public static Option<T> Create<T>(string name, T least, T most, T unset, string description, string? alias = null)
        where T : struct, INumber<T>, IMinMaxValue<T> => new(name, alias is null ? [] : [alias])
        {
            Description = description,
            DefaultValueFactory = _ => unset,
            CustomParser = result => Read(result, name, least, most) ?? unset,
        };

    /// <summary>Creates an option that is null when it is not given.</summary>
    /// <inheritdoc cref="Create" path="/param"/>
    public static Option<T?> CreateOptional<T>(string name, T least, T most, string description, string? alias = null)
        where T : struct, INumber<T>, IMinMaxValue<T> => new(name, alias is null ? [] : [alias])
        {
            Description = description,
            CustomParser = result => Read(result, name, least, most),
        };

    private static T? Read<T>(ArgumentResult result, string name, T least, T most)
        where T : struct, INumber<T>, IMinMaxValue<T>
    {
        var text = result.Tokens[0].Value;
        if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        var kind = T.IsInteger(T.One / (T.One + T.One)) ? "a whole number" : "a number"; // a half is zero where only whole numbers are
        var range = most == T.MaxValue ? $"{least} or more" : $"from {least} to {most}";
        result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is '{text}'; it must be {kind}{(most == T.MaxValue ? ", " : " ")}{range}."));
        return null;
    }
}
