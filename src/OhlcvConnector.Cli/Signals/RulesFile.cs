using OhlcvConnector.Domain;
using OhlcvConnector.Signals;

namespace OhlcvConnector.Cli.Signals;

/// <summary>The file of rules that a command names.</summary>
internal static class RulesFile
{
    /// <summary>Reads rules from a file; the built-in sets where none is named.</summary>
    /// <exception cref="InvalidSettingException">The file is wrong; the message lists all mistakes.</exception>
    public static RuleSet Read(string? path)
    {
        if (path is null)
        {
            return new RuleSet(TradingConfig.Usual.Rules);
        }

        var config = TradingConfig.TryRead(File.ReadAllBytes(path), out var mistakes)
            ?? throw new InvalidSettingException($"{path} is wrong:{Environment.NewLine}  {string.Join(Environment.NewLine + "  ", mistakes)}");
        return new RuleSet(config.Rules);
    }
}
