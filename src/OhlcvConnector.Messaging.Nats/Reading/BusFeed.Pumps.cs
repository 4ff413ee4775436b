using System.Threading.Channels;
using NATS.Client.Core;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Messaging.Nats.Reading;

/// <summary>What brings messages to the feed's reader, and what waits for them.</summary>
internal sealed partial class BusFeed
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>Brings all that is stored of the market behind a number, in order. Its end is that the stream was set back.</summary>
    private async Task PumpStoredAsync(ulong last, ChannelWriter<BusRecord> writer, CancellationToken cancellationToken)
    {
        try
        {
            var subject = BusSubject.OfMarket(_prefix, _of.Exchange, _of.Market);
            var reading = new OrderedReading(_store, subject, last + 1, _clock) { OnTrouble = _trouble };
            await using (reading.ConfigureAwait(false))
            {
                while (await reading.NextAsync(cancellationToken).ConfigureAwait(false) is { } record)
                {
                    if (_bySubject.ContainsKey(record.Subject))
                    {
                        await writer.WriteAsync(record, cancellationToken).ConfigureAwait(false);
                        _signal.Release();
                    }
                }
            }

            _trouble($"The stream {_store.Link.Options.Stream} was set back to an older state; it is read again from where each series stands.");
            writer.TryComplete();
        }
        catch (Exception exception)
        {
            writer.TryComplete(exception);
        }

        _signal.Release();
    }

    /// <summary>Brings the newest states of open candles, and statuses: who was not there when they were told does not get them.</summary>
    private async Task PumpUnstoredAsync(CancellationToken cancellationToken)
    {
        var context = await PersistAsync(() => _store.Link.ConnectAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(ListenAsync($"{_prefix}-open", Offer), ListenAsync($"{_prefix}-status", Tell)).ConfigureAwait(false);

        async Task ListenAsync(string prefix, Action<BusSeries, BusRecord> take)
        {
            var subject = BusSubject.OfMarket(prefix, _of.Exchange, _of.Market);
            await foreach (var message in context.Connection.SubscribeAsync<byte[]>(subject, cancellationToken: cancellationToken).ConfigureAwait(false))
            {
                if (_bySubject.TryGetValue($"{_prefix}{message.Subject[prefix.Length..]}", out var series))
                {
                    Read(message, series, take);
                }
            }
        }
    }

    private void Read(NatsMsg<byte[]> message, BusSeries series, Action<BusSeries, BusRecord> take)
    {
        try
        {
            take(series, BusRecord.Read(message.Subject, 0, message.Headers, message.Data));
        }
        catch (FormatException exception)
        {
            _trouble($"A message of {message.Subject} is left out: {exception.Message}.");
        }
    }

    private void Offer(BusSeries series, BusRecord record)
    {
        if (series.Offer(record))
        {
            _open.Enqueue(series);
            _signal.Release();
        }
    }

    private void Tell(BusSeries series, BusRecord record)
    {
        _statuses.Enqueue(record.Status(series.Series));
        _signal.Release();
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _signal.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // the loop sees it
        }
    }

    /// <summary>Asks until there is an answer: a bus that is down is waited for.</summary>
    private async Task<T> PersistAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                return await ask().ConfigureAwait(false);
            }
            catch (SinkException exception) when (exception.MayPass)
            {
                if (isFirst)
                {
                    _trouble(exception.Message);
                }

                await Task.Delay(RetryAfter, _clock, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
