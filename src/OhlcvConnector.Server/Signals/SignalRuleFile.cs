using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Signals;

namespace OhlcvConnector.Server.Signals;

/// <summary>The rules of the server: those of its file, which is read again when it changes. While it is wrong, the rules before it stand.</summary>
internal sealed partial class SignalRuleFile
{
    private const string NoFile = "{\n  \"rules\": []\n}\n"; // the built-in sets are on where nobody names them

    private readonly string? _path;
    private readonly ILogger _logger;
    private byte[] _seen = [];
    private readonly Lock _gate = new();

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

    /// <summary>The file; null for none.</summary>
    public string? Path => _path;

    /// <summary>What the file says.</summary>
    public TradingConfig Config { get; private set; }

    /// <summary>Its text; that of one without own rules where there is no file.</summary>
    public string Text { get; private set; } = NoFile;

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

        lock (_gate)
        {
            return LookNow(_path);
        }
    }

    private bool LookNow(string path)
    {
        if (ReadFile(path, out var trouble) is not { } bytes)
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

        Stand(config, bytes);
        LogRead(_logger, path, config.Rules.Count);
        return true;
    }

    /// <summary>Puts a text in the place of the rules that stand, and of their file where there is one, if nothing is wrong with it.</summary>
    /// <returns>What is wrong; empty when the rules stand.</returns>
    /// <exception cref="IOException">The file cannot be written; the rules before it stand.</exception>
    public IReadOnlyList<ConfigMistake> Take(byte[] text)
    {
        if (TradingConfig.TryRead(text, out var mistakes) is not { } config)
        {
            return mistakes;
        }

        lock (_gate)
        {
            if (_path is not null)
            {
                WriteFile(File.ResolveLinkTarget(_path, returnFinalTarget: true)?.FullName ?? _path, text);
                _seen = SHA256.HashData(text);
            }

            Stand(config, text);
        }

        LogTaken(_logger, _path ?? "memory", config.Rules.Count);
        return [];
    }

    private void Stand(TradingConfig config, byte[] text)
    {
        if (config.Section("paper") != Config.Section("paper"))
        {
            LogPaper(_logger, _path ?? "what was sent");
        }

        (Config, Rules, Problem, Text) = (config, new RuleSet(config.Rules), null, Encoding.UTF8.GetString(text));
    }

    /// <summary>Writes beside the file and moves: whoever reads sees the old file or the new one, never half of one.</summary>
    private static void WriteFile(string path, byte[] text)
    {
        var fresh = path + ".new";
        try
        {
            using (var file = new FileStream(fresh, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                if (!OperatingSystem.IsWindows() && File.Exists(path))
                {
                    File.SetUnixFileMode(file.SafeFileHandle, File.GetUnixFileMode(path));
                }

                file.Write(text);
                file.Flush(flushToDisk: true);
            }

            File.Move(fresh, path, overwrite: true);
        }
        catch (Exception exception)
        {
            File.Delete(fresh);
            if (exception is UnauthorizedAccessException)
            {
                throw new IOException(exception.Message, exception);
            }

            throw;
        }
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

    [LoggerMessage(ServerEventIds.SignalRulesTaken, LogLevel.Warning, "New rules were sent, and stand in {Place}: {Rules} rules")]
    private static partial void LogTaken(ILogger logger, string place, int rules);

    [LoggerMessage(ServerEventIds.SignalRulesWrong, LogLevel.Error, "{Path} is wrong, and the rules before it stand: {Problem}")]
    private static partial void LogWrong(ILogger logger, string path, string problem);
}
