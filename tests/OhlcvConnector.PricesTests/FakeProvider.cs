using System.Threading.Channels;
using OhlcvConnector.Application.Prices;
using OhlcvConnector.Domain;

namespace OhlcvConnector.PricesTests;

/// <summary>A source that says what a test wants.</summary>
internal sealed class FakeProvider(string name, TimeProvider clock) : IPriceProvider
{
    private readonly Channel<AssetPrice> _changes = Channel.CreateUnbounded<AssetPrice>();
    private int _asked;

    public string Name => name;

    public PriceDelivery Delivery { get; init; } = PriceDelivery.Poll;

    public PriceFields Gives => PriceFields.None;

    public Dictionary<string, AssetPrice> Prices { get; } = [];

    /// <summary>What it was ever asked for.</summary>
    public HashSet<string> Requested { get; } = [];

    /// <summary>What it throws instead of answering; null for nothing.</summary>
    public Func<int, Exception?> Failure { get; set; } = _ => null;

    /// <summary>What an answer waits for.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public int Asked => Volatile.Read(ref _asked);

    public FakeProvider Says(string symbol, decimal price, TimeSpan age = default, string quote = "USDT", string? coinName = null, decimal? supply = null)
    {
        Prices[symbol] = Price(symbol, price, age, quote) with { Name = coinName, Supply = supply };
        return this;
    }

    public void Change(string symbol, decimal price, string quote = "USDT") => _changes.Writer.TryWrite(Price(symbol, price, TimeSpan.Zero, quote));

    public async Task<IReadOnlyDictionary<PriceRequest, AssetPrice?>> ReadAsync(
        IReadOnlyCollection<PriceRequest> requests, CancellationToken cancellationToken = default)
    {
        var asked = Interlocked.Increment(ref _asked);
        Requested.UnionWith(requests.Select(request => request.Symbol));
        await Gate.WaitAsync(cancellationToken);
        return Failure(asked) is { } failure
            ? throw failure
            : requests.ToDictionary(
                request =>
                    request, request => Prices.GetValueOrDefault(request.Symbol) is { } price && (request.Quote ?? price.Quote) == price.Quote ? price : null);
    }

    public IAsyncEnumerable<AssetPrice> ChangesAsync(CancellationToken cancellationToken = default) => _changes.Reader.ReadAllAsync(cancellationToken);

    public static PriceProviderException Limited(TimeSpan wait) => new("fake", "asked too often", wait);

    private AssetPrice Price(string symbol, decimal price, TimeSpan age, string quote) =>
        new() { Symbol = symbol, Quote = quote, Price = price, LastUpdated = clock.GetUtcNow() - age, Source = name };
}
