using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.Keys;

/// <summary>
/// The API keys of a running server, as its file has them at the moment. A file that cannot be read ends the start; one that breaks later changes nothing: the
/// last good keys stay, and the log and the readiness say so.
/// </summary>
internal sealed partial class KeyRing
{
    private readonly string _path;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private KeyFileStamp _stamp;
    private volatile List<ApiKey> _keys = [];
    private volatile string? _problem;

    /// <summary>Reads the file.</summary>
    /// <exception cref="InvalidSettingException">It cannot be read, or is no file of keys.</exception>
    public KeyRing(string path, ILogger logger)
    {
        _path = path;
        _logger = logger;
        try
        {
            (_stamp, var keys) = KeyFile.Read(path, known: default);
            _keys = keys!;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new InvalidSettingException($"{nameof(ServerOptions.KeysPath)} is '{path}': {Words(exception)}");
        }
    }

    /// <summary>Why the file cannot be read any more; null while it can.</summary>
    public string? Problem => _problem;

    /// <summary>Whether a key is valid, by what was read last.</summary>
    public bool IsValid(string id) => _keys.Exists(key => key.Id == id && key.RevokedAt is null);

    /// <summary>The valid key with this text; null when there is none.</summary>
    public ApiKey? Verify(string? key)
    {
        if (string.IsNullOrEmpty(key))
        {
            return null;
        }

        Refresh();
        var hash = Encoding.ASCII.GetBytes(KeyFile.HashOf(key));
        ApiKey? found = null;
        foreach (var candidate in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, Encoding.ASCII.GetBytes(candidate.Hash)) && candidate.RevokedAt is null)
            {
                found = candidate;
            }
        }

        return found;
    }

    /// <summary>Looks whether the file has changed, and reads it then.</summary>
    public void Refresh()
    {
        lock (_gate)
        {
            try
            {
                (_stamp, var changed) = KeyFile.Read(_path, _stamp);
                if (changed is not null || _problem is not null)
                {
                    _keys = changed ?? _keys;
                    _problem = null;
                    LogRead(_logger, _path, _keys.Count(key => key.RevokedAt is null));
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                var problem = Words(exception);
                if (_problem != problem)
                {
                    _problem = problem;
                    LogUnreadable(_logger, problem);
                }
            }
        }
    }

    private string Words(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => $"there is no such file. 'connector-cli keys add NAME --file {_path}' makes one.",
        UnauthorizedAccessException => $"the user '{Environment.UserName}', as whom the server runs, may not read it.",
        _ => exception.Message,
    };

    [LoggerMessage(ServerEventIds.KeysUnreadable, LogLevel.Error, "The API keys could not be read; those that were valid before stay valid: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string reason);

    [LoggerMessage(ServerEventIds.KeysRead, LogLevel.Information, "Read the API keys of {Path}: {Valid} are valid")]
    private static partial void LogRead(ILogger logger, string path, int valid);
}
