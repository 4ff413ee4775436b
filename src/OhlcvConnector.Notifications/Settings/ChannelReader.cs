using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using OhlcvConnector.Application.Archiving;
using OhlcvConnector.Application.Notifications;
using OhlcvConnector.Domain;
using OhlcvConnector.Notifications.Channels;

namespace OhlcvConnector.Notifications.Settings;

/// <summary>Reads the settings of one channel, and makes it.</summary>
internal static partial class ChannelReader
{
    private static readonly string[] Types = ["discord", "slack", "telegram", "webhook", "mail", "console"];
    private static readonly Uri Telegram = new("https://api.telegram.org");

    /// <summary>Reads a channel.</summary>
    /// <exception cref="InvalidSettingException">A field is wrong; the message names it.</exception>
    public static NoticeRoute Read(string name, JsonElement json, NotificationSurroundings surroundings)
    {
        var path = $"{NotificationSettings.Section}.channels.{name}";
        if (!ChannelName().IsMatch(name))
        {
            throw new InvalidSettingException($"{path}: is no name of a channel. Write up to 40 letters, figures, - and _.");
        }

        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidSettingException($"{path}: is no object. Write {{ \"type\": \"discord\", \"url\": \"env:DISCORD_WEBHOOK\" }}.");
        }

        var reader = new SettingReader(json, path);
        var type = reader.Needed("type", $"one of {string.Join(", ", Types)}");
        var timeout = TimeSpan.FromSeconds(reader.Number("timeoutSeconds", 1, 120, 10));
        var isMachine = type is "webhook";
        INoticeChannel channel = type switch
        {
            "discord" => new DiscordChannel(name, Http(Address(reader, surroundings), surroundings), reader.Switch("picture", true)),
            "slack" => new SlackChannel(name, Http(Address(reader, surroundings), surroundings)),
            "telegram" => TelegramOf(name, reader, surroundings),
            "webhook" => new WebhookChannel(
                name, Http(Address(reader, surroundings, mayBeWritten: true), surroundings), OptionalSecret(reader, "secret", surroundings),
                surroundings.Clock),
            "mail" => MailOf(name, reader, surroundings, timeout),
            "console" => new ConsoleChannel(name, surroundings.Console),
            _ => throw reader.Wrong("type", $"'{type}' is none; {Nearest.Words(type, Types)}"),
        };
        var route = new NoticeRoute(channel)
        {
            Filter = FilterOf(reader),
            Quiet = reader.Field("quiet") is { } quiet ? QuietOf(reader, quiet) : null,
            MaxPerMinute = reader.Whole("maxPerMinute", 0, 10_000, isMachine ? 0 : 20),
            Group = isMachine ? 1 : reader.Whole("group", 1, 100, 5),
            GiveUpAfter = TimeSpan.FromHours(reader.Number("giveUpHours", 0.01, 24 * 365, 24)),
            MostWaiting = reader.Whole("mostWaiting", 1, 1_000_000, 10_000),
            Timeout = timeout,
        };
        reader.Finish();
        return route;
    }

    private static NoticeFilter FilterOf(SettingReader reader) => new()
    {
        Kinds = reader.List("kinds", SettingReader.Name<NoticeKind>),
        Rules = reader.List("rules", text => text),
        Series = [.. reader.List("series", SeriesPattern.ParseAll).SelectMany(patterns => patterns)],
        Intervals = reader.List("intervals", Interval.Parse),
        Directions = reader.List("directions", SettingReader.Name<NoticeDirection>),
        MinStrength = reader.Number("minStrength", 0, 100, 0),
        MinSeverity = reader.List("minSeverity", SettingReader.Name<NoticeSeverity>) is [var least, ..] ? least : NoticeSeverity.Info,
    };

    private static QuietHours QuietOf(SettingReader outer, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw outer.Wrong("quiet", "is no object. Write { \"from\": \"22:00\", \"to\": \"07:00\", \"timeZone\": \"Europe/Berlin\" }.");
        }

        var reader = new SettingReader(json, outer.PathOf("quiet"));
        var quiet = new QuietHours(Time("from"), Time("to"), Zone());
        reader.Finish();
        return quiet.From == quiet.To ? throw outer.Wrong("quiet", "begins when it ends. Write two times, or leave it out.") : quiet;

        TimeOnly Time(string name) => TimeOnly.TryParseExact(
            reader.Needed(name, "a time such as 22:00"), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time : throw reader.Wrong(name, "is no time. Write one such as 22:00.");

        TimeZoneInfo Zone()
        {
            var id = reader.Text("timeZone") ?? "UTC";
            return TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone
                : throw reader.Wrong("timeZone", $"this machine knows no time zone '{id}'. Write a name such as Europe/Berlin, or UTC.");
        }
    }

    private static TelegramChannel TelegramOf(string name, SettingReader reader, NotificationSurroundings surroundings)
    {
        var token = NeededSecret(reader, "token", surroundings);
        var chat = reader.Needed("chat", "the number of the chat in quotation marks, or @name of a channel");
        if (!TelegramToken().IsMatch(token.Value))
        {
            throw reader.Wrong("token", "is no token of a bot. It is a number, a colon and 35 letters, as the BotFather gave it.");
        }

        if (!TelegramChat().IsMatch(chat))
        {
            throw reader.Wrong("chat", "is neither a number such as -1001234567890 nor a name such as @mychannel.");
        }

        var host = reader.Text("url") is { } url ? Checked(reader, "url", url, mayBePlain: false) : Telegram;
        var address = Secret.Literal(new Uri(host, $"/bot{token.Value}/").ToString());
        return new TelegramChannel(name, new HttpChannel(address, surroundings.Clock, token), chat, reader.Switch("picture", true));
    }

    private static MailChannel MailOf(string name, SettingReader reader, NotificationSurroundings surroundings, TimeSpan timeout)
    {
        var options = new MailOptions
        {
            Host = reader.Needed("host", "the mail server's name"),
            Port = reader.Whole("port", 1, 65_535, 587),
            Security = reader.List("security", SettingReader.Name<MailSecurity>) is [var security, ..] ? security : MailSecurity.StartTls,
            Trust = reader.List("caFile", MailTrust.Read) is [var trust, ..] ? trust : null,
            User = reader.Text("user"),
            Password = OptionalSecret(reader, "password", surroundings),
            From = reader.Needed("from", "an address such as signals@example.com"),
            To = reader.List("to", text => text),
            HasPicture = reader.Switch("picture", true),
            Timeout = timeout,
        };
        foreach (var (field, address) in options.To.Select((address, index) => ($"to[{index}]", address)).Prepend(("from", options.From)))
        {
            if (!MimeKit.MailboxAddress.TryParse(address, out _))
            {
                throw reader.Wrong(field, $"'{address}' is no address. Write one such as you@example.com.");
            }
        }

        return options.To.Count == 0 ? throw reader.Wrong("to", "is missing. Write an address such as you@example.com, or a list of them.")
            : options.Security == MailSecurity.None && !IsLoopback(options.Host)
                ? throw reader.Wrong("security", "none is for a mail server on this machine alone. Write starttls or tls.")
            : options.Security == MailSecurity.None && options.Trust is not null
                ? throw reader.Wrong("caFile", "vouches for nobody where nothing is encrypted. Write security starttls or tls, or leave it out.")
            : options.User is null != options.Password is null
                ? throw reader.Wrong(options.User is null ? "user" : "password", "is missing: user and password go together.")
            : new MailChannel(name, options);
    }

    private static HttpChannel Http(Secret address, NotificationSurroundings surroundings) => new(address, surroundings.Clock);

    private static Secret Address(SettingReader reader, NotificationSurroundings surroundings, bool mayBeWritten = false)
    {
        var text = reader.Needed("url", Secret.Form);
        if (!Secret.Is(text) && !mayBeWritten)
        {
            throw reader.Wrong("url", $"who knows this address may write in your chat, so it does not stand here. Write {Secret.Form}.");
        }

        var secret = Secret.Is(text) ? Secret.Read(text, reader.PathOf("url"), surroundings.Variable) : Secret.Literal(text);
        Checked(reader, "url", secret.Value, mayBePlain: mayBeWritten);
        return secret;
    }

    private static Uri Checked(SettingReader reader, string name, string text, bool mayBePlain) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && (mayBePlain || IsLoopback(address.Host))))
        && address.UserInfo.Length == 0
            ? address
            : throw reader.Wrong(name, $"is no address. Write one that begins with https://{(mayBePlain ? " or http://" : "")}, without user and password in it.");

    private static bool IsLoopback(string host) => host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static Secret? OptionalSecret(SettingReader reader, string name, NotificationSurroundings surroundings) =>
        reader.Text(name) is not null ? NeededSecret(reader, name, surroundings) : null;

    private static Secret NeededSecret(SettingReader reader, string name, NotificationSurroundings surroundings)
    {
        var text = reader.Needed(name, Secret.Form);
        return Secret.Is(text) ? Secret.Read(text, reader.PathOf(name), surroundings.Variable)
            : throw reader.Wrong(name, $"a secret does not stand here. Write {Secret.Form}.");
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,40}$")]
    private static partial Regex ChannelName();

    [GeneratedRegex("^[0-9]{5,20}:[A-Za-z0-9_-]{20,60}$")]
    private static partial Regex TelegramToken();

    [GeneratedRegex("^(-?[0-9]{1,20}|@[A-Za-z0-9_]{3,64})$")]
    private static partial Regex TelegramChat();
}
