using System.Diagnostics;
using OhlcvConnector.Application.Notifications;
using OhlcvConnector.ArchiveTests;
using OhlcvConnector.Notifications;
using Shouldly;

namespace OhlcvConnector.NotificationTests;

/// <summary>Notices on their way to a webhook that answers well, late, badly, or not at all.</summary>
public class DeliveryTests
{
    private const string Key = "a key of the receiver, 0123456789";

    [Fact]
    public async Task A_notice_arrives_once_however_often_it_is_given()
    {
        using var folder = new TestFolder();
        await using var hook = await Hook.StartAsync();
        await using var stage = new Stage(folder, Routes(hook));
        for (var time = 0; time < 3; time++)
        {
            await stage.Notifier.NotifyAsync(Stage.Notice(), TestContext.Current.CancellationToken);
        }

        await stage.Notifier.NotifyAsync(Stage.Notice("two"), TestContext.Current.CancellationToken);
        await stage.SettledAsync(2);

        hook.Requests.Select(request => request.Key).ShouldBe(["one", "two"]);
        NoticeJson.Read(hook.Requests.First().Text).Title.ShouldBe(Stage.Notice().Title);
    }

    [Fact]
    public async Task Retry_After_is_kept_to_and_the_notice_arrives()
    {
        using var folder = new TestFolder();
        await using var hook = await Hook.StartAsync();
        hook.Answers.Enqueue(Hook.Status(429, "", ("Retry-After", "2")));
        var watch = Stopwatch.StartNew();
        await using var stage = new Stage(folder, Routes(hook));
        await stage.Notifier.NotifyAsync(Stage.Notice(), TestContext.Current.CancellationToken);
        await stage.SettledAsync(1);

        watch.Elapsed.ShouldBeGreaterThan(TimeSpan.FromSeconds(1.9));
        hook.Requests.Count.ShouldBe(2);
        stage.Notifier.Counts.Single().ShouldBe(new NoticeCounts("hook", Told: 1, Messages: 1, Failed: 1, Refused: 0, GivenUp: 0));
    }

    [Fact]
    public async Task A_hook_that_fails_cuts_and_hangs_gets_the_notice_in_the_end()
    {
        using var folder = new TestFolder();
        await using var hook = await Hook.StartAsync();
        hook.Answers.Enqueue(Hook.Status(500, "out of order"));
        hook.Answers.Enqueue(Hook.Cut);
        hook.Answers.Enqueue(hook.Hang);
        await using var stage = new Stage(folder, [Routes(hook)[0] with { Timeout = TimeSpan.FromSeconds(1) }]);
        await stage.Notifier.NotifyAsync(Stage.Notice(), TestContext.Current.CancellationToken);
        await stage.SettledAsync(1);

        hook.Requests.Count.ShouldBe(4);
        hook.Requests.ShouldAllBe(request => request.Key == "one");
        (await stage.Outbox.ListAsync(null, 1, TestContext.Current.CancellationToken)).Single().Attempts.ShouldBe(4);
    }

    [Fact]
    public async Task What_is_refused_is_listed_as_dead_and_told_after_a_retry()
    {
        using var folder = new TestFolder();
        await using var hook = await Hook.StartAsync();
        hook.Answers.Enqueue(Hook.Status(404, "no such hook"));
        await using var stage = new Stage(folder, Routes(hook));
        await stage.Notifier.NotifyAsync(Stage.Notice(), TestContext.Current.CancellationToken);
        await stage.SettledAsync(0, dead: 1);

        var dead = (await stage.Outbox.ListAsync(NoticeState.Dead, 10, TestContext.Current.CancellationToken)).Single();
        dead.Problem.ShouldBe("HTTP 404: no such hook");
        stage.Troubles.Single().ShouldContain("gave up 1 notice(s), the first 'one'");
        (await stage.Notifier.RetryAsync("one", "hook", TestContext.Current.CancellationToken)).ShouldBe(1);
        await stage.SettledAsync(1);
    }

    [Fact]
    public async Task Redirections_are_not_followed()
    {
        using var folder = new TestFolder();
        await using var hook = await Hook.StartAsync();
        await using var elsewhere = await Hook.StartAsync();
        hook.Answers.Enqueue(Hook.Status(307, "", ("Location", elsewhere.Address.ToString())));
        await using var stage = new Stage(folder, Routes(hook));
        await stage.Notifier.NotifyAsync(Stage.Notice(), TestContext.Current.CancellationToken);
        await stage.SettledAsync(0, dead: 1);

        elsewhere.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_told_before_a_restart_is_not_told_again_and_what_waited_is()
    {
        using var folder = new TestFolder();
        await using var hook = await Hook.StartAsync();
        await using (var stage = new Stage(folder, Routes(hook)))
        {
            await stage.Notifier.NotifyAsync(Stage.Notice("told"), TestContext.Current.CancellationToken);
            await stage.SettledAsync(1);
            hook.Answers.Enqueue(Hook.Status(503, "", ("Retry-After", "3600")));
            await stage.Notifier.NotifyAsync(Stage.Notice("waits") with { Candles = Stage.Candles() }, TestContext.Current.CancellationToken);
            await Testing.Eventually.TrueAsync(() => hook.Requests.Count == 2, "it was tried");
        }

        await using var again = new Stage(folder, Routes(hook));
        await again.Notifier.NotifyAsync(Stage.Notice("told"), TestContext.Current.CancellationToken);
        await again.SettledAsync(2);
        hook.Requests.Select(request => request.Key).ShouldBe(["told", "waits", "waits"]);
    }

    [Fact]
    public async Task Of_two_programs_on_one_outbox_one_sends()
    {
        using var folder = new TestFolder();
        await using var hook = await Hook.StartAsync();
        await using var one = new Stage(folder, Routes(hook));
        await using var other = new Stage(folder, Routes(hook));
        for (var number = 0; number < 20; number++)
        {
            await (number % 2 == 0 ? one : other).Notifier.NotifyAsync(Stage.Notice($"n{number}"), TestContext.Current.CancellationToken);
        }

        await one.SettledAsync(20);
        hook.Requests.Select(request => request.Key).Order().ShouldBe(Enumerable.Range(0, 20).Select(number => $"n{number}").Order());
    }

    [Fact]
    public async Task The_oldest_of_too_many_that_wait_is_given_up_and_counted()
    {
        using var folder = new TestFolder();
        await using var hook = await Hook.StartAsync();
        hook.Answers.Enqueue(hook.Hang);
        await using var stage = new Stage(folder, [Routes(hook)[0] with { MostWaiting = 3, Timeout = TimeSpan.FromSeconds(100) }]);
        for (var number = 0; number < 5; number++)
        {
            await stage.Notifier.NotifyAsync(Stage.Notice($"n{number}"), TestContext.Current.CancellationToken);
        }

        stage.Notifier.Overflowed.ShouldBe(2);
        (await stage.Outbox.ListAsync(NoticeState.Dead, 10, TestContext.Current.CancellationToken)).Select(kept => kept.Notice.Id).ShouldBe(["n1", "n0"]);
        var backlog = (await stage.Outbox.BacklogsAsync(TestContext.Current.CancellationToken)).Single();
        (backlog.Waiting, backlog.Dead, backlog.Oldest is not null).ShouldBe((3, 2, true));
    }

    [Fact]
    public async Task Somebody_else_can_verify_the_signature()
    {
        using var folder = new TestFolder();
        await using var hook = await Hook.StartAsync();
        await using var stage = new Stage(folder, Routes(hook));
        await stage.Notifier.NotifyAsync(Stage.Notice("naïve ü"), TestContext.Current.CancellationToken);
        await stage.SettledAsync(1);

        var request = hook.Requests.Single();
        var signed = Path.Combine(folder.Path, "signed");
        var stamp = System.Text.Encoding.ASCII.GetBytes(request.Headers["X-Ohlcv-Timestamp"] + ".");
        await File.WriteAllBytesAsync(signed, [.. stamp, .. request.Body], TestContext.Current.CancellationToken);
        using var openssl = Process.Start(new ProcessStartInfo("openssl", ["dgst", "-sha256", "-hmac", Key, "-r", signed]) { RedirectStandardOutput = true })!;
        var digest = (await openssl.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Split(' ')[0];

        request.Headers["X-Ohlcv-Signature"].ShouldBe($"v1={digest}");
        request.Key.ShouldBe("na%C3%AFve%20%C3%BC");
        long.Parse(request.Headers["X-Ohlcv-Timestamp"], System.Globalization.CultureInfo.InvariantCulture)
            .ShouldBeInRange(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 60, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
    }

    private static IReadOnlyList<NoticeRoute> Routes(Hook hook) => Stage.Settings(
        $$"""{ "channels": { "hook": { "type": "webhook", "url": "{{hook.Address}}hooks/T0k3nInThePath", "secret": "env:KEY" } } }""", ("KEY", Key)).Routes;
}
