using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Signals;

namespace OhlcvConnector.Server.Signals;

/// <summary>The rules of the server: those of its file, which is read again when it changes. While it is wrong, the rules before it stand.</summary>
internal sealed partial class SignalRuleFile
{
    private readonly string? _path;
    private readonly ILogger _logger;
    private byte[] _seen = [];

    /// <summary>Reads the file for the first time.</summary>
    /// <param name="path">The file; null for the built-in sets alone.</param>
    /// <param name="logger">The log of the rules.</param>
    /// <exception cref="InvalidSettingException">It cannot be read, or is wrong: a server does not start with rules that it does not understand.</exception>
    public SignalRuleFile(string? path, ILogger<SignalRuleFile> logger)
    {
        (_path, _logger) = (path, logger);
        if (path is null)
        {
            (Config, Rules) = (TradingConfig.Usual, new RuleSet(TradingConfig.Usual.Rules));
            return;
        }

        var bytes = ReadFile(path, out var trouble) ?? throw new InvalidSettingException($"{nameof(ServerOptions.SignalRules)} is '{path}': {trouble}");
        _seen = SHA256.HashData(bytes);
        Config = TradingConfig.TryRead(bytes, out var mistakes)
            ?? throw new InvalidSettingException($"{nameof(ServerOptions.SignalRules)} is '{path}':\n  {string.Join("\n  ", mistakes)}");
        (Rules, Text) = (new RuleSet(Config.Rules), Encoding.UTF8.GetString(bytes));
    }

    /// <summary>What the file says.</summary>
    public TradingConfig Config { get; private set; }

    /// <summary>Its text; that of an empty one where there is no file.</summary>
    public string Text { get; private set; } = "{}";

    /// <summary>The rules that stand.</summary>
    public RuleSet Rules { get; private set; }

    /// <summary>What is wrong with the file as it is now; null when nothing is.</summary>
    public string? Problem { get; private set; }

    /// <summary>Number of times that the file was wrong.</summary>
    public long Wrong { get; private set; }

    /// <summary>Looks at the file.</summary>
    /// <returns>True when there are new rules.</returns>
    public bool Look()
    {
        if (_path is null)
        {
            return false;
        }

        if (ReadFile(_path, out var trouble) is not { } bytes)
        {
            Refuse(trouble!);
            return false;
        }

        var hash = SHA256.HashData(bytes);
        if (hash.AsSpan().SequenceEqual(_seen))
        {
            return false;
        }

        _seen = hash;
        if (TradingConfig.TryRead(bytes, out var mistakes) is not { } config)
        {
            Refuse(string.Join("; ", mistakes));
            return false;
        }

        if (config.Section("paper") != Config.Section("paper"))
        {
            LogPaper(_logger, _path);
        }

        (Config, Rules, Text, Problem) = (config, new RuleSet(config.Rules), Encoding.UTF8.GetString(bytes), null);
        LogRead(_logger, _path, config.Rules.Count);
        return true;
    }

    private void Refuse(string problem)
    {
        if (Problem != problem)
        {
            Problem = problem;
            Wrong++;
            LogWrong(_logger, _path!, problem);
        }
    }

    private static byte[]? ReadFile(string path, out string? trouble)
    {
        try
        {
            trouble = null;
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            trouble = exception.Message;
            return null;
        }
    }

    [LoggerMessage(
        ServerEventIds.PaperSectionChanged, LogLevel.Warning, "The section 'paper' of {Path} has changed: its accounts are made when the server starts again")]
    private static partial void LogPaper(ILogger logger, string path);

    [LoggerMessage(ServerEventIds.SignalRulesRead, LogLevel.Information, "{Path} has changed: {Rules} rules stand")]
    private static partial void LogRead(ILogger logger, string path, int rules);

    [LoggerMessage(ServerEventIds.SignalRulesWrong, LogLevel.Error, "{Path} is wrong, and the rules before it stand: {Problem}")]
    private static partial void LogWrong(ILogger logger, string path, string problem);
}
