using OhlcvConnector.Domain;

namespace OhlcvConnector.UnitTests.Listing;

/// <summary>A listing of the exchange <c>toy</c>, with what it is kept as and what reading it again brings.</summary>
internal sealed class ListedInstruments : IInstrumentRepository
{
    private static readonly Interval[] Intervals = [Interval.OneMinute];

    public Dictionary<Market, List<Instrument>> Kept { get; } = new() { [Market.Spot] = [], [Market.UsdMargined] = [] };

    /// <summary>What is found when it is read again; null for no answer.</summary>
    public Dictionary<Market, List<Instrument>>? Anew { get; set; } = [];

    public int ReadAgain { get; private set; }

    public IReadOnlyList<ExchangeProfile> Exchanges { get; } =
        [new("toy", [new(Market.Spot, Intervals, Intervals), new(Market.UsdMargined, Intervals, Intervals)], Market.Spot), new("free", [new(Market.Spot, Intervals, Intervals), new(Market.UsdMargined, Intervals, Intervals)], null)];

    public Task<IReadOnlyList<Instrument>> ListAsync(string exchange, Market market, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<Instrument>>(Kept[market]);

    public Task<IReadOnlyList<Instrument>> ListAgainAsync(string exchange, Market market, CancellationToken cancellationToken = default)
    {
        ReadAgain++;
        return Anew is null
            ? throw new ExchangeUnavailableException("toy", "toy is down")
            : Task.FromResult<IReadOnlyList<Instrument>>(Anew.GetValueOrDefault(market, Kept[market]));
    }
}
