using OhlcvConnector.Sandbox.Simulation;

namespace OhlcvConnector.Sandbox.Wire;

/// <content>The trades that the candles are made of, second by second, and what goes wrong with them.</content>
internal sealed partial class StreamSession
{
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
                await SendAsync(subscription.Late[i].Message).ConfigureAwait(false);
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

        await SendAsync(Hit(SandboxFaultKind.Truncate, symbol) is null ? message : message.AsMemory(0, message.Length / 2)).ConfigureAwait(false);
        if (Hit(SandboxFaultKind.DoubledTrades, symbol) is not null)
        {
            await SendAsync(message).ConfigureAwait(false);
        }

        if (subscription.Overtaken is { } earlier)
        {
            subscription.Overtaken = null;
            await SendAsync(earlier).ConfigureAwait(false);
        }
    }

    /// <summary>One trade of all fills, at the last price.</summary>
    private static SimulatedTrade Merged(List<SimulatedTrade> fills) =>
        fills[^1] with { Steps = fills.Sum(fill => fill.Steps), Amount = fills.Sum(fill => fill.Amount) };
}
