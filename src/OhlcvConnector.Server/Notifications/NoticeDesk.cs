using Microsoft.Extensions.Logging;
using OhlcvConnector.Application.Notifications;
using OhlcvConnector.Archive.Sqlite;
using OhlcvConnector.Domain;
using OhlcvConnector.Messaging.Redis;
using OhlcvConnector.Notifications;

namespace OhlcvConnector.Server.Notifications;

/// <summary>Whom the server's parts give notices to: the channels and the Redis that settings name. With neither, notices end here.</summary>
internal sealed partial class NoticeDesk : INotifier, IAsyncDisposable
{
    private const int MostForRedis = 100_000;

    private readonly Notifier? _notifier;
    private readonly ILogger _logger;

    /// <summary>Creates it.</summary>
    /// <exception cref="InvalidSettingException">A setting is wrong; the message names it.</exception>
    /// <exception cref="ArchiveException">The outbox cannot be used.</exception>
    public NoticeDesk(ServerOptions options, ServerIdentity identity, ILogger<NoticeDesk> logger)
    {
        _logger = logger;
        var settings = Settings(options);
        Redis = Bus(options, identity.IsSandbox);
        List<NoticeRoute> routes = [.. settings?.Routes ?? []];
        if (Redis is not null)
        {
            routes.Add(new NoticeRoute(Redis)
            {
                Filter = new NoticeFilter { Kinds = [NoticeKind.Signal] },
                MaxPerMinute = 0,
                Group = 1,
                GiveUpAfter = null,
                MostWaiting = MostForRedis,
            });
        }

        if (routes.Count > 0)
        {
            Outbox = SqliteNoticeOutbox.Open(StoreOf(options), options.TimeProvider);
            _notifier = new Notifier(
                Outbox, routes, settings?.KeepFor ?? TimeSpan.FromDays(30), options.TimeProvider, new Random(), words => LogTrouble(_logger, words));
        }
    }

    /// <summary>Where notices wait; null when there is no channel.</summary>
    public INoticeOutbox? Outbox { get; }

    /// <summary>The Redis that is told of signals and prices; null for none.</summary>
    public RedisBus? Redis { get; }

    /// <summary>The channels.</summary>
    public IReadOnlyList<NoticeRoute> Routes => _notifier?.Routes ?? [];

    /// <summary>What became of the attempts of each channel.</summary>
    public IReadOnlyList<NoticeCounts> Counts => _notifier?.Counts ?? [];

    /// <summary>How many notices were given up because too many waited.</summary>
    public long Overflowed => _notifier?.Overflowed ?? 0;

    /// <summary>What waits and what was given up, as it was a few seconds ago.</summary>
    public IReadOnlyList<NoticeBacklog> Backlogs { get; private set; } = [];

    /// <summary>Checks the settings, without opening anything.</summary>
    /// <exception cref="InvalidSettingException">One is wrong; the message names it.</exception>
    public static void Check(ServerOptions options)
    {
        if (Settings(options) is { Routes.Count: > 0 } || options.Redis is not null)
        {
            _ = StoreOf(options);
        }

        if (options.Redis is { } address)
        {
            RedisAddress.Parse(address);
        }
    }

    /// <inheritdoc/>
    public ValueTask NotifyAsync(Notice notice, CancellationToken cancellationToken = default) =>
        _notifier?.NotifyAsync(notice, cancellationToken) ?? ValueTask.CompletedTask;

    /// <summary>Tells a channel something at once.</summary>
    /// <exception cref="ArgumentException">There is no such channel.</exception>
    public Task<NoticeDelivery> TryAsync(string channel, Notice notice, CancellationToken cancellationToken) =>
        _notifier?.TryAsync(channel, notice, cancellationToken)
        ?? throw new ArgumentException($"There is no channel '{channel}', nor any other: set {nameof(ServerOptions.Notifications)}.");

    /// <summary>Lets what was given up wait again.</summary>
    public Task<int> RetryAsync(string? id, string? channel, CancellationToken cancellationToken) =>
        _notifier?.RetryAsync(id, channel, cancellationToken) ?? Task.FromResult(0);

    /// <summary>Sends until it is told to end.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _notifier?.RunAsync(cancellationToken) ?? Task.CompletedTask;

    /// <summary>Looks at what waits.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            Backlogs = Outbox is null ? [] : await Outbox.BacklogsAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OhlcvConnectorException or IOException)
        {
            LogTrouble(_logger, exception.Message);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Redis?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static NotificationSettings? Settings(ServerOptions options) => options.Notifications is { } text
        ? NotificationSettings.Load(text, new NotificationSurroundings(Environment.GetEnvironmentVariable, options.TimeProvider, Console.Out)) : null;

    private static string StoreOf(ServerOptions options) => options.NotificationStore ?? throw new InvalidSettingException(
        $"{nameof(options.NotificationStore)} is not set, and there is neither an archive's file nor a data folder. Name a file in which notices wait until they are told.");

    /// <summary>Simulated signals and prices have keys of their own.</summary>
    private static RedisBus? Bus(ServerOptions options, bool isSandbox) => options.Redis is { } address
        ? new RedisBus(RedisAddress.Parse(address), (isSandbox ? "sandbox:" : "") + options.RedisPrefix) : null;

    [LoggerMessage(ServerEventIds.NoticesTroubled, LogLevel.Warning, "Notifications: {Words}")]
    private static partial void LogTrouble(ILogger logger, string words);
}
