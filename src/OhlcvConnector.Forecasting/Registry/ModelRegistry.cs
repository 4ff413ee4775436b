namespace OhlcvConnector.Forecasting;

/// <summary>
/// Models in a folder: <c>NAME/VERSION/model.json</c> with <c>card.json</c> and <c>card.md</c> beside it; <c>NAME/current</c> lists the versions that were
/// promoted, the newest last. A version is written whole or not at all, and never changed.
/// </summary>
/// <param name="folder">The folder; it is made when a model is kept.</param>
/// <param name="runtime">What runs networks that were trained elsewhere; null for nothing, and then they are refused.</param>
public sealed class ModelRegistry(string folder, INetworkRuntime? runtime = null)
{
    private const string Current = "current";
    private const string ModelName = "model.json";

    /// <summary>File in which the training of a model is kept while it runs.</summary>
    /// <param name="name">The model's name.</param>
    public string CheckpointFile(string name) => Path.Combine(folder, CheckName(name), "training.checkpoint");

    /// <summary>File in which the evaluation of a model is kept while it runs.</summary>
    /// <param name="name">The model's name.</param>
    public string EvaluationFile(string name) => Path.Combine(folder, CheckName(name), "evaluation.checkpoint");

    /// <summary>Makes the folder of a model.</summary>
    /// <param name="name">The model's name.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    public void Prepare(string name) => Directory.CreateDirectory(Path.Combine(folder, CheckName(name)));

    /// <summary>Removes the folder of a model that has nothing in it, as a training leaves it that was refused.</summary>
    /// <param name="name">The model's name.</param>
    public void RemoveEmpty(string name)
    {
        var home = Path.Combine(folder, CheckName(name));
        if (Directory.Exists(home) && !Directory.EnumerateFileSystemEntries(home).Any())
        {
            Directory.Delete(home);
        }
    }

    /// <summary>Keeps a model, and promotes it when it is the first of its name.</summary>
    /// <param name="model">The model.</param>
    /// <exception cref="IOException">The disk does not take it; then nothing of it is there.</exception>
    public void Add(ForecastModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var card = model.Card;
        var home = Path.Combine(folder, CheckName(card.Name));
        var (place, next) = (Path.Combine(home, card.Version), Path.Combine(home, card.Version + ".next"));
        if (Directory.Exists(place))
        {
            throw new IOException($"{card.Name} {card.Version} is there already.");
        }

        _ = Directory.CreateDirectory(next);
        try
        {
            using (var file = new FileStream(Path.Combine(next, ModelName), FileMode.Create, FileAccess.Write))
            {
                model.Write(file);
                file.Flush(flushToDisk: true);
            }

            File.WriteAllText(Path.Combine(next, "card.json"), model.CardJson());
            File.WriteAllText(Path.Combine(next, "card.md"), model.CardMarkdown());
            Directory.Move(next, place);
        }
        catch (IOException)
        {
            Directory.Delete(next, recursive: true);
            throw;
        }

        if (Promoted(card.Name).Length == 0)
        {
            Promote(card.Name, card.Version);
        }
    }

    /// <summary>Lists the names, and of each its versions, the oldest first.</summary>
    public IReadOnlyList<(string Name, IReadOnlyList<string> Versions)> List() => !Directory.Exists(folder)
        ? []
        : [.. Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal).Select(home => (Path.GetFileName(home), Versions(home)))
            .Where(one => one.Item2.Count > 0)];

    /// <summary>The version that a name stands for; null where there is none.</summary>
    /// <param name="name">The model's name.</param>
    public string? CurrentOf(string name) => Promoted(name) is [.., var last] ? last : null;

    /// <summary>Reads a model.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="version">Its version; null for the one that was promoted.</param>
    /// <exception cref="ForecastException">There is none, or its file is damaged or of another version.</exception>
    public ForecastModel Read(string name, string? version = null)
    {
        version ??= CurrentOf(name) ?? throw Missing(name);
        var path = Path.Combine(folder, name, CheckVersion(name, version), ModelName);
        using var file = File.OpenRead(path);
        return ForecastModel.Read(file, runtime);
    }

    /// <summary>Makes a version the one that its name stands for.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="version">The version.</param>
    /// <exception cref="ForecastException">There is no such version.</exception>
    public void Promote(string name, string version) => WriteCurrent(name, [.. Promoted(name), CheckVersion(name, version)]);

    /// <summary>Goes back to the version that was promoted before.</summary>
    /// <param name="name">The model's name.</param>
    /// <returns>The version that the name stands for now.</returns>
    /// <exception cref="ForecastException">There is none before.</exception>
    public string RollBack(string name)
    {
        var promoted = Promoted(name);
        if (promoted.Length < 2)
        {
            throw new ForecastException($"{name} has no version before {CurrentOf(name) ?? "the first"} to go back to.");
        }

        WriteCurrent(name, promoted[..^1]);
        return promoted[^2];
    }

    private static string CheckName(string name) =>
        name.Length is > 0 and <= 64 && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.') && name[0] != '.'
            ? name
            : throw new ForecastException($"'{name}' is no name of a model: take up to 64 letters, digits, '-', '_' and '.'.");

    private static List<string> Versions(string home) =>
        [.. Directory.EnumerateFiles(home, ModelName, SearchOption.AllDirectories).Select(file => Path.GetFileName(Path.GetDirectoryName(file)!))
            .Where(version => !version.EndsWith(".next", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private string CheckVersion(string name, string version)
    {
        var home = Path.Combine(folder, CheckName(name));
        var versions = Directory.Exists(home) ? Versions(home) : [];
        return versions.Contains(version) ? version
            : versions.Count == 0 ? throw Missing(name)
            : throw new ForecastException($"{name} has no version {version}; it has {string.Join(", ", versions)}.");
    }

    private string[] Promoted(string name)
    {
        var path = Path.Combine(folder, CheckName(name), Current);
        return File.Exists(path) ? File.ReadAllLines(path) : [];
    }

    private void WriteCurrent(string name, IEnumerable<string> versions)
    {
        var path = Path.Combine(folder, CheckName(name), Current);
        File.WriteAllLines(path + ".next", versions);
        File.Move(path + ".next", path, overwrite: true);
    }

    private ForecastException Missing(string name) => new(
        $"There is no model '{name}' in {folder}"
        + (List() is { Count: > 0 } all ? $"; there are {string.Join(", ", all.Select(one => one.Name))}." : ": train one with forecast train."));
}
