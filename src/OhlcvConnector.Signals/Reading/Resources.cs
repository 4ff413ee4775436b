namespace OhlcvConnector.Signals.Reading;

/// <summary>Texts that are in the package.</summary>
internal static class Resources
{
    /// <summary>Reads a text by its name.</summary>
    public static string TextOf(string name)
    {
        using var stream = typeof(Resources).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
