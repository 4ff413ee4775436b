using System.Text.Json;
using OhlcvConnector.Application.Text;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Client;

/// <summary>Listing of the server's exchanges: what they offer, and what trades there; kept for a while.</summary>
internal sealed class ServerListing(ServerRest rest, ServerLabel label, ServerClock clock, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan KeptAtLeast = TimeSpan.FromMinutes(1); // for those who miss something in it

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Exchange, Market Market), (Task<IReadOnlyList<Instrument>> Listed, long At)> _listings = [];
    private volatile IReadOnlyList<ExchangeProfile>? _exchanges;

    /// <summary>The exchanges; null before they were read.</summary>
    public IReadOnlyList<ExchangeProfile>? Exchanges => _exchanges;

    /// <summary>Reads what the exchanges offer, and what time it is there.</summary>
    public async Task<IReadOnlyList<ExchangeProfile>> ReadExchangesAsync(CancellationToken cancellationToken)
    {
        using var answer = await rest.GetAsync("v1/exchanges", "every exchange", cancellationToken).ConfigureAwait(false);
        try
        {
            if (label.IsSandbox)
            {
                clock.Follow(answer.RootElement.Time("time"), (double)answer.RootElement.Decimal("clockSpeed"));
            }

            return _exchanges = [.. answer.RootElement.List("exchanges").Select(ReadExchange)];
        }
        catch (JsonException exception)
        {
            throw new ExchangeUnavailableException(
                "every exchange", $"The connector server's list of exchanges could not be read: {exception.Message}", exception);
        }
    }

    /// <summary>Returns the instruments that a market lists.</summary>
    public Task<IReadOnlyList<Instrument>> ListAsync(string exchange, Market market, CancellationToken cancellationToken) =>
        ListAsync(exchange, market, Kept, again: false, cancellationToken);

    /// <summary>Returns the instruments that a market lists, read anew unless that was done a moment ago.</summary>
    public Task<IReadOnlyList<Instrument>> ListAgainAsync(string exchange, Market market, CancellationToken cancellationToken) =>
        ListAsync(exchange, market, KeptAtLeast, again: true, cancellationToken);

    private Task<IReadOnlyList<Instrument>> ListAsync(string exchange, Market market, TimeSpan oldest, bool again, CancellationToken cancellationToken)
    {
        Task<IReadOnlyList<Instrument>> listed;
        lock (_gate)
        {
            var key = (exchange, market);
            if (!_listings.TryGetValue(key, out var known) || known.Listed.IsFaulted || time.GetElapsedTime(known.At) >= oldest)
            {
                known = (Task.Run(() => ReadAsync(exchange, market, again, CancellationToken.None), CancellationToken.None), time.GetTimestamp());
                _listings[key] = known;
            }

            listed = known.Listed;
        }

        return listed.WaitAsync(cancellationToken);
    }

    private async Task<IReadOnlyList<Instrument>> ReadAsync(string exchange, Market market, bool again, CancellationToken cancellationToken)
    {
        try
        {
            var path = $"v1/symbols?exchange={Uri.EscapeDataString(exchange)}&market={market.Name()}{(again ? "&again=true" : "")}";
            using var answer = await rest.GetAsync(path, exchange, cancellationToken).ConfigureAwait(false);
            return [.. answer.RootElement.List("symbols").Select(ReadInstrument)];
        }
        catch (JsonException exception)
        {
            throw new ExchangeUnavailableException(exchange, $"The connector server's list of symbols could not be read: {exception.Message}", exception);
        }
        catch (ServerRefusalException exception)
        {
            throw exception.Code == "unknown_exchange"
                ? new UnknownExchangeException(exchange, (_exchanges ?? []).Select(one => one.Name))
                : new ExchangeUnavailableException(
                    exchange, $"The connector server refuses to list {exchange} {market.Name()}: {exception.Message}", exception);
        }
    }

    private static ExchangeProfile ReadExchange(JsonElement json) => new(
        json.Text("exchange"),
        [
            .. json.List("markets").Select(market => new MarketProfile(
                market.Market("market"), Intervals(market, "intervals"), Intervals(market, "historyIntervals"), market.Flag("omitsQuietCandles"))),
        ],
        json.TextOrNull("defaultMarket") is null ? null : json.Market("defaultMarket"),
        json.Flag("needsKey"));

    private static IReadOnlyList<Interval> Intervals(JsonElement market, string name) =>
        [
            .. market.Texts(name)
            .Select(text => Interval.TryParse(text, out var interval) ? interval : throw new JsonException($"'{name}' has '{text}', which is no interval")),
        ];

    private Instrument ReadInstrument(JsonElement json) => new()
    {
        Exchange = json.Text("exchange"),
        Market = json.Market("market"),
        VenueSymbol = json.Text("venueSymbol"),
        Symbol = json.Text("symbol"),
        BaseAsset = json.Text("base"),
        QuoteAsset = json.Text("quote"),
        SettleAsset = json.TextOrNull("settle"),
        ContractSize = json.DecimalOrNull("contractSize"),
        TickSize = json.DecimalOrNull("tickSize"),
        LotSize = json.DecimalOrNull("lotSize"),
        ExpiresAt = json.TimeOrNull("expiresAt"),
        ListedAt = json.TimeOrNull("listedAt"),
        IsTrading = json.Text("status") == "trading",
        Status = json.TextOrNull("exchangeStatus"),
        Aliases = json.Texts("aliases"),
        IsSandbox = label.IsSandbox,
    };
}
