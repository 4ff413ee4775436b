namespace OhlcvConnector.Indicators;

/// <summary>
/// Single output of an indicator of several, as an indicator of its own name: TA-Lib's <c>dx</c> beside <c>adx</c>. Such a name begins as TA-Lib's does. All
/// outputs are then written behind the one that is given. In the state: the outputs.
/// </summary>
internal readonly struct AlonePart
{
    private readonly int _output;
    private readonly int _warmUp;

    /// <summary>Makes one.</summary>
    /// <param name="owner">Whose state it lives in.</param>
    /// <param name="outputs">The number of outputs.</param>
    /// <param name="output">Which one is given; below zero: all of them, as usual.</param>
    /// <param name="warmUp">The number of candles from which on it is known.</param>
    public AlonePart(Indicator owner, int outputs, int output, int warmUp)
    {
        (_output, _warmUp) = (output, warmUp);
        At = output < 0 ? 0 : owner.Claim(outputs);
    }

    /// <summary>Index at which the outputs are written.</summary>
    public int At { get; }

    /// <summary>Gives the output that was chosen, when it is known.</summary>
    public void Give(double[] state, double count)
    {
        if (_output >= 0 && count >= _warmUp)
        {
            state[0] = state[At + _output];
        }
    }

    /// <summary>Makes the kind of one output.</summary>
    /// <param name="whole">The kind of all outputs.</param>
    /// <param name="output">Which.</param>
    /// <param name="name">The name of the output's kind.</param>
    /// <param name="title">The name in words.</param>
    /// <param name="words">The words of the last parameter of the whole, with that first which is usual here; none where it has no words.</param>
    /// <param name="create">Makes an indicator of values as of the whole.</param>
    public static IndicatorKind Of(IndicatorKind whole, int output, string name, string title, string[] words, Func<double[], Indicator> create) => new()
    {
        Name = name,
        Title = title,
        Group = whole.Group,
        Parameters = words.Length == 0 ? whole.Parameters : [.. whole.Parameters.SkipLast(1), IndicatorParameter.Word(whole.Parameters[^1].Name, words)],
        Takes = whole.Takes,
        Source = whole.Source,
        Formula = $"{whole.Outputs[output]} of {whole.Name}",
        Reference = $"TA-Lib {name.ToUpperInvariant()}",
        Seed = whole.Seed,
        Flat = whole.Flat,
        Scaling = whole.Scaling,
        Create = words.Length == 0 ? create : values => create([.. values.SkipLast(1), IndexIn(whole, words[(int)values[^1]])]),
    };

    /// <summary>The place of a word of the whole among those of a kind of one output.</summary>
    public static double Place(IndicatorKind kind, IndicatorKind whole, int word) =>
        kind.Parameters[^1].Words.ToList().IndexOf(whole.Parameters[^1].Words[word]);

    private static double IndexIn(IndicatorKind whole, string word) => whole.Parameters[^1].Words.ToList().IndexOf(word);
}
