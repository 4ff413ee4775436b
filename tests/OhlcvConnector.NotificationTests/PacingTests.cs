using OhlcvConnector.Application.Notifications;
using OhlcvConnector.ArchiveTests;
using OhlcvConnector.Notifications;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.NotificationTests;

/// <summary>When and how often a channel is told, on a clock of the test.</summary>
public class PacingTests
{
    private static readonly DateTimeOffset Night = new(2026, 11, 22, 23, 30, 0, TimeSpan.Zero);
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task In_quiet_hours_only_what_is_critical_is_told_and_the_rest_together_when_they_end()
    {
        using var folder = new TestFolder();
        var clock = new ManualTimeProvider(Night);
        var channel = new Listener();
        await using var stage = new Stage(
            folder, [new NoticeRoute(channel) { Quiet = new QuietHours(new TimeOnly(22, 0), new TimeOnly(7, 0), TimeZoneInfo.Utc) }], clock);
        for (var number = 0; number < 13; number++)
        {
            await stage.Notifier.NotifyAsync(Stage.Notice($"n{number}"), TestContext.Current.CancellationToken);
        }

        await stage.Notifier.NotifyAsync(Stage.Notice("fire") with { Severity = NoticeSeverity.Critical }, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => channel.Messages.Count == 1, "the critical one is told");
        channel.Messages[0].Single().Id.ShouldBe("fire");

        await PassAsync(clock, new DateTimeOffset(2026, 11, 23, 6, 59, 58, TimeSpan.Zero));
        channel.Messages.Count.ShouldBe(1);
        await PassAsync(clock, new DateTimeOffset(2026, 11, 23, 7, 0, 1, TimeSpan.Zero));
        await PassUntilAsync(clock, () => channel.Messages.Count == 2, "the rest is told");
        channel.Messages[1].Select(notice => notice.Id).ShouldBe(Enumerable.Range(0, 13).Select(number => $"n{number}"));
    }

    [Fact]
    public async Task A_channel_gets_no_more_messages_a_minute_than_it_may_and_the_last_tells_all_that_wait()
    {
        using var folder = new TestFolder();
        var clock = new ManualTimeProvider(Night);
        var channel = new Listener();
        await using var stage = new Stage(folder, [new NoticeRoute(channel) { MaxPerMinute = 2, Group = 100 }], clock);
        for (var number = 0; number < 3; number++)
        {
            await stage.Notifier.NotifyAsync(Stage.Notice($"n{number}"), TestContext.Current.CancellationToken);
            await Eventually.TrueAsync(() => channel.Messages.Count == Math.Min(2, number + 1), "two are told");
        }

        await Eventually.TrueAsync(() => clock.HasTimer(TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(60)), "it waits for the minute");
        await stage.Notifier.NotifyAsync(Stage.Notice("n3"), TestContext.Current.CancellationToken);
        await PassAsync(clock, Night.AddSeconds(61));
        await PassUntilAsync(clock, () => channel.Messages.Sum(message => message.Count) == 4, "the others are told");
        channel.Messages.SelectMany(message => message).Select(notice => notice.Id).ShouldBe(["n0", "n1", "n2", "n3"]);
    }

    [Fact]
    public async Task What_fails_for_a_day_is_given_up_after_waits_that_grow()
    {
        using var folder = new TestFolder();
        var clock = new ManualTimeProvider(Night);
        var channel = new Listener { Result = new NoticeDelivery(NoticeOutcome.Failed, "down") };
        await using var stage = new Stage(folder, [new NoticeRoute(channel)], clock);
        await stage.Notifier.NotifyAsync(Stage.Notice(), TestContext.Current.CancellationToken);
        var waits = new List<TimeSpan>();
        for (var attempt = 1; await stage.CountAsync(NoticeState.Dead) == 0; attempt++)
        {
            await Eventually.TrueAsync(
                () => channel.Attempts >= attempt
                    && (clock.HasTimer(TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(5)) || stage.CountAsync(NoticeState.Dead).Result == 1),
                "it rests, or has given up");
            if (clock.NextIn is { } wait && await stage.CountAsync(NoticeState.Dead) == 0)
            {
                waits.Add(wait);
                clock.Advance(attempt > 12 ? TimeSpan.FromHours(5) : wait);
            }
        }

        waits[0].ShouldBeInRange(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1));
        waits.Take(12).Max().ShouldBeInRange(TimeSpan.FromMinutes(2.5), TimeSpan.FromMinutes(5));
        (await stage.Outbox.ListAsync(NoticeState.Dead, 1, TestContext.Current.CancellationToken)).Single().Problem.ShouldBe("down");
    }

    [Theory]
    [InlineData("2026-11-22T21:59:00Z", null)]
    [InlineData("2026-11-22T22:00:00Z", "2026-11-23T07:00:00Z")]
    [InlineData("2026-11-23T06:59:00Z", "2026-11-23T07:00:00Z")]
    [InlineData("2026-11-23T07:00:00Z", null)]
    public void Quiet_hours_go_over_midnight(string time, string? end) => new QuietHours(new TimeOnly(22, 0), new TimeOnly(7, 0), TimeZoneInfo.Utc)
        .EndOf(Time(time)).ShouldBe(end is null ? null : Time(end));

    [Theory]
    [InlineData("2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z")] // 2:30 is left out that day; the hours end when the clock shows 3
    [InlineData("2026-10-24T23:30:00Z", "2026-10-25T01:30:00Z")] // 2:30 comes twice; the hours end with the second
    [InlineData("2026-07-01T23:30:00Z", "2026-07-02T00:30:00Z")]
    public void Quiet_hours_go_by_the_clock_of_their_zone(string time, string end) =>
        new QuietHours(new TimeOnly(1, 0), new TimeOnly(2, 30), TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")).EndOf(Time(time)).ShouldBe(Time(end));

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Moves the clock in steps, so that who looks again every few seconds does.</summary>
    private static async Task PassAsync(ManualTimeProvider clock, DateTimeOffset until)
    {
        while (clock.GetUtcNow() < until)
        {
            await Eventually.TrueAsync(() => clock.NextIn is not null, "somebody waits");
            var left = until - clock.GetUtcNow();
            clock.Advance(left > TimeSpan.FromMinutes(10) ? left - TimeSpan.FromMinutes(5) : left > Step ? Step : left);
        }
    }

    /// <summary>Who had just looked at the clock when it was moved waits from then.</summary>
    private static Task PassUntilAsync(ManualTimeProvider clock, Func<bool> condition, string because) => Eventually.TrueAsync(
        () =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            return condition();
        },
        because);

    private sealed class Listener : INoticeChannel
    {
        private readonly List<IReadOnlyList<Notice>> _messages = [];
        private int _attempts;

        public string Name => "listener";

        public int MostAtOnce => 100;

        public int Attempts => Volatile.Read(ref _attempts);

        public NoticeDelivery Result { get; init; } = NoticeDelivery.Done;

        public List<IReadOnlyList<Notice>> Messages
        {
            get
            {
                lock (_messages)
                {
                    return [.. _messages];
                }
            }
        }

        public Task<NoticeDelivery> SendAsync(IReadOnlyList<Notice> notices, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _attempts);
            if (Result.Outcome == NoticeOutcome.Delivered)
            {
                lock (_messages)
                {
                    _messages.Add(notices);
                }
            }

            return Task.FromResult(Result);
        }
    }
}
