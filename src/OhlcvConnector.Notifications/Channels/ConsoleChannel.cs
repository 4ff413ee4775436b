using System.Globalization;
using OhlcvConnector.Application.Notifications;

namespace OhlcvConnector.Notifications.Channels;

/// <summary>A line a notice, for people who look at a terminal.</summary>
internal sealed class ConsoleChannel(string name, TextWriter output) : INoticeChannel
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public int MostAtOnce => 1;

    /// <inheritdoc/>
    public async Task<NoticeDelivery> SendAsync(IReadOnlyList<Notice> notices, CancellationToken cancellationToken = default)
    {
        var message = NoticeMessage.Of(notices);
        var time = message.First.Time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        var parts = message.Fields.Select(field => NoticeMessage.OneLine($"{field.Name} {field.Value}"));
        var line = $"{time} {NoticeJson.Name(message.First.Kind)}: {string.Join("; ", [message.Heading, .. parts])}";
        try
        {
            await output.WriteLineAsync(Printable(line).AsMemory(), cancellationToken).ConfigureAwait(false);
            await output.FlushAsync(cancellationToken).ConfigureAwait(false);
            return NoticeDelivery.Done;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return new NoticeDelivery(NoticeOutcome.Failed, exception.Message);
        }
    }

    /// <summary>No letter that a terminal would obey.</summary>
    private static string Printable(string line) => string.Concat(line.Select(letter => char.IsControl(letter) ? '?' : letter));
}
