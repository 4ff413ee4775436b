namespace OhlcvConnector.Signals.Reading;

/// <summary>Mistakes found in a file so far.</summary>
internal sealed class Mistakes
{
    private const int Most = 200;

    private readonly List<ConfigMistake> _all = [];

    /// <summary>The mistakes in the order of the file.</summary>
    public IReadOnlyList<ConfigMistake> All => [.. _all.OrderBy(mistake => mistake.Line).ThenBy(mistake => mistake.Column)];

    /// <summary>The number of mistakes, those that are not listed included.</summary>
    public int Count { get; private set; }

    public void Add(JsonPlace place, string field, string message)
    {
        Count++;
        if (_all.Count < Most)
        {
            _all.Add(new ConfigMistake(place.Line, place.Column, field, message));
        }
    }

    public void Add(JsonValue at, string message) => Add(at.Place, at.Path, message);
}
