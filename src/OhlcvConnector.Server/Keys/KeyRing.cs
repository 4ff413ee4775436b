using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Application.Keys;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Server.Keys;

/// <summary>
/// The API keys of a running server, as their store has them at the moment. A store that cannot be read ends the start; one that breaks later changes nothing:
/// the last good keys stay, and the log and the readiness say so.
/// </summary>
internal sealed partial class KeyRing
{
    private readonly string _path;
    private readonly IKeyStore _store;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, DateTimeOffset> _used = new(StringComparer.Ordinal);
    private string? _stamp;
    private Task? _reading;
    private volatile List<ApiKey> _keys = [];
    private volatile string? _problem;

    /// <summary>Reads the keys.</summary>
    /// <param name="path">Where they are, as the settings say it.</param>
    /// <param name="store">What keeps them there.</param>
    /// <param name="logger">Where to log.</param>
    /// <exception cref="InvalidSettingException">They cannot be read.</exception>
    public KeyRing(string path, IKeyStore store, ILogger logger)
    {
        (_path, _store, _logger) = (path, store, logger);
        try
        {
            var read = store.ReadAsync().AsTask().GetAwaiter().GetResult(); // once, at the start
            (_stamp, _keys) = (read.Stamp, [.. read.Keys!]);
        }
        catch (Exception exception) when (IsOfStore(exception))
        {
            throw new InvalidSettingException($"{nameof(ServerOptions.KeysPath)} is '{path}': {Words(exception)}");
        }
    }

    /// <summary>Reason why the file cannot be read any more; null while it can.</summary>
    public string? Problem => _problem;

    /// <summary>Returns true when a key is valid, by what was read last.</summary>
    public bool IsValid(string id) => _keys.Exists(key => key.Id == id && key.IsValid);

    /// <summary>The valid key with this text; null when there is none.</summary>
    public ApiKey? Verify(string? key)
    {
        if (string.IsNullOrEmpty(key))
        {
            return null;
        }

        Refresh();
        var hash = Encoding.ASCII.GetBytes(KeySecret.HashOf(key));
        ApiKey? found = null;
        foreach (var candidate in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, Encoding.ASCII.GetBytes(candidate.Hash)) && candidate.IsValid)
            {
                found = candidate;
            }
        }

        return found;
    }

    /// <summary>Notes that a key was used.</summary>
    public void Used(ApiKey key, DateTimeOffset now) => _used[key.Id] = now;

    /// <summary>Writes which keys were used; what cannot be written now is written later.</summary>
    public async Task WriteUseAsync()
    {
        var used = _used.ToDictionary();
        if (used.Count == 0)
        {
            return;
        }

        try
        {
            await _store.UseAsync(used).ConfigureAwait(false);
            foreach (var pair in used)
            {
                _used.TryRemove(pair); // unless it was used again meanwhile
            }
        }
        catch (Exception exception) when (IsOfStore(exception))
        {
            LogUnwritable(_logger, exception.Message);
        }
    }

    /// <summary>Reserves permits of a minute for a key.</summary>
    /// <returns>How many are reserved of this minute, these included; null when the store does not answer.</returns>
    public async ValueTask<int?> ReserveAsync(ApiKey key, long minute, int permits)
    {
        try
        {
            return await _store.ReserveAsync(key.Id, minute, permits).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsOfStore(exception))
        {
            LogUnwritable(_logger, exception.Message);
            return null;
        }
    }

    /// <summary>Looks whether the keys have changed, and reads them then: at once where that is a look at a file, else in the background.</summary>
    public void Refresh()
    {
        lock (_gate)
        {
            if (_reading is { IsCompleted: false })
            {
                return;
            }

            try
            {
                var read = _store.ReadAsync(_stamp);
                if (read.IsCompletedSuccessfully)
                {
                    Take(read.Result);
                }
                else
                {
                    _reading = TakeAsync(read);
                }
            }
            catch (Exception exception) when (IsOfStore(exception))
            {
                Fail(exception);
            }
        }
    }

    private async Task TakeAsync(ValueTask<KeyList> reading)
    {
        try
        {
            Take(await reading.ConfigureAwait(false));
        }
        catch (Exception exception) when (IsOfStore(exception))
        {
            Fail(exception);
        }
    }

    private void Take(KeyList read)
    {
        _stamp = read.Stamp;
        if (read.Keys is not null || _problem is not null)
        {
            _keys = read.Keys is { } keys ? [.. keys] : _keys;
            _problem = null;
            LogRead(_logger, _path, _keys.Count(key => key.IsValid));
        }
    }

    private void Fail(Exception exception)
    {
        var problem = Words(exception);
        if (_problem != problem)
        {
            _problem = problem;
            LogUnreadable(_logger, problem);
        }
    }

    private static bool IsOfStore(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or InvalidDataException or OhlcvConnectorException;

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

    [LoggerMessage(ServerEventIds.KeysUnwritable, LogLevel.Warning, "What API keys used could not be written: {Reason}")]
    private static partial void LogUnwritable(ILogger logger, string reason);
}
