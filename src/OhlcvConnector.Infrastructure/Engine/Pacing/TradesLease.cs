namespace OhlcvConnector.Infrastructure.Engine.Pacing;

/// <summary>
/// The reservation of the subscriptions that a symbol's trades take of what a venue allows an address. Candles go before, and busier symbols.
/// </summary>
/// <param name="Count">The number of subscriptions.</param>
/// <param name="Busyness">Returns how busy the symbol is: the quietest one gives up first.</param>
/// <param name="GiveUp">Told that they are taken away.</param>
internal sealed record TradesLease(int Count, Func<long> Busyness, Action GiveUp);
