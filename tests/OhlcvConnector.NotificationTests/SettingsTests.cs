using OhlcvConnector.Application.Notifications;
using OhlcvConnector.ArchiveTests;
using OhlcvConnector.Domain;
using Shouldly;

namespace OhlcvConnector.NotificationTests;

/// <summary>The section of settings: mistakes name the field and what would be right; secrets are nowhere but where they belong.</summary>
public class SettingsTests
{
    private const string Hidden = "https://discord.example/api/webhooks/111222333/Very-Secret-Token-0123456789";

    [Theory]
    [InlineData("""{ "channels": { "a": { "type": "discrod", "url": "env:U" } } }""", "notifications.channels.a.type: 'discrod' is none; did you mean discord?")]
    [InlineData("""{ "channels": { "a": { "url": "env:U" } } }""", "notifications.channels.a.type: is missing. Write one of discord, slack")]
    [InlineData("""{ "channels": { "a": { "type": "slack", "url": "env:NOT" } } }""", "notifications.channels.a.url: the variable NOT of the environment is not set")]
    [InlineData("""{ "channels": { "a": { "type": "slack", "url": "https://h.example/Very-Secret-Token-0123456789" } } }""", "who knows this address may write in your chat")]
    [InlineData("""{ "channels": { "a": { "type": "slack", "url": "env:U", "kinds": ["signal", "fil"] } } }""", "notifications.channels.a.kinds[1]: 'fil' is none; did you mean fill?")]
    [InlineData("""{ "channels": { "a": { "type": "slack", "url": "env:U", "minStrength": 101 } } }""", "notifications.channels.a.minStrength: 101 is out of range. Write a number from 0 to 100.")]
    [InlineData("""{ "channels": { "a": { "type": "slack", "url": "env:U", "minStrenght": 10 } } }""", "notifications.channels.a.minStrenght: there is no such setting; did you mean minStrength?")]
    [InlineData("""{ "channels": { "a": { "type": "slack", "url": "env:U", "series": ["BTCUSDT"] } } }""", "notifications.channels.a.series[0]: 'BTCUSDT' is not exchange:symbol.")]
    [InlineData("""{ "channels": { "a": { "type": "slack", "url": "env:U", "intervals": "1 hour" } } }""", "notifications.channels.a.intervals: ")]
    [InlineData("""{ "channels": { "a": { "type": "slack", "url": "env:U", "quiet": { "from": "22:00", "to": "7" } } } }""", "notifications.channels.a.quiet.to: is no time.")]
    [InlineData("""{ "channels": { "a": { "type": "slack", "url": "env:U", "quiet": { "from": "22:00", "to": "07:00", "timeZone": "Mars" } } } }""", "knows no time zone 'Mars'")]
    [InlineData("""{ "channels": { "a": { "type": "telegram", "token": "env:U", "chat": "1" } } }""", "notifications.channels.a.token: is no token of a bot.")]
    [InlineData("""{ "channels": { "a": { "type": "telegram", "token": "Very-Secret-Token-0123456789", "chat": "1" } } }""", "notifications.channels.a.token: a secret does not stand here.")]
    [InlineData("""{ "channels": { "a": { "type": "mail", "host": "mail.example", "from": "me@mail.example", "to": "you@mail.example", "security": "none" } } }""", "notifications.channels.a.security: none is for a mail server on this machine alone.")]
    [InlineData("""{ "channels": { "a": { "type": "mail", "host": "mail.example", "from": "me@mail.example", "to": "you@mail.example", "user": "me" } } }""", "notifications.channels.a.password: is missing")]
    [InlineData("""{ "channels": { "a": { "type": "webhook", "url": "ftp://h.example" } } }""", "notifications.channels.a.url: is no address.")]
    [InlineData("""{ "channels": { "a b": { "type": "console" } } }""", "notifications.channels.a b: is no name of a channel.")]
    [InlineData("""{ "chanels": {} }""", "notifications.chanels: there is no such setting; did you mean channels?")]
    [InlineData("{ \"channels\": {\n  \"a\": }", "line 2, column ")]
    public void A_mistake_is_named_with_what_would_be_right(string json, string words)
    {
        var message = Should.Throw<InvalidSettingException>(() => Stage.Settings(json, ("U", Hidden))).Message;

        message.ShouldContain(words);
        message.ShouldNotContain("Very-Secret");
    }

    [Fact]
    public void The_section_is_read_alone_or_out_of_a_file_with_comments()
    {
        using var folder = new TestFolder();
        var file = Path.Combine(folder.Path, "trading_config.json");
        File.WriteAllText(file, """
            { // one file for all
              "rules": [],
              "notifications": {
                "keepDays": 7,
                "channels": { "team": { "type": "slack", "url": "file:SECRET", "kinds": ["signal"], "rules": ["quantum-*"], "series": ["binance/spot:BTC*"],
                                        "quiet": { "from": "22:00", "to": "07:00", "timeZone": "Europe/Berlin" }, "maxPerMinute": 5, "group": 3, "giveUpHours": 2 }, },
              },
            }
            """.Replace("SECRET", Path.Combine(folder.Path, "secret"), StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(folder.Path, "secret"), Hidden + "\n");

        var settings = Stage.Settings(file);
        settings.KeepFor.ShouldBe(TimeSpan.FromDays(7));
        var route = settings.Routes.Single();
        (route.Channel.Name, route.MaxPerMinute, route.Group, route.GiveUpAfter).ShouldBe(("team", 5, 3, TimeSpan.FromHours(2)));
        route.Quiet!.Zone.Id.ShouldBe("Europe/Berlin");
        route.Filter.Passes(Stage.Notice()).ShouldBeTrue();
        route.Filter.Passes(Stage.Notice() with { Rule = "value-area" }).ShouldBeFalse();
        route.Filter.Passes(Stage.Notice() with { Kind = NoticeKind.Fill }).ShouldBeFalse();
        route.Filter.Passes(Stage.Notice() with { Kind = NoticeKind.Test, Rule = "value-area" }).ShouldBeTrue();
    }

    [Fact]
    public void A_filter_looks_only_at_what_a_notice_has()
    {
        var filter = Stage.Settings(
            """{"channels":{"a":{"type":"console","minStrength":60,"directions":["short"],"series":["okx:*"],"intervals":["4h"],"minSeverity":"warning"}}}""").Routes.Single().Filter;
        var alert = new Notice
        {
            Id = "a",
            Kind = NoticeKind.Alert,
            Title = "a rule was stopped",
            Time = DateTimeOffset.UnixEpoch,
            Severity = NoticeSeverity.Warning,
        };

        filter.Passes(alert).ShouldBeTrue();
        filter.Passes(alert with { Severity = NoticeSeverity.Info }).ShouldBeFalse();
        filter.Passes(alert with { Strength = 59 }).ShouldBeFalse();
        filter.Passes(alert with { Direction = NoticeDirection.Long }).ShouldBeFalse();
        filter.Passes(alert with { Series = Stage.Series }).ShouldBeFalse();
        filter.Passes(alert with { Series = new Series(Stage.Series.Instrument with { Exchange = "okx" }, Interval.Parse("4h")) }).ShouldBeTrue();
    }

    [Fact]
    public async Task No_secret_is_in_a_problem_a_list_a_log_or_an_exception()
    {
        using var folder = new TestFolder();
        await using var hook = await Hook.StartAsync();
        const string path = "api/webhooks/111/Very-Secret-Token-0123456789";
        var closed = new Uri("http://127.0.0.1:1/" + path);
        hook.Answers.Enqueue(Hook.Status(400, $"the hook {hook.Address}{path} and /{path} are wrong"));
        hook.Answers.Enqueue(Hook.Status(400, $"Not Found: /bot{Stage.Token}/sendMessage {Stage.Token}"));
        await using var stage = new Stage(folder, Stage.Settings(
            $$"""
            { "channels": {
                "d": { "type": "discord", "url": "env:D", "kinds": ["signal"] },
                "t": { "type": "telegram", "token": "env:T", "chat": "1", "url": "{{hook.Address}}", "kinds": ["fill"] },
                "gone": { "type": "slack", "url": "env:GONE" } } }
            """,
            ("D", $"{hook.Address}{path}"), ("T", Stage.Token), ("GONE", closed.ToString())).Routes);
        await stage.Notifier.NotifyAsync(Stage.Notice(), TestContext.Current.CancellationToken);
        await Testing.Eventually.TrueAsync(() => stage.Notifier.Counts[0].GivenUp == 1, "Discord refused it");
        await stage.Notifier.NotifyAsync(Stage.Notice("two", NoticeKind.Fill), TestContext.Current.CancellationToken);
        await Testing.Eventually.TrueAsync(
            () => stage.Notifier.Counts[1].GivenUp == 1 && stage.Notifier.Counts[2].Failed > 0, "Telegram refused it, and nobody is there at the third");

        var all = (await stage.Outbox.ListAsync(null, 100, TestContext.Current.CancellationToken)).Select(kept => kept.ToString()).ToList();
        lock (stage.Troubles)
        {
            all.AddRange(stage.Troubles);
        }

        all.Count.ShouldBeGreaterThan(5);
        all.ShouldAllBe(text => !text.Contains("Very-Secret", StringComparison.Ordinal) && !text.Contains(Stage.Token, StringComparison.Ordinal));
        all.ShouldContain(text => text.Contains("1234...m123", StringComparison.Ordinal));
        await foreach (var text in Files(folder))
        {
            text.ShouldNotContain("Very-Secret");
            text.ShouldNotContain(Stage.Token);
        }
    }

    private static async IAsyncEnumerable<string> Files(TestFolder folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder.Path).Where(file => !file.EndsWith(".sender", StringComparison.Ordinal)))
        {
            yield return System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
        }
    }
}
