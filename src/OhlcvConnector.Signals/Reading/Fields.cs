using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Signals.Conditions;

namespace OhlcvConnector.Signals.Reading;

/// <summary>Reads the fields of an object; what is wrong with them is put down, and the usual value taken.</summary>
internal readonly struct Fields(JsonValue value, Mistakes mistakes)
{
    public Mistakes Mistakes => mistakes;

    public JsonValue? this[string name] => value[name];

    /// <summary>Puts down the fields that are not known.</summary>
    public void Know(params IReadOnlyCollection<string> names)
    {
        foreach (var field in value.Fields)
        {
            if (!names.Contains(field.Name))
            {
                mistakes.Add(field.Place, field.Value.Path, $"There is no field '{field.Name}' here: {Nearest.Words(field.Name, names)}");
            }
        }
    }

    public string? Text(string name)
    {
        if (value[name] is not { } text)
        {
            return null;
        }

        if (text.Kind != JsonValueKind.String || string.IsNullOrWhiteSpace(text.Text))
        {
            mistakes.Add(text, $"This is a text, not {text.KindName}.");
            return null;
        }

        return text.Text.Trim();
    }

    public double? Number(string name, double least, double most)
    {
        if (value[name] is not { } number)
        {
            return null;
        }

        if (number.Kind == JsonValueKind.Number && double.TryParse(number.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var read)
            && read >= least && read <= most)
        {
            return read;
        }

        mistakes.Add(number, FormattableString.Invariant($"This is a number from {least} to {most}, not {number.KindName}."));
        return null;
    }

    /// <summary>Reads a number of money or a share of it, exactly.</summary>
    public decimal? Amount(string name, decimal least, decimal most)
    {
        if (value[name] is not { } number)
        {
            return null;
        }

        if (number.Kind == JsonValueKind.Number && decimal.TryParse(number.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var read)
            && read >= least && read <= most)
        {
            return read;
        }

        mistakes.Add(number, FormattableString.Invariant($"This is a number from {least} to {most}, not {number.KindName}."));
        return null;
    }

    public int? Whole(string name, int least, int most)
    {
        if (value[name] is not { } number)
        {
            return null;
        }

        if (WholeOf(number) is { } read && read >= least && read <= most)
        {
            return (int)read;
        }

        mistakes.Add(number, $"This is a whole number from {least} to {most}, not {number.KindName}.");
        return null;
    }

    public bool Flag(string name)
    {
        if (value[name] is { Kind: not (JsonValueKind.True or JsonValueKind.False) } other)
        {
            mistakes.Add(other, $"This is true or false, not {other.KindName}.");
        }

        return value[name]?.Kind == JsonValueKind.True;
    }

    /// <summary>Reads a number of candles, or a length such as <c>4h</c>.</summary>
    public Span? Span(string name)
    {
        if (value[name] is not { } span)
        {
            return null;
        }

        if (span.Kind == JsonValueKind.String && Interval.TryParse(span.Text, out var length))
        {
            return new Span(0, length);
        }

        if (WholeOf(span) is { } candles and >= 0 and <= 100_000)
        {
            return new Span((int)candles, null);
        }

        mistakes.Add(span, $"This is a number of candles from 0 to 100000, or a length such as \"4h\", not {span.KindName}.");
        return null;
    }

    /// <summary>Reads a text, or a list of texts, each with its place.</summary>
    public IReadOnlyList<JsonValue> Texts(string name)
    {
        if (value[name] is not { } list)
        {
            return [];
        }

        var texts = list.Kind == JsonValueKind.Array ? list.Items : [list];
        foreach (var one in texts.Where(one => one.Kind != JsonValueKind.String))
        {
            mistakes.Add(one, $"This is a text, not {one.KindName}.");
        }

        return [.. texts.Where(one => one.Kind == JsonValueKind.String)];
    }

    /// <summary>A number without a fraction, however it is written: JSON knows one kind of number, so that 5 and 5.0 are the same.</summary>
    private static double? WholeOf(JsonValue value) => value.Kind == JsonValueKind.Number
        && double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number == Math.Floor(number) ? number : null;

    /// <summary>Reads one of a few words.</summary>
    public string? Word(string name, params IReadOnlyCollection<string> words)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (words.FirstOrDefault(word => word.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } known)
        {
            return known;
        }

        mistakes.Add(value[name]!, $"'{text}' is not one of {string.Join(", ", words)}{(Nearest.Find(text, words) is { } near ? $"; did you mean {near}?" : ".")}");
        return null;
    }
}
