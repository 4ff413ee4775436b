using System.Text.RegularExpressions;
using OhlcvConnector.Application.Notifications;
using OhlcvConnector.ArchiveTests;
using Shouldly;

namespace OhlcvConnector.NotificationTests;

/// <summary>Mails through somebody else's mail server.</summary>
public class MailTests(MailServer server) : IClassFixture<MailServer>
{
    [Fact]
    public async Task A_mail_arrives_with_its_chart_and_an_id_by_which_it_is_known_again()
    {
        server.Need();
        using var folder = new TestFolder();
        await using var stage = new Stage(folder, Routes(server.Port, "you@mail.example", "\"user\": \"me\", \"password\": \"env:P\","));
        var notice = Stage.Notice() with { Candles = Stage.Candles(), Title = "Bcc: evil@mail.example\r\nsays ü" };
        await stage.Notifier.NotifyAsync(notice, TestContext.Current.CancellationToken);
        await stage.SettledAsync(1);

        var received = server.Mails.Single(one => one.GetProperty("to")[0].GetString() == "you@mail.example");
        received.GetProperty("to").GetArrayLength().ShouldBe(1);
        received.GetProperty("user").GetInt32().ShouldBe(1);
        var mail = received.GetProperty("mail").GetString()!;
        mail.ShouldNotMatch("(?m)^Bcc:");
        mail.ShouldMatch("(?m)^Message-Id: <[0-9a-f]{32}\\.m@mail\\.example>");
        mail.ShouldContain("Auto-Submitted: auto-generated");
        mail.ShouldContain("[SANDBOX] Bcc: evil@mail.example says");
        mail.ShouldContain("rsi:14 (weight 0.2): 28.4");
        mail.ShouldContain("Content-Type: image/png; name=chart.png");
        Regex.IsMatch(mail, "iVBORw0KGgo").ShouldBeTrue(); // how a PNG begins in base64
    }

    [Fact]
    public async Task A_mailbox_that_is_busy_gets_it_later_and_one_that_is_not_there_never()
    {
        server.Need();
        using var folder = new TestFolder();
        await using var stage = new Stage(folder, [.. Routes(server.Port, "busy@mail.example"), .. Routes(server.Port, "nobody@mail.example", name: "n")]);
        await stage.Notifier.NotifyAsync(Stage.Notice(), TestContext.Current.CancellationToken);
        await stage.SettledAsync(1, dead: 1);

        (await stage.Outbox.ListAsync(NoticeState.Dead, 1, TestContext.Current.CancellationToken)).Single().Problem.ShouldBe("550: no such mailbox");
        server.Mails.Count(one => one.GetProperty("to")[0].GetString() == "busy@mail.example").ShouldBe(1);
    }

    [Fact]
    public async Task A_wrong_password_is_named_and_not_shown()
    {
        server.Need();
        using var folder = new TestFolder();
        await using var stage = new Stage(folder, Routes(server.Port, "you@mail.example", "\"user\": \"you\", \"password\": \"env:P\","));
        await stage.Notifier.NotifyAsync(Stage.Notice(), TestContext.Current.CancellationToken);
        await stage.SettledAsync(0, dead: 1);

        var problem = (await stage.Outbox.ListAsync(NoticeState.Dead, 1, TestContext.Current.CancellationToken)).Single().Problem!;
        problem.ShouldContain("does not take user and password");
        problem.ShouldNotContain("pass-word-of-mail");
    }

    [Fact]
    public async Task A_server_whose_certificate_nobody_vouches_for_or_that_encrypts_nothing_gets_no_mail()
    {
        server.Need();
        using var folder = new TestFolder();
        await using var stage = new Stage(
            folder, [.. Routes(server.TlsPort, "tls@mail.example", security: "starttls"), .. Routes(server.Port, "tls@mail.example", name: "n", security: "starttls")]);
        await stage.Notifier.NotifyAsync(Stage.Notice(), TestContext.Current.CancellationToken);
        await stage.SettledAsync(0, dead: 2);

        server.Mails.ShouldNotContain(one => one.GetProperty("to")[0].GetString() == "tls@mail.example");
    }

    [Theory]
    [InlineData("starttls")]
    [InlineData("tls")]
    public async Task A_mail_goes_encrypted_through_a_server_that_an_authority_of_ones_own_vouches_for(string security)
    {
        server.Need();
        using var folder = new TestFolder();
        var port = security == "tls" ? server.SignedTlsPort : server.SignedPort;
        await using var stage = new Stage(
            folder, Routes(port, $"{security}@ca.example", $"\"caFile\": \"{server.CaFile}\", \"user\": \"me\", \"password\": \"env:P\",", security: security));
        await stage.Notifier.NotifyAsync(Stage.Notice(), TestContext.Current.CancellationToken);
        await stage.SettledAsync(1);

        var received = server.Mails.Single(one => one.GetProperty("to")[0].GetString() == $"{security}@ca.example");
        received.GetProperty("secure").GetBoolean().ShouldBeTrue();
        received.GetProperty("user").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task An_authority_of_ones_own_vouches_neither_for_what_it_has_not_signed_nor_for_another_name()
    {
        server.Need();
        using var folder = new TestFolder();
        var trust = $"\"caFile\": \"{server.CaFile}\",";
        await using var stage = new Stage(
            folder, [.. Routes(server.TlsPort, "no@ca.example", trust, security: "starttls"), .. Routes(server.OtherNamePort, "no@ca.example", trust, "n", "starttls"),
                .. Routes(server.SignedPort, "no@ca.example", name: "without", security: "starttls")]);
        await stage.Notifier.NotifyAsync(Stage.Notice(), TestContext.Current.CancellationToken);
        await stage.SettledAsync(0, dead: 3);

        server.Mails.ShouldNotContain(one => one.GetProperty("to")[0].GetString() == "no@ca.example");
    }

    [Theory]
    [InlineData("none.pem", "starttls", "caFile: 'none.pem' cannot be read")]
    [InlineData("empty", "starttls", "has no certificate")]
    [InlineData("ca", "none", "caFile: vouches for nobody where nothing is encrypted")]
    public void A_file_of_authorities_that_says_nothing_is_refused(string file, string security, string because)
    {
        server.Need();
        using var folder = new TestFolder();
        File.WriteAllText(folder.File, "no certificate");
        var path = file == "empty" ? folder.File : file == "ca" ? server.CaFile : file;
        var wrong = Should.Throw<Domain.InvalidSettingException>(() => Routes(1, "you@mail.example", $"\"caFile\": \"{path}\",", security: security));
        wrong.Message.ShouldContain(because);
    }

    private static IReadOnlyList<Notifications.NoticeRoute> Routes(
        int port, string to, string more = "", string name = "m", string security = "none") => Stage.Settings(
        $$"""
        { "channels": { "{{name}}": { "type": "mail", "host": "127.0.0.1", "port": {{port}}, "security": "{{security}}", {{more}} "from": "me@mail.example",
          "to": "{{to}}" } } }
        """,
        ("P", "pass-word-of-mail")).Routes;
}
