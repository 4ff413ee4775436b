using OhlcvConnector.Domain;
using OhlcvConnector.Signals;

namespace OhlcvConnector.Cli.Backtesting;

/// <summary>Rules that <c>--rules</c> names: a file, or a built-in set. A file of one's own rules is about these; sets can be named beside it.</summary>
internal static class RulesSource
{
    /// <summary>Reads them.</summary>
    /// <exception cref="UsageException">There are none of that name, or they are wrong.</exception>
    public static NamedRules Read(string source)
    {
        if (BuiltInSets.Names.Contains(source))
        {
            return KeptRules.OfSet(source);
        }

        if (!File.Exists(source))
        {
            throw new UsageException($"--rules is '{source}', which is no file and no built-in set; these are {string.Join(", ", BuiltInSets.Names)}.");
        }

        try
        {
            return KeptRules.Of(source, File.ReadAllText(source)) with { Name = Path.GetFileName(source) };
        }
        catch (InvalidSettingException exception)
        {
            throw new UsageException(exception.Message);
        }
    }
}
