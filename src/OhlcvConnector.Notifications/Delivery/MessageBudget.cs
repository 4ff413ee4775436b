namespace OhlcvConnector.Notifications.Delivery;

/// <summary>How many messages a channel may still send in the minute that ends now.</summary>
/// <param name="most">How many a minute; 0 for any number.</param>
/// <param name="clock">The clock of minutes.</param>
internal sealed class MessageBudget(int most, TimeProvider clock)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Queue<DateTimeOffset> _sent = new();

    /// <summary>How many messages may be sent now.</summary>
    public int Left
    {
        get
        {
            while (_sent.TryPeek(out var first) && first + Minute <= clock.GetUtcNow())
            {
                _sent.Dequeue();
            }

            return most == 0 ? int.MaxValue : Math.Max(0, most - _sent.Count);
        }
    }

    /// <summary>How long until one more may be sent, when none may.</summary>
    public TimeSpan Wait => Left > 0 ? TimeSpan.Zero : _sent.Peek() + Minute - clock.GetUtcNow();

    /// <summary>Counts a message.</summary>
    public void Take()
    {
        if (most > 0)
        {
            _sent.Enqueue(clock.GetUtcNow());
        }
    }
}
