using OhlcvConnector.Server.FanOut.Clients;
using OhlcvConnector.Server.FanOut.Upstream;

namespace OhlcvConnector.Server.Connections;

/// <summary>Leads a subscription from the past to the present.</summary>
internal sealed partial class V1Subscriptions
{
    private const int CatchUpAttempts = 5;
    private static readonly TimeSpan CatchUpPause = TimeSpan.FromSeconds(2);

    private void CatchUp(Subscription subscription, Func<CancellationToken, Task> run)
    {
        subscription.Stop = new CancellationTokenSource();
        _catchingUp.RemoveAll(task => task.IsCompleted);
        _catchingUp.Add(run(subscription.Stop.Token));
    }

    /// <summary>Gives the past, which has values of its own, and the rest as soon as the indicators know what they need of it.</summary>
    private async Task BeginWithValuesAsync(Subscription subscription, SeriesIndicators indicators, Past? past, CancellationToken cancellationToken)
    {
        try
        {
            if (past is not null)
            {
                await PushAsync(subscription, past, cancellationToken).ConfigureAwait(false);
                client.Outbox.Flush();
            }

            await indicators.Ready.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (!indicators.IsReady)
            {
                return; // the exchange refuses the series
            }

            if (past is null)
            {
                subscription.Channel.GoLive(subscription.Subscriber, client.Hub.Now);
                client.Outbox.Flush();
                return;
            }
        }
        catch (OperationCanceledException)
        {
            return; // the subscription has ended
        }

        await CatchUpAsync(subscription, past.NextMs, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Memory does not join the past yet: waits for the first quote, which says from where on it does, and reads what lies between.</summary>
    private async Task CatchUpAsync(Subscription subscription, long nextMs, CancellationToken cancellationToken)
    {
        try
        {
            for (var attempt = 1; !TryGoLive(subscription, nextMs); attempt++)
            {
                await subscription.Channel.First.WaitAsync(cancellationToken).ConfigureAwait(false);
                if (subscription.Channel.Refusal is not null)
                {
                    return;
                }

                var past = await client.Hub.Past.ReadAsync(client.Asker, subscription.Channel, nextMs, CancellationToken.None, cancellationToken)
                    .ConfigureAwait(false);
                await PushAsync(subscription, past, cancellationToken).ConfigureAwait(false);
                var coveredMs = subscription.Channel.CoveredFromMs ?? past.NextMs;
                if (past.Missing is { } gap && (past.NextMs >= coveredMs || attempt >= CatchUpAttempts))
                {
                    client.Say(subscription.Encoding.Gap(subscription.Channel.Series, gap));
                    nextMs = coveredMs;
                    continue;
                }

                nextMs = past.NextMs;
                if (past.NextMs < coveredMs)
                {
                    await Task.Delay(CatchUpPause, client.Options.TimeProvider, cancellationToken).ConfigureAwait(false);
                }
            }

            client.Outbox.Flush();
        }
        catch (OperationCanceledException)
        {
            // the subscription has ended
        }
    }

    private bool TryGoLive(Subscription subscription, long nextMs) => subscription.Channel.TryGoLive(
        subscription.Subscriber, nextMs, client.Hub.Now, candles => subscription.Encoding.Snapshot(subscription.Channel.Series, candles));

    private async ValueTask PushAsync(Subscription subscription, Past past, CancellationToken cancellationToken)
    {
        var candles = past.Candles;
        if (candles.Count > 0 && subscription.Subscriber.Indicators is { } indicators)
        {
            (candles, subscription.Going) = await client.Hub.Past.WithValuesAsync(
                client.Asker, subscription.Channel.Series, indicators, candles, subscription.Going, cancellationToken)
                .ConfigureAwait(false);
        }

        Push(subscription, candles);
    }

    private void Push(Subscription subscription, IReadOnlyList<Published> candles)
    {
        foreach (var chunk in candles.Chunk(SeriesChannel.CandlesInFrame))
        {
            client.Outbox.Push(subscription.Encoding.Snapshot(subscription.Channel.Series, chunk), chunk.Length);
        }
    }
}
