using System.Runtime.InteropServices;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Sending;

namespace OhlcvConnector.Server.FanOut.Clients;

/// <summary>
/// The sending side of one market: hands quotes to the channels, sends once for all that came together, and puts clients that want the same alike into groups.
/// A client is in its group from the end of a turn on; until then, it is sent to by itself.
/// </summary>
/// <param name="counters">The counters of the server.</param>
/// <param name="senders">The threads that send; the broadcast disposes of them.</param>
/// <param name="clientsForWindow">The number of alike clients from which on they share a window of compressed frames.</param>
internal sealed class Broadcast(ServerCounters counters, Senders senders, int clientsForWindow = ClientGroup.ClientsForWindow) : IDisposable
{
    private readonly Lock _turn = new();       // one sends, or moves clients, at a time
    private readonly Unsent _unsent = new();
    private readonly Dictionary<Outbox, MarketClient> _clients = [];
    private readonly Dictionary<GroupWish, AlikeClients> _groups = [];
    private readonly List<MarketClient> _changed = [];
    private readonly byte[] _scratch = Outbox.NewScratch();
    private uint _turns;

    /// <summary>Subscribers that came or went since the last turn; channels write it.</summary>
    public SubscriberChanges Changes { get; } = new();

    /// <summary>Hands a quote to all who want it; they have it after <see cref="Flush()"/>.</summary>
    /// <param name="channel">The quote's channel.</param>
    /// <param name="quote">The quote.</param>
    /// <param name="now">The present time, UTC.</param>
    /// <param name="number">Its number where the source numbers; null where the channel does.</param>
    public void Publish(SeriesChannel channel, in PriceQuote quote, DateTimeOffset now, SeriesNumber? number = null)
    {
        lock (_turn)
        {
            channel.Publish(quote, now, _unsent, number);
        }
    }

    /// <summary>Changes the status of a series, and tells all who want it; they have it after <see cref="Flush()"/>.</summary>
    /// <returns>True when it was another one before.</returns>
    public bool ChangeStatus(SeriesChannel channel, SeriesState state, string reason, DateTimeOffset now)
    {
        lock (_turn)
        {
            return channel.ChangeStatus(state, reason, now, _unsent);
        }
    }

    /// <summary>Sends to all who got something, another one first each time. Afterwards puts those who came, went or changed into their groups.</summary>
    public void Flush()
    {
        lock (_turn)
        {
            _turns++;
            senders.Send(_unsent, _turns);
            var outboxes = CollectionsMarshal.AsSpan(_unsent.Outboxes);
            var first = outboxes.Length == 0 ? 0 : (int)(_turns % (uint)outboxes.Length);
            Flush(outboxes[first..]);
            Flush(outboxes[..first]);
            _unsent.Outboxes.Clear();
            Settle();
        }
    }

    /// <summary>Ends its threads; nothing may be sent any more.</summary>
    public void Dispose()
    {
        lock (_turn)
        {
            senders.Dispose();
            foreach (var group in _groups.Values)
            {
                group.Dispose();
            }
        }
    }

    private void Flush(ReadOnlySpan<Outbox> outboxes)
    {
        foreach (var outbox in outboxes)
        {
            outbox.Flush(_scratch);
        }
    }

    private void Settle()
    {
        var changes = Changes.TakeAll();
        foreach (var (subscriber, audience, hasJoined) in changes)
        {
            if (hasJoined)
            {
                Add(subscriber, audience);
            }
            else if (_clients.TryGetValue(subscriber.Outbox, out var client))
            {
                Change(client);
            }
        }

        foreach (var client in _changed)
        {
            Regroup(client);
        }

        _changed.Clear();
        foreach (var (subscriber, _, hasJoined) in changes)
        {
            if (!hasJoined)
            {
                subscriber.Outbox.HasLeft();
            }
        }
    }

    private void Add(Subscriber subscriber, Audience audience)
    {
        if (!audience.TrySettle(subscriber))
        {
            return; // it has ended
        }

        if (!_clients.TryGetValue(subscriber.Outbox, out var client))
        {
            _clients.Add(subscriber.Outbox, client = new MarketClient(subscriber.Outbox));
            subscriber.Outbox.Window.CountMarket(1);
        }

        Change(client);
        client.Add(subscriber, audience);
    }

    private void Change(MarketClient client)
    {
        if (client.HasChanged)
        {
            return;
        }

        _changed.Add(client);
        if (client.Leave() is { } empty)
        {
            _groups.Remove(empty.Wish);
        }
    }

    private void Regroup(MarketClient client)
    {
        var audiences = client.Settle();
        if (audiences.Length == 0)
        {
            _clients.Remove(client.Outbox);
            client.Outbox.Window.CountMarket(-1);
            return;
        }

        var wish = new GroupWish(audiences, client.Outbox.Packing);
        if (!_groups.TryGetValue(wish, out var group))
        {
            _groups.Add(wish, group = new AlikeClients(wish, counters, clientsForWindow));
        }

        client.Enter(group);
    }
}
