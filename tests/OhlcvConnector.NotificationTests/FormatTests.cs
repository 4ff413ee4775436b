using System.Text.Json;
using System.Text.RegularExpressions;
using OhlcvConnector.Application.Notifications;
using OhlcvConnector.ArchiveTests;
using OhlcvConnector.Notifications.Channels;
using Shouldly;

namespace OhlcvConnector.NotificationTests;

/// <summary>What is sent keeps the limits that the services' documentation names, whatever a notice holds, and calls and links nobody.</summary>
public partial class FormatTests
{
    private static readonly string[] Evil =
    [
        "@everyone <@123> <!channel> <https://evil.example|click> [a](https://evil.example) https://evil.example",
        "<b>bold</b> &amp; & < > \" ' </b><script>",
        "**x** __y__ ~~z~~ ||spoiler|| `code` ```block``` > quote\n# heading\n- list",
        string.Concat(Enumerable.Repeat("😀", 5000)),
        new('<', 9000),
        new('\\', 9000),
        "",
        " ",
    ];

    public static TheoryData<int> Hostile() => [.. Enumerable.Range(0, Evil.Length)];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Discord_takes_it(int evil)
    {
        foreach (var message in Messages(Evil[evil]))
        {
            using var json = JsonDocument.Parse(DiscordChannel.BodyOf(message, hasPicture: true));
            var root = json.RootElement;
            root.GetProperty("allowed_mentions").GetProperty("parse").GetArrayLength().ShouldBe(0);
            root.TryGetProperty("content", out _).ShouldBeFalse();
            var embed = root.GetProperty("embeds").EnumerateArray().Single();
            var letters = Text(embed, "title", 1, 256) + (embed.TryGetProperty("description", out _) ? Text(embed, "description", 1, 4096) : 0);
            var fields = embed.GetProperty("fields").EnumerateArray().ToList();
            fields.Count.ShouldBeLessThanOrEqualTo(25);
            letters += fields.Sum(field => Text(field, "name", 1, 256) + Text(field, "value", 1, 1024));
            letters.ShouldBeLessThanOrEqualTo(6000);
            embed.GetProperty("image").GetProperty("url").GetString().ShouldBe("attachment://chart.png");
            embed.GetProperty("title").GetString()!.ShouldStartWith("\\[SANDBOX PAPER\\]");
            DiscordMarkup().Matches(embed.GetRawText()).ShouldBeEmpty();
        }
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Slack_takes_it(int evil)
    {
        foreach (var message in Messages(Evil[evil]))
        {
            using var json = JsonDocument.Parse(SlackChannel.BodyOf(message));
            Text(json.RootElement, "text", 1, 40_000);
            json.RootElement.GetProperty("text").GetString()!.ShouldNotContain('<');
            var blocks = json.RootElement.GetProperty("blocks").EnumerateArray().ToList();
            blocks.Count.ShouldBeLessThanOrEqualTo(50);
            foreach (var block in blocks)
            {
                var type = block.GetProperty("type").GetString()!;
                type.ShouldBeOneOf("header", "section", "context");
                JsonElement[] many = block.TryGetProperty("fields", out var fields) ? [.. fields.EnumerateArray()]
                    : block.TryGetProperty("elements", out var elements) ? [.. elements.EnumerateArray()] : [];
                many.Length.ShouldBeLessThanOrEqualTo(10);
                foreach (var text in many.Length > 0 ? many : [block.GetProperty("text")])
                {
                    text.GetProperty("type").GetString().ShouldBe("plain_text"); // in which nothing is markup
                    Text(text, "text", 1, type == "header" ? 150 : many.Length > 0 ? 2000 : 3000);
                }
            }

            blocks[0].GetProperty("text").GetProperty("text").GetString()!.ShouldStartWith("[SANDBOX PAPER]");
        }
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Telegram_takes_it(int evil)
    {
        foreach (var message in Messages(Evil[evil]))
        {
            foreach (var most in new[] { 1024, 4096 })
            {
                var text = TelegramChannel.TextOf(message, most);
                text.Length.ShouldBeInRange(1, most);
                text.ShouldStartWith("<b>[SANDBOX PAPER]");
                var bare = text.Replace("<b>", "\u0001", StringComparison.Ordinal).Replace("</b>", "\u0002", StringComparison.Ordinal);
                bare.ShouldNotContain('<');
                bare.ShouldNotContain('>');
                Regex.Replace(bare, "&(lt|gt|amp);", "").ShouldNotContain('&');
                Regex.Replace(bare, "[^\u0001\u0002]", "").ShouldMatch("^(\u0001\u0002)*$"); // each tag is closed before the next
                HasHalves(text).ShouldBeFalse();
            }
        }
    }

    [Fact]
    public async Task A_message_to_Discord_has_the_chart_as_its_picture()
    {
        using var folder = new TestFolder();
        await using var hook = await Hook.StartAsync();
        hook.Answers.Enqueue(Hook.Status(200, "{}", ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset-After", "1.5")));
        hook.Answers.Enqueue(Hook.Status(429, """{"message":"You are being rate limited.","retry_after":1.2,"global":false}"""));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await using var stage = new Stage(
            folder, Stage.Settings("""{"channels":{"d":{"type":"discord","url":"env:D"}}}""", ("D", $"{hook.Address}api/webhooks/1/s3cr3t-of-discord")).Routes);
        await stage.Notifier.NotifyAsync(Stage.Notice() with { Candles = Stage.Candles() }, TestContext.Current.CancellationToken);
        await stage.Notifier.NotifyAsync(Stage.Notice("two"), TestContext.Current.CancellationToken);
        await stage.SettledAsync(2);

        watch.Elapsed.ShouldBeGreaterThan(TimeSpan.FromSeconds(2.6)); // what Discord asked for, twice
        var requests = hook.Requests.ToList();
        requests.Count.ShouldBe(3);
        requests[0].Path.ShouldBe("/api/webhooks/1/s3cr3t-of-discord?wait=true");
        requests[0].Form!["payload_json"].ToString().ShouldContain("attachment://chart.png");
        var file = requests[0].Form!.Files.GetFile("files[0]")!;
        (file.FileName, file.ContentType).ShouldBe(("chart.png", "image/png"));
        using var picture = new MemoryStream();
        await file.CopyToAsync(picture, TestContext.Current.CancellationToken);
        picture.ToArray().AsSpan(0, 4).ToArray().ShouldBe(new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G' });
        requests[1].Headers["Content-Type"].ShouldBe("application/json"); // without candles there is no picture
    }

    [Fact]
    public async Task A_bot_of_Telegram_sends_a_photo_or_a_message_and_waits_as_it_is_told()
    {
        using var folder = new TestFolder();
        await using var hook = await Hook.StartAsync();
        hook.Answers.Enqueue(Hook.Status(429, """{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 1","parameters":{"retry_after":1}}"""));
        await using var stage = new Stage(
            folder,
            Stage.Settings($$"""{"channels":{"t":{"type":"telegram","token":"env:T","chat":"-1001234567890","url":"{{hook.Address}}"} } }""", ("T", Stage.Token)).Routes);
        await stage.Notifier.NotifyAsync(Stage.Notice() with { Candles = Stage.Candles() }, TestContext.Current.CancellationToken);
        await stage.SettledAsync(1);
        await stage.Notifier.NotifyAsync(Stage.Notice("two"), TestContext.Current.CancellationToken);
        await stage.SettledAsync(2);

        var requests = hook.Requests.ToList();
        requests.Select(request => request.Path).ShouldBe([$"/bot{Stage.Token}/sendPhoto", $"/bot{Stage.Token}/sendPhoto", $"/bot{Stage.Token}/sendMessage"]);
        requests[0].Form!["chat_id"].ToString().ShouldBe("-1001234567890");
        requests[0].Form!.Files.GetFile("photo").ShouldNotBeNull();
        requests[0].Form!["caption"].ToString().ShouldContain("rsi:14 (weight 0.2): <b>28.4</b>");
        using var json = JsonDocument.Parse(requests[2].Body);
        json.RootElement.GetProperty("text").GetString()!.ShouldStartWith("<b>[SANDBOX] BTC/USDT 1h");
    }

    [Fact]
    public void Several_notices_become_one_message_that_says_how_many_more()
    {
        var message = NoticeMessage.Of([.. Enumerable.Range(0, 13).Select(number => Stage.Notice($"n{number}") with { IsSandbox = number == 0 })]);

        message.Heading.ShouldBe("[SANDBOX] BTC/USDT 1h: quantum-cipher says long (n0) and 12 more");
        message.Text.Split('\n').Length.ShouldBe(11);
        message.Text.ShouldEndWith("... 3 more");
        message.Text.ShouldContain("\n11-22 12:00 BTC/USDT 1h: quantum-cipher says long (n1)\n"); // what is real is not labelled
    }

    [Fact]
    public void A_notice_is_read_as_it_was_written()
    {
        var notice = Stage.Notice() with { Candles = Stage.Candles(), Json = """{"a":[1,{"b":"ü"}]}""", IsPaper = true, Text = "two\nlines", Severity = NoticeSeverity.Warning };
        var text = NoticeJson.Of(notice, withCandles: true);
        var read = NoticeJson.Read(text);

        NoticeJson.Of(read, withCandles: true).ShouldBe(text);
        read.Candles.Count.ShouldBe(60);
        read.Candles[^1].SameValues(notice.Candles[^1]).ShouldBeTrue();
        (read with { Fields = [], Candles = [], Json = null }).ShouldBe(notice with { Fields = [], Candles = [], Json = null });
    }

    private static IEnumerable<NoticeMessage> Messages(string evil)
    {
        var notice = Stage.Notice() with
        {
            Title = evil.Trim().Length == 0 ? "title" : evil,
            Text = evil,
            Rule = evil,
            IsPaper = true,
            Fields = [.. Enumerable.Range(0, 60).Select(number => new NoticeField($"{number} {evil}", evil))],
        };
        return [NoticeMessage.Of([notice]), NoticeMessage.Of([.. Enumerable.Repeat(notice, 40)])];
    }

    private static int Text(JsonElement of, string name, int least, int most)
    {
        var text = of.GetProperty(name).GetString()!;
        text.Length.ShouldBeInRange(least, most);
        HasHalves(text).ShouldBeFalse(name);
        return text.Length;
    }

    /// <summary>Whether half of a letter is there without the other.</summary>
    private static bool HasHalves(string text) => text.EnumerateRunes().Contains(System.Text.Rune.ReplacementChar);

    /// <summary>A letter of markup that no backslash stands before; in JSON a backslash is two.</summary>
    [GeneratedRegex(@"(?<!\\)(?:\\\\\\\\)*(?:\*\*|__|~~|\|\||`|@everyone|<@|\]\(|https?://)")]
    private static partial Regex DiscordMarkup();
}
