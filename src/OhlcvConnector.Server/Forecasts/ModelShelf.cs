using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Forecasting;

namespace OhlcvConnector.Server.Forecasts;

/// <summary>
/// The models of the registry, kept in memory once they were read, and read again when their files change; which one a name stands for is looked at anew.
/// </summary>
internal sealed partial class ModelShelf
{
    private const int Most = 200; // versions that are kept in memory

    private readonly ConcurrentDictionary<(string Name, string Version), (long Stamp, ForecastModel? Model, ForecastException? Problem)> _read = new();
    private readonly string _folder;
    private readonly ILogger _logger;

    /// <summary>Opens the registry.</summary>
    public ModelShelf(ServerOptions options, ILogger<ModelShelf> logger)
    {
        (_folder, _logger) = (options.ForecastModels!, logger);
        Registry = new ModelRegistry(_folder);
    }

    /// <summary>The registry.</summary>
    public ModelRegistry Registry { get; }

    /// <summary>Models that are in memory.</summary>
    public int Count => _read.Count;

    /// <summary>The versions that names stand for; those that cannot be read are left out, and were logged.</summary>
    public IEnumerable<ForecastModel> Promoted()
    {
        foreach (var (name, _) in Registry.List())
        {
            ForecastModel? model = null;
            try
            {
                model = Registry.CurrentOf(name) is { } version ? Read(name, version) : null;
            }
            catch (Exception problem) when (problem is ForecastException or IOException)
            {
                // it was logged when it was read
            }

            if (model is not null)
            {
                yield return model;
            }
        }
    }

    /// <summary>Reads a model.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="version">Its version; null for the one that was promoted.</param>
    /// <exception cref="ForecastException">There is none, or its file is damaged or of another version.</exception>
    public ForecastModel Read(string name, string? version = null)
    {
        if ((version ?? Registry.CurrentOf(name)) is not { } wanted)
        {
            return Registry.Read(name);
        }

        var stamp = StampOf(name, wanted);
        if (!_read.TryGetValue((name, wanted), out var found) || found.Stamp != stamp)
        {
            found = ReadFile(name, wanted, stamp);
            if (stamp != 0)
            {
                if (_read.Count >= Most)
                {
                    _read.Clear();
                }

                _read[(name, wanted)] = found;
            }
        }

        return found.Model ?? throw found.Problem!;
    }

    private (long Stamp, ForecastModel? Model, ForecastException? Problem) ReadFile(string name, string version, long stamp)
    {
        try
        {
            var model = Registry.Read(name, version);
            LogRead(_logger, name, version, model.Card.Verdict);
            return (stamp, model, null);
        }
        catch (ForecastException problem)
        {
            if (stamp != 0)
            {
                LogUnreadable(_logger, name, version, problem.Message);
            }

            return (stamp, null, problem);
        }
    }

    /// <summary>What changes when the file does; 0 where there is none.</summary>
    private long StampOf(string name, string version)
    {
        var file = new FileInfo(Path.Combine(_folder, name, version, "model.json"));
        return file.Exists ? file.LastWriteTimeUtc.Ticks ^ (file.Length << 1) : 0;
    }

    [LoggerMessage(ServerEventIds.ForecastModelRead, LogLevel.Information, "The model {Name} {Version} was read: {Verdict}")]
    private static partial void LogRead(ILogger logger, string name, string version, string verdict);

    [LoggerMessage(ServerEventIds.ForecastModelUnreadable, LogLevel.Error, "The model {Name} {Version} cannot be used: {Problem}")]
    private static partial void LogUnreadable(ILogger logger, string name, string version, string problem);
}
