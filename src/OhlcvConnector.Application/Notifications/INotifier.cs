namespace OhlcvConnector.Application.Notifications;

/// <summary>Whom notices are given to. Who gives one waits for no exchange of messages with anybody: it is kept, and told in the background.</summary>
public interface INotifier
{
    /// <summary>
    /// Takes a notice. Returns when it is safely kept, so that it is told through a crash of this program; one whose id is known changes nothing.
    /// </summary>
    /// <param name="notice">The notice.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentException">The notice has no id or title, or a longer id than there may be.</exception>
    /// <exception cref="Domain.OhlcvConnectorException">It could not be kept; the message says why. Nothing of it will be told.</exception>
    ValueTask NotifyAsync(Notice notice, CancellationToken cancellationToken = default);
}
