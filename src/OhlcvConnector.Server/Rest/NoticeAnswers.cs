using System.ComponentModel;

namespace OhlcvConnector.Server.Rest;

/// <summary>What <c>/api/v1/notifications</c> answers.</summary>
internal sealed record NoticesAnswer : RestAnswer
{
    [Description("The channels, with what waits and what was given up.")]
    public required IReadOnlyList<NoticeChannelRow> Channels { get; init; }

    [Description("The newest first, once for each channel.")]
    public required IReadOnlyList<NoticeRow> Notifications { get; init; }
}

/// <summary>A channel.</summary>
internal sealed record NoticeChannelRow
{
    public required string Channel { get; init; }

    [Description("Notices that are still to be told.")]
    public required long Waiting { get; init; }

    [Description("Notices that were given up.")]
    public required long Dead { get; init; }

    [Description("Since when the oldest that waits has waited; null for none.")]
    public required DateTimeOffset? Oldest { get; init; }
}

/// <summary>A notice for a channel.</summary>
internal sealed record NoticeRow
{
    public required string Id { get; init; }

    public required string Channel { get; init; }

    [Description("signal, fill, order, price, alert, report or test.")]
    public required string Kind { get; init; }

    [Description("info, warning or critical.")]
    public required string Severity { get; init; }

    [Description("SANDBOX, PAPER or both; null for what is real.")]
    public required string? Label { get; init; }

    public required string Title { get; init; }

    [Description("When what it tells of came about.")]
    public required DateTimeOffset Time { get; init; }

    [Description("waiting, delivered or dead.")]
    public required string State { get; init; }

    public required int Attempts { get; init; }

    [Description("When it was tried last.")]
    public required DateTimeOffset ChangedAt { get; init; }

    [Description("What went wrong last; null for nothing.")]
    public required string? Problem { get; init; }
}

/// <summary>What is sent to try a channel.</summary>
internal sealed record NoticeTrial
{
    [Description("The channel's name.")]
    public required string Channel { get; init; }
}

/// <summary>How a trial went.</summary>
internal sealed record NoticeTrialAnswer : RestAnswer
{
    public required string Channel { get; init; }

    [Description("delivered, failed or refused.")]
    public required string Outcome { get; init; }

    [Description("What went wrong; null for nothing.")]
    public required string? Problem { get; init; }
}

/// <summary>What is to be told again.</summary>
internal sealed record NoticeRetry
{
    [Description("The notice's id; absent for all that were given up.")]
    public string? Id { get; init; }

    [Description("The channel; absent for all.")]
    public string? Channel { get; init; }
}

/// <summary>How many are told again.</summary>
internal sealed record NoticeRetryAnswer : RestAnswer
{
    public required int Retried { get; init; }
}
