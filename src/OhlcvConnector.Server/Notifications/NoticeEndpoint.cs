using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OhlcvConnector.Application.Notifications;
using OhlcvConnector.Server.Rest;

namespace OhlcvConnector.Server.Notifications;

/// <summary>What was told and what was given up: <c>/api/v1/notifications</c>; a trial of a channel, and another attempt at what was given up.</summary>
internal sealed class NoticeEndpoint(NoticeDesk desk, RestGuard guard, ServerIdentity identity, ServerOptions options)
{
    private static readonly RestParameter State = new("state", RestKind.Text, "Only those that are waiting, delivered or dead. Default: all.")
    { Choices = [.. Enum.GetValues<NoticeState>().Select(NoticeJson.Name)] };
    private static readonly RestParameter Limit = new("limit", RestKind.Whole, "At most so many.") { Least = 1, Most = 1_000, Usual = "100" };

    /// <summary>What was told.</summary>
    public static RestRoute List { get; } = new(
        "/api/v1/notifications", "notifications", "What was told, what waits and what was given up", "Each notice once for each channel that it is for.",
        typeof(NoticesAnswer), State, Limit);

    /// <summary>A trial of a channel.</summary>
    public static RestRoute Test { get; } = new(
        "/api/v1/notifications/test", "testNotification", "Tries a channel", "Sends it a notice at once, and says how that went.", typeof(NoticeTrialAnswer))
    { Method = HttpMethods.Post, Body = typeof(NoticeTrial) };

    /// <summary>Another attempt at what was given up.</summary>
    public static RestRoute Retry { get; } = new(
        "/api/v1/notifications/retry", "retryNotifications", "Tells again what was given up", "One notice, those of one channel, or all.",
        typeof(NoticeRetryAnswer))
    { Method = HttpMethods.Post, Body = typeof(NoticeRetry) };

    /// <summary>Adds the paths.</summary>
    public void Map(WebApplication application)
    {
        guard.Map(application, List, ListAsync);
        guard.Map(application, Test, TestAsync);
        guard.Map(application, Retry, RetryAsync);
    }

    private async Task ListAsync(RestQuery query)
    {
        NoticeState? state = query.Text(State.Name) is not { } name ? null
            : State.Choices.Contains(name, StringComparer.Ordinal) ? Enum.Parse<NoticeState>(name, ignoreCase: true)
            : throw RestQuery.Bad($"'{State.Name}' must be {string.Join(", ", State.Choices)}.");
        var found = desk.Outbox is { } outbox ? await outbox.ListAsync(state, query.Whole(Limit), query.Token).ConfigureAwait(false) : [];
        await desk.LookAsync(query.Token).ConfigureAwait(false);
        var backlogs = desk.Backlogs.ToDictionary(backlog => backlog.Channel, StringComparer.Ordinal);
        await guard.WriteAsync(query.Context, StatusCodes.Status200OK, new NoticesAnswer
        {
            Channels =
            [
                .. desk.Routes.Select(route => route.Channel.Name).Select(channel => new NoticeChannelRow
                {
                    Channel = channel,
                    Waiting = backlogs.GetValueOrDefault(channel)?.Waiting ?? 0,
                    Dead = backlogs.GetValueOrDefault(channel)?.Dead ?? 0,
                    Oldest = backlogs.GetValueOrDefault(channel)?.Oldest,
                }),
            ],
            Notifications = [.. found.Select(Row)],
        }).ConfigureAwait(false);
    }

    private async Task TestAsync(RestQuery query)
    {
        var channel = (await query.BodyAsync<NoticeTrial>().ConfigureAwait(false)).Channel;
        var now = options.TimeProvider.GetUtcNow();
        var delivery = await desk.TryAsync(channel, NoticeTrials.Notice(channel, now, identity.IsSandbox), query.Token).ConfigureAwait(false);
        await guard.WriteAsync(
            query.Context, StatusCodes.Status200OK,
            new NoticeTrialAnswer { Channel = channel, Outcome = NoticeJson.Name(delivery.Outcome), Problem = delivery.Problem }).ConfigureAwait(false);
    }

    private async Task RetryAsync(RestQuery query)
    {
        var wanted = await query.BodyAsync<NoticeRetry>().ConfigureAwait(false);
        var many = await desk.RetryAsync(wanted.Id, wanted.Channel, query.Token).ConfigureAwait(false);
        await guard.WriteAsync(query.Context, StatusCodes.Status200OK, new NoticeRetryAnswer { Retried = many }).ConfigureAwait(false);
    }

    private static NoticeRow Row(KeptNotice kept) => new()
    {
        Id = kept.Notice.Id,
        Channel = kept.Channel,
        Kind = NoticeJson.Name(kept.Notice.Kind),
        Severity = NoticeJson.Name(kept.Notice.Severity),
        Label = kept.Notice.Label,
        Title = kept.Notice.Title,
        Time = kept.Notice.Time,
        State = NoticeJson.Name(kept.State),
        Attempts = kept.Attempts,
        ChangedAt = kept.ChangedAt,
        Problem = kept.Problem,
    };
}
