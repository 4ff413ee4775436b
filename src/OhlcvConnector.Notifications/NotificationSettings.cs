using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Notifications.Settings;

namespace OhlcvConnector.Notifications;

/// <summary>The section <c>notifications</c> of a file of settings, checked: the channels with what each tells, and how.</summary>
public sealed record NotificationSettings
{
    /// <summary>The name of the section.</summary>
    public const string Section = "notifications";

    private const int MostDays = 3650;
    private static readonly JsonDocumentOptions Forgiving = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>The channels, in the order in which they are written.</summary>
    public required IReadOnlyList<NoticeRoute> Routes { get; init; }

    /// <summary>How long a notice is known by its id after it was told or given up, so that it is not told again.</summary>
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Reads a file in which the section stands, or JSON itself.</summary>
    /// <param name="pathOrJson">The file; or an object with the section, or the section's own content.</param>
    /// <param name="surroundings">What channels need of the program.</param>
    /// <exception cref="InvalidSettingException">It is wrong; the message names line or field, and what would be right, and holds no secret.</exception>
    public static NotificationSettings Load(string pathOrJson, NotificationSurroundings surroundings)
    {
        ArgumentNullException.ThrowIfNull(pathOrJson);
        var isInline = pathOrJson.TrimStart().StartsWith('{');
        var name = isInline ? "The setting of notifications" : pathOrJson;
        try
        {
            using var document = JsonDocument.Parse(isInline ? pathOrJson : File.ReadAllText(pathOrJson), Forgiving);
            var root = document.RootElement;
            return root.ValueKind != JsonValueKind.Object ? throw new InvalidSettingException($"{name} holds no JSON object.")
                : Read(root.TryGetProperty(Section, out var section) ? section : root, surroundings);
        }
        catch (JsonException exception)
        {
            throw new InvalidSettingException($"{name}, line {exception.LineNumber + 1}, column {exception.BytePositionInLine + 1}, is no JSON.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidSettingException($"{name} cannot be read: {exception.Message}");
        }
    }

    /// <summary>Reads the content of the section.</summary>
    /// <param name="section">The object that stands under <see cref="Section"/>.</param>
    /// <param name="surroundings">What channels need of the program.</param>
    /// <exception cref="InvalidSettingException">A field is wrong; the message names it, and what would be right.</exception>
    public static NotificationSettings Read(JsonElement section, NotificationSurroundings surroundings)
    {
        ArgumentNullException.ThrowIfNull(surroundings);
        if (section.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidSettingException($"{Section}: is no object. Write {{ \"channels\": {{ ... }} }}.");
        }

        var reader = new SettingReader(section, Section);
        var days = reader.Number("keepDays", 1, MostDays, TimeSpan.FromDays(30).TotalDays);
        var routes = new List<NoticeRoute>();
        if (reader.Field("channels") is { } channels)
        {
            if (channels.ValueKind != JsonValueKind.Object)
            {
                throw reader.Wrong("channels", "is no object. Write each channel under a name of yours: { \"team\": { \"type\": \"discord\", ... } }.");
            }

            foreach (var channel in channels.EnumerateObject())
            {
                routes.Add(ChannelReader.Read(channel.Name, channel.Value, surroundings));
            }
        }

        reader.Finish();
        var twice = routes.GroupBy(route => route.Channel.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        return twice is null ? new NotificationSettings { Routes = routes, KeepFor = TimeSpan.FromDays(days) }
            : throw reader.Wrong($"channels.{twice.Key}", "stands there twice. Give each channel a name of its own.");
    }
}

/// <summary>What channels need of the program that they are in.</summary>
/// <param name="Variable">Looks up a variable of the environment; null for one that is not set.</param>
/// <param name="Clock">The clock of timestamps.</param>
/// <param name="Console">Where a channel of the type <c>console</c> writes.</param>
public sealed record NotificationSurroundings(Func<string, string?> Variable, TimeProvider Clock, TextWriter Console);
