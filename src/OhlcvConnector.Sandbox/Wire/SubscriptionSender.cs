using System.Text;
using OhlcvConnector.Sandbox.Simulation;

namespace OhlcvConnector.Sandbox.Wire;

/// <summary>
/// Sends what is due of a stream's subscriptions: candles, and the trades that they are made of, second by second, and what goes wrong with them. For one
/// subscription at a time.
/// </summary>
/// <param name="world">The exchange.</param>
/// <param name="dialect">The dialect of the stream.</param>
/// <param name="send">Sends a message.</param>
/// <param name="ended">The end of the stream.</param>
internal sealed class SubscriptionSender(VenueWorld world, IStreamDialect dialect, Func<ReadOnlyMemory<byte>, Task> send, CancellationToken ended)
{
    private byte[]? _heldBack;

    /// <summary>Sends what is due of a subscription.</summary>
    public async Task SendDueAsync(Subscription subscription, long nowMs)
    {
        if (subscription.IsTrades)
        {
            await SendTradesAsync(subscription, nowMs).ConfigureAwait(false);
            return;
        }

        while (subscription.NextMs(subscription.OpenMs) <= nowMs)
        {
            await SendCandleAsync(subscription, nowMs, isFinal: true).ConfigureAwait(false);
            subscription.OpenMs = subscription.NextMs(subscription.OpenMs);
            subscription.SentCount = -1;
        }

        await SendCandleAsync(subscription, nowMs, isFinal: false).ConfigureAwait(false);
    }

    private async Task SendCandleAsync(Subscription subscription, long nowMs, bool isFinal)
    {
        if (subscription.Market.Candle(subscription.Listing!, subscription.OpenMs, subscription.NextMs(subscription.OpenMs), nowMs) is { } candle
            && (isFinal || candle.Count != subscription.SentCount)
            && dialect.Encode(subscription, candle, isFinal, nowMs) is { } message)
        {
            (subscription.SentCount, subscription.SentAtMs) = (candle.Count, nowMs);
            await SendCandleAsync(subscription, message, candle, isFinal, nowMs).ConfigureAwait(false);
        }
    }

    private async Task SendCandleAsync(Subscription subscription, byte[] message, CandleState candle, bool isFinal, long nowMs)
    {
        if (subscription.IsStalled)
        {
            return;
        }

        var symbol = subscription.Listing!.Symbol;
        if (Hit(SandboxFaultKind.Halt, symbol) is not null)
        {
            return;
        }

        if (Hit(SandboxFaultKind.Delay, symbol) is { } delay)
        {
            await Task.Delay(delay.AmountOrUsual, world.Clock, ended).ConfigureAwait(false);
        }

        if (Hit(SandboxFaultKind.Garbage, symbol) is not null)
        {
            await send(Encoding.UTF8.GetBytes("{\"noise\":[1,2,\u00e4")).ConfigureAwait(false);
        }

        if ((isFinal && Hit(SandboxFaultKind.MissingFinal, symbol) is not null) || _heldBack is null && HoldBack(message, symbol))
        {
            return;
        }

        await send(Hit(SandboxFaultKind.Truncate, symbol) is null ? message : message.AsMemory(0, message.Length / 2)).ConfigureAwait(false);
        if (Hit(SandboxFaultKind.Duplicate, symbol) is not null || (isFinal && Hit(SandboxFaultKind.DoubledFinal, symbol) is not null))
        {
            await send(message).ConfigureAwait(false);
        }

        if (isFinal && Hit(SandboxFaultKind.RevisedFinal, symbol) is not null
            && dialect.Encode(subscription, candle with { High = candle.High + subscription.Listing.Tick }, isFinal, nowMs) is { } revised)
        {
            await send(message).ConfigureAwait(false); // whole, should the first have been cut short
            await send(revised).ConfigureAwait(false);
        }

        if (_heldBack is { } earlier)
        {
            _heldBack = null;
            await send(earlier).ConfigureAwait(false);
        }
    }

    private bool HoldBack(byte[] message, string symbol)
    {
        _heldBack = Hit(SandboxFaultKind.Reorder, symbol) is null ? null : message;
        return _heldBack is not null;
    }

    private SandboxFault? Hit(SandboxFaultKind kind, string symbol) => world.Faults.Hit(kind, world.Exchange, symbol);

    private async Task SendTradesAsync(Subscription subscription, long nowMs)
    {
        var listing = subscription.Listing!;
        while (subscription.NextMs(subscription.OpenMs) <= nowMs)
        {
            if (!subscription.IsStalled && Hit(SandboxFaultKind.Halt, listing.Symbol) is not null)
            {
                return; // held back: they come when it is over
            }

            var trades = subscription.Market.Trades(listing, subscription.OpenMs);
            subscription.OpenMs = subscription.NextMs(subscription.OpenMs);
            if (trades.Count > 0 && !subscription.IsStalled)
            {
                trades = trades.Count > 1 && Hit(SandboxFaultKind.MergedTrades, listing.Symbol) is not null ? [Merged(trades)] : trades;
                foreach (var message in dialect.EncodeTrades(subscription, trades, nowMs))
                {
                    await SendTradesAsync(subscription, message, nowMs).ConfigureAwait(false);
                }
            }
        }

        for (var i = 0; i < subscription.Late.Count; i++)
        {
            if (subscription.Late[i].UntilMs <= nowMs)
            {
                await send(subscription.Late[i].Message).ConfigureAwait(false);
                subscription.Late.RemoveAt(i--);
            }
        }
    }

    private async Task SendTradesAsync(Subscription subscription, byte[] message, long nowMs)
    {
        var symbol = subscription.Listing!.Symbol;
        if (Hit(SandboxFaultKind.LostTrades, symbol) is not null)
        {
            return;
        }

        if (Hit(SandboxFaultKind.LateTrades, symbol) is { } late)
        {
            subscription.Late.Add((nowMs + (long)late.AmountOrUsual.TotalMilliseconds, message));
            return;
        }

        if (subscription.Overtaken is null && Hit(SandboxFaultKind.ReorderedTrades, symbol) is not null)
        {
            subscription.Overtaken = message;
            return;
        }

        await send(Hit(SandboxFaultKind.Truncate, symbol) is null ? message : message.AsMemory(0, message.Length / 2)).ConfigureAwait(false);
        if (Hit(SandboxFaultKind.DoubledTrades, symbol) is not null)
        {
            await send(message).ConfigureAwait(false);
        }

        if (subscription.Overtaken is { } earlier)
        {
            subscription.Overtaken = null;
            await send(earlier).ConfigureAwait(false);
        }
    }

    /// <summary>Returns one trade in place of all fills, at the last price.</summary>
    private static SimulatedTrade Merged(List<SimulatedTrade> fills) =>
        fills[^1] with { Steps = fills.Sum(fill => fill.Steps), Amount = fills.Sum(fill => fill.Amount) };
}
