using System.Text;
using Microsoft.Extensions.Logging;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.Engine.Feed;

/// <summary>
/// Subscribes a connection's series, and the trades of their symbols when all candles are there, within the venue's limits; takes the venue's answers, and asks
/// again for what was refused for a while.
/// </summary>
internal sealed partial class ConnectionSubscriber : IDisposable
{
    private static readonly TimeSpan RetryRejectedAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryTradesAfter = TimeSpan.FromSeconds(30);

    private readonly VenueAccess _access;
    private readonly IFrameSink _sink;
    private readonly QuoteBatch _names;
    private readonly Arrival _arrival;
    private readonly int _connectionId;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Subscriptions _candles;
    private readonly Subscriptions _trades;
    private readonly SemaphoreSlim _work = new(0);
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource _live = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Prepares the requests of a connection.</summary>
    /// <param name="access">The market of the connection.</param>
    /// <param name="sink">Told what the venue refuses.</param>
    /// <param name="names">Finds a series by the venue's names.</param>
    /// <param name="arrival">Begins a new generation with each request for candles.</param>
    /// <param name="connectionId">The connection, for the log.</param>
    /// <param name="logger">The log of the connection.</param>
    public ConnectionSubscriber(VenueAccess access, IFrameSink sink, QuoteBatch names, Arrival arrival, int connectionId, ILogger logger)
    {
        _access = access;
        _sink = sink;
        _names = names;
        _arrival = arrival;
        _connectionId = connectionId;
        _time = access.Options.TimeProvider;
        _logger = logger;
        _candles = new Subscriptions(access.Market.Limits, _time, access.Market.Requests);
        _trades = new Subscriptions(access.Market.Limits, _time);
    }

    /// <summary>Completes when every series that is wanted is acknowledged; fails when the connection ends before.</summary>
    public Task Live => _live.Task;

    /// <summary>Number of series that are wanted.</summary>
    public int Count => _candles.Count;

    /// <summary>Subscribes one more series.</summary>
    public void Add(Series series) => Change(_candles.Want, series);

    /// <summary>Unsubscribes a series.</summary>
    public void Remove(Series series) => Change(_candles.Drop, series);

    /// <summary>Subscribes a series again that the venue stopped sending.</summary>
    public void Renew(Series series) => Change(_candles.Renew, series);

    /// <summary>Subscribes the trades of one more symbol.</summary>
    public void AddTrades(Series series) => Change(_trades.Want, series);

    /// <summary>Unsubscribes the trades of a symbol.</summary>
    public void RemoveTrades(Series series) => Change(_trades.Drop, series);

    /// <summary>Subscribes the trades of a symbol again that the venue stopped sending.</summary>
    public void RenewTrades(Series series) => Change(_trades.Renew, series);

    /// <summary>Returns the series that were asked for and not acknowledged.</summary>
    public Series[] Unacknowledged() => _candles.Unacknowledged();

    /// <summary>Sends requests as there is something to ask for, until <see cref="End"/>.</summary>
    /// <exception cref="System.Net.WebSockets.WebSocketException">The connection is gone.</exception>
    public async Task RunAsync(MessageSender sender)
    {
        CompleteLive();
        try
        {
            while (!_ended.IsCancellationRequested)
            {
                if (!await SendNextAsync(sender, _ended.Token).ConfigureAwait(false))
                {
                    await _work.WaitAsync(_ended.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // the connection ended
        }
    }

    /// <summary>Returns why the connection must end because a series was not acknowledged in time; null when it need not.</summary>
    public string? FindOverdue()
    {
        var patience = _access.Options.AcknowledgeTimeout;
        return _candles.Overdue(patience) is { } series ? $"{series} was not acknowledged within {patience.TotalSeconds} s" : null;
    }

    /// <summary>Gives up trades that were not acknowledged in time, for a while; the connection need not end for them.</summary>
    public void GiveUpOverdueTrades()
    {
        var patience = _access.Options.AcknowledgeTimeout;
        if (_trades.Overdue(patience) is { } late)
        {
            OnTradesRejected(new FrameNote { IsTrades = true, Symbol = late.VenueSymbol, Text = $"not acknowledged within {patience.TotalSeconds} s" });
        }
    }

    /// <summary>Takes any frame that is no error: where nothing is acknowledged, it says that what was asked for before is.</summary>
    public void OnFrame()
    {
        if (!_access.Market.Requests.AreAcknowledged && !_candles.IsComplete)
        {
            Array.ForEach(_candles.Unacknowledged(), _candles.Hear);
            CompleteLive();
            Wake();
        }
    }

    /// <summary>Takes a series' candle, which says as much as an acknowledgement.</summary>
    public void OnCandle(Series series)
    {
        if (!_live.Task.IsCompleted)
        {
            _candles.Hear(series);
            CompleteLive();
        }
    }

    /// <summary>Takes the venue's agreement to a request.</summary>
    public void OnAcknowledged(FrameNote note)
    {
        if (IsOfTrades(note))
        {
            foreach (var series in _trades.Accept(note, NamedTrades(note)))
            {
                _sink.OnTradesBegin(_arrival, series);
            }
        }
        else
        {
            _candles.Accept(note, Named(note));
        }

        CompleteLive();
        Wake();
    }

    /// <summary>Takes the venue's refusal of a request.</summary>
    public void OnRejected(FrameNote note)
    {
        if (IsOfTrades(note))
        {
            OnTradesRejected(note);
            return;
        }

        var (forNow, forGood) = _candles.Refuse(note, Named(note));
        if (forNow.Length > 0)
        {
            RetryLater(_candles, forNow, RetryRejectedAfter);
        }

        if (forGood is not null)
        {
            Reject(forGood, note.Text);
        }

        CompleteLive();
        Wake();
    }

    /// <summary>Stops asking: the connection has ended.</summary>
    /// <param name="reason">The reason of the end.</param>
    /// <param name="byUs">True when the end was ours; the venue then has refused nothing by it.</param>
    public void End(string reason, bool byUs)
    {
        foreach (var series in byUs ? [] : _trades.Unacknowledged())
        {
            _sink.OnTradesRefused(series, $"the connection ended while they were asked for: {reason}");
        }

        _ended.Cancel();
    }

    /// <summary>Fails <see cref="Live"/> where it has not come: whoever waits for it sees why.</summary>
    public void Fail(string reason)
    {
        _live.TrySetException(new IOException(reason));
        _ = _live.Task.Exception; // nobody has to wait for it
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _work.Dispose();
        _ended.Dispose();
    }

    private void Change(Action<Series> change, Series series)
    {
        change(series);
        Wake();
    }

    private void Wake()
    {
        try
        {
            _work.Release();
        }
        catch (ObjectDisposedException)
        {
            // the connection ended meanwhile; there is nothing to wake
        }
    }

    /// <summary>Sends one request if there is one to send; what it asks for is decided when its turn has come.</summary>
    private async Task<bool> SendNextAsync(MessageSender sender, CancellationToken cancellationToken)
    {
        var isForCandles = _candles.HasRequest;
        if (!isForCandles && (!_trades.HasRequest || !_candles.IsComplete)) // candles come first
        {
            return false;
        }

        await sender.PaceAsync(cancellationToken).ConfigureAwait(false);
        sender.Send(isForCandles ? WriteCandles : WriteTrades);
        return true;
    }

    private void WriteCandles(System.Buffers.IBufferWriter<byte> output, RequestStamp stamp)
    {
        var batch = _candles.Take(stamp.Id, out var isSubscribe);
        if (batch.Length == 0)
        {
            return;
        }

        if (isSubscribe)
        {
            _arrival.Break();
            _access.Venue.WriteSubscribe(output, _access.Market, batch, stamp);
        }
        else
        {
            _access.Venue.WriteUnsubscribe(output, _access.Market, batch, stamp);
        }
    }

    private void WriteTrades(System.Buffers.IBufferWriter<byte> output, RequestStamp stamp)
    {
        foreach (var series in _trades.Take(stamp.Id, most: 1, out var isSubscribe))
        {
            _access.Venue.WriteTrades(output, _access.Market, series, isSubscribe, stamp);
        }
    }

    /// <summary>Returns true when an answer is about trades; one that does not say so is about what waits for an answer, candles first.</summary>
    private bool IsOfTrades(FrameNote note) =>
        note.IsTrades || (note is { Symbol: null, RequestId: null } && _candles.IsComplete && _trades.Unacknowledged().Length > 0);

    private Series? NamedTrades(FrameNote note) => note.Symbol is { } symbol ? _names.FindTape(Encoding.UTF8.GetBytes(symbol))?.First : null;

    private Series? Named(FrameNote note) => note is { Symbol: { } symbol, Interval: { } interval }
        ? _names.Find(Encoding.UTF8.GetBytes(symbol), Encoding.UTF8.GetBytes(interval))
        : null;

    private void CompleteLive()
    {
        if (_candles.IsComplete)
        {
            _live.TrySetResult();
        }
    }
}
