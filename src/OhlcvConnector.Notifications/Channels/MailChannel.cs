using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using OhlcvConnector.Application.Notifications;

namespace OhlcvConnector.Notifications.Channels;

/// <summary>How a connection to a mail server is kept secret.</summary>
internal enum MailSecurity
{
    /// <summary>It begins in the clear, and is encrypted before anything is said; a server that cannot is refused.</summary>
    StartTls,

    /// <summary>It is encrypted from the beginning.</summary>
    Tls,

    /// <summary>Not at all: for a mail server on this machine.</summary>
    None,
}

/// <summary>Where a mail goes through, from whom and to whom.</summary>
internal sealed record MailOptions
{
    /// <summary>The mail server.</summary>
    public required string Host { get; init; }

    /// <summary>Its port.</summary>
    public required int Port { get; init; }

    /// <summary>How the connection is kept secret.</summary>
    public required MailSecurity Security { get; init; }

    /// <summary>Authorities of one's own that may vouch for it; null for the machine's alone.</summary>
    public required MailTrust? Trust { get; init; }

    /// <summary>Who logs in; null for nobody.</summary>
    public required string? User { get; init; }

    /// <summary>The password; null for nobody.</summary>
    public required Secret? Password { get; init; }

    /// <summary>Who writes.</summary>
    public required string From { get; init; }

    /// <summary>Who is written to.</summary>
    public required IReadOnlyList<string> To { get; init; }

    /// <summary>Whether the chart is attached.</summary>
    public required bool HasPicture { get; init; }

    /// <summary>How long the server may take over one answer.</summary>
    public required TimeSpan Timeout { get; init; }
}

/// <summary>A mailbox, by a mail server. The id of the mail is made of those of the notices, so that a mail program shows one that came twice once.</summary>
internal sealed class MailChannel(string name, MailOptions options) : INoticeChannel
{
    private const int MostSubject = 200;
    private const int Grouped = 1000;
    private const int LaterCodes = 500; // below that, a mail server means: not now

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public int MostAtOnce => Grouped;

    /// <inheritdoc/>
    public async Task<NoticeDelivery> SendAsync(IReadOnlyList<Notice> notices, CancellationToken cancellationToken = default)
    {
        using var mail = MailOf(notices);
        using var client = new SmtpClient { Timeout = (int)options.Timeout.TotalMilliseconds };
        if (options.Trust is { } trust)
        {
            client.ServerCertificateValidationCallback = (_, certificate, chain, errors) => trust.Accepts(certificate, chain, errors);
        }

        try
        {
            await client.ConnectAsync(options.Host, options.Port, Security(), cancellationToken).ConfigureAwait(false);
            if (options.User is { } user)
            {
                await client.AuthenticateAsync(user, options.Password!.Value, cancellationToken).ConfigureAwait(false);
            }

            await client.SendAsync(mail, cancellationToken).ConfigureAwait(false);
        }
        catch (SmtpCommandException exception)
        {
            var code = (int)exception.StatusCode;
            return Problem(code < LaterCodes ? NoticeOutcome.Failed : NoticeOutcome.Refused, $"{code}: {exception.Message}");
        }
        catch (AuthenticationException exception)
        {
            return Problem(NoticeOutcome.Refused, $"the mail server does not take user and password: {exception.Message}");
        }
        catch (Exception exception) when (exception is SslHandshakeException or NotSupportedException)
        {
            return Problem(NoticeOutcome.Refused, $"the connection to the mail server cannot be kept secret: {exception.Message.Split('\n')[0]}");
        }
        catch (Exception exception) when (exception is IOException or SocketException or ProtocolException or TimeoutException)
        {
            return Problem(NoticeOutcome.Failed, exception.Message);
        }

        await LeaveAsync(client, cancellationToken).ConfigureAwait(false);
        return NoticeDelivery.Done;
    }

    /// <summary>The mail has been taken, so that nothing that goes wrong at parting matters.</summary>
    private static async Task LeaveAsync(SmtpClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or SocketException or ProtocolException or CommandException or OperationCanceledException)
        {
            // it is delivered
        }
    }

    private MimeMessage MailOf(IReadOnlyList<Notice> notices)
    {
        var message = NoticeMessage.Of(notices);
        var mail = new MimeMessage { Subject = NoticeMessage.Cut(message.Heading, MostSubject), Date = message.First.Time };
        var from = MailboxAddress.Parse(options.From);
        mail.From.Add(from);
        mail.To.AddRange(options.To.Select(MailboxAddress.Parse));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', notices.Select(notice => notice.Id)))).AsSpan(0, 16));
        mail.MessageId = $"{hash}.{name}@{from.Domain}";
        mail.Headers.Add("Auto-Submitted", "auto-generated"); // so that no absence note answers
        var body = new BodyBuilder { TextBody = TextOf(message) };
        if (options.HasPicture && message.Picture() is { } picture)
        {
            body.Attachments.Add("chart.png", picture, new ContentType("image", "png"));
        }

        mail.Body = body.ToMessageBody();
        return mail;
    }

    private static string TextOf(NoticeMessage message)
    {
        var text = new StringBuilder();
        text.Append(message.Heading).Append("\n\n");
        if (message.Text.Length > 0)
        {
            text.Append(message.Text).Append("\n\n");
        }

        foreach (var field in message.Fields)
        {
            text.Append(CultureInfo.InvariantCulture, $"{field.Name}: {field.Value}\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"\n{message.First.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC\n").ToString();
    }

    private SecureSocketOptions Security() => options.Security switch
    {
        MailSecurity.Tls => SecureSocketOptions.SslOnConnect,
        MailSecurity.None => SecureSocketOptions.None,
        _ => SecureSocketOptions.StartTls,
    };

    private NoticeDelivery Problem(NoticeOutcome outcome, string words) =>
        new(outcome, NoticeMessage.Cut(NoticeMessage.OneLine(options.Password?.Hide(words) ?? words), 300));
}
