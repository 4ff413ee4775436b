namespace OhlcvConnector.Server.Prices;

/// <summary>FNV-1a over texts and numbers: the same on every server.</summary>
internal ref struct Fingerprint()
{
    /// <summary>The number of all that was added.</summary>
    public ulong Value { get; private set; } = 14695981039346656037;

    /// <summary>Adds a text.</summary>
    public void Add(string? text)
    {
        foreach (var letter in text ?? "")
        {
            Add(letter);
        }

        Add(0x1F);
    }

    /// <summary>Adds a number.</summary>
    public void Add(ulong number)
    {
        for (var shift = 0; shift < 64; shift += 16)
        {
            Value = (Value ^ ((number >> shift) & 0xFFFF)) * 1099511628211;
        }
    }
}
