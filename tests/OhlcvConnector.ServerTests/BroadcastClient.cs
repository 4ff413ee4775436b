using System.Globalization;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.FanOut.Clients;
using OhlcvConnector.Server.FanOut.Sending;
using OhlcvConnector.Testing;
using Shouldly;

namespace OhlcvConnector.ServerTests;

/// <summary>A client as its session would treat it.</summary>
internal sealed class BroadcastClient
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    private readonly Dictionary<SeriesChannel, Subscriber> _subscribers = [];
    private readonly IQuoteEncoding _encoding;
    private readonly bool _closedOnly;

    public BroadcastClient(BroadcastStage stage, string tag = "", bool closedOnly = false, Packing packing = Packing.None)
        : this(stage.Counters, tag, closedOnly, packing)
    {
    }

    public BroadcastClient(ServerCounters counters, string tag = "", bool closedOnly = false, Packing packing = Packing.None)
    {
        _encoding = new WordEncoding(tag);
        _closedOnly = closedOnly;
        Outbox = new Outbox(Wire, int.MaxValue, TimeSpan.FromSeconds(30), TimeProvider.System, counters, () => [BroadcastStage.Text("too slow")])
        {
            Packing = packing,
        };
    }

    public TightWire Wire { get; } = new();

    public Outbox Outbox { get; }

    public bool Has(SeriesChannel channel) => _subscribers.ContainsKey(channel);

    public void Say(string text)
    {
        if (Outbox.Push(BroadcastStage.Text(text)))
        {
            Outbox.Flush();
        }
    }

    public void Subscribe(SeriesChannel channel, SeriesIndicators indicators)
    {
        channel.GoLive(Attach(channel, indicators), Now);
        Outbox.Flush();
    }

    public void Subscribe(params SeriesChannel[] channels)
    {
        foreach (var channel in channels)
        {
            channel.GoLive(Attach(channel), Now);
        }

        Outbox.Flush();
    }

    public void SubscribeFrom(SeriesChannel channel, int index, Action<IReadOnlyList<Published>>? look = null)
    {
        channel.TryGoLive(Attach(channel), channel.Series.Interval.AddMs(Candles.T0, index), Now, past =>
        {
            look?.Invoke(past);
            return BroadcastStage.Text($"past {past.Count}");
        }).ShouldBeTrue();
        Outbox.Flush();
    }

    public void Unsubscribe(SeriesChannel channel)
    {
        _subscribers.Remove(channel, out var subscriber);
        channel.Detach(subscriber!);
        Say($"unsubscribed {channel.Series.VenueSymbol}");
    }

    private Subscriber Attach(SeriesChannel channel, SeriesIndicators? indicators = null)
    {
        var subscriber = new Subscriber(Outbox, _encoding, _closedOnly, indicators);
        _subscribers.Add(channel, subscriber);
        channel.Attach(subscriber);
        return subscriber;
    }
}

/// <summary>Words in place of a protocol.</summary>
internal sealed record WordEncoding(string Tag) : IQuoteEncoding
{
    public byte[] Quote(in Published published, DateTimeOffset now)
    {
        var (quote, series) = (published.Quote, published.Quote.Series);
        return BroadcastStage.Text(string.Create(CultureInfo.InvariantCulture,
            $"{series.VenueSymbol} {(quote.OpenMs - Candles.T0) / 60_000} {(quote.IsClosed ? "closed" : "open")}{(published.Values.Numbers is { } numbers ? $" {string.Join(' ', numbers)}" : "")}{Tag}"));
    }

    public byte[]? Gap(Series series, Gap gap) => null;

    public byte[]? Status(Series series, SeriesState state, string reason, DateTimeOffset now) => null;
}
