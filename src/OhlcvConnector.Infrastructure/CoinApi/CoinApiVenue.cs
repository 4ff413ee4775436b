using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Facts;

namespace OhlcvConnector.Infrastructure.CoinApi;

/// <summary>
/// CoinAPI: the spot pairs of several hundred exchanges behind one address, for a key. No request on the stream is answered, nobody says that a candle is
/// closed, and a candle without trades is not sent. All of it is as documented in August 2025; no message could be captured.
/// </summary>
/// <remarks>
/// Contracts are left out: neither their margin nor the unit of their volume is said by what is documented. So are trades, whose message is not.
/// </remarks>
internal sealed partial class CoinApiVenue : IVenue
{
    private const int PageRows = 1_000;
    private const int RowsPerCredit = 100;

    /// <inheritdoc/>
    public string Name => "coinapi";

    /// <inheritdoc/>
    public Market? DefaultMarket => Market.Spot;

    /// <inheritdoc/>
    public IReadOnlyList<VenueMarket> Markets { get; } =
    [
        new(Market.Spot)
        {
            Stream = new("wss://ws.coinapi.io/v1/"),
            Rest = new("https://rest.coinapi.io"),
            SandboxPath = "/coinapi",
            Headers = [("Accept", "application/json")],
            Key = new("X-CoinAPI-Key", "CoinApiKey"),
            Requests = new(AreAcknowledged: false, ReplaceAll: true), // a hello replaces the scope; subscribe and unsubscribe could undo a neighbour's filter
            Intervals = new(
                [
                    .. Lengths('s', "SEC", 1, 2, 3, 4, 5, 6, 10, 15, 20, 30),
                    .. Lengths('m', "MIN", 1, 2, 3, 4, 5, 6, 10, 15, 20, 30),
                    .. Lengths('h', "HRS", 1, 2, 3, 4, 6, 8, 12),
                    .. Lengths('d', "DAY", 1), // whether longer ones lie on anybody else's grid is not said
                    new(Interval.OneMonth, Stream: null, Rest: "1MTH"),
                ]),
            Heartbeat = new(Every: null, Silence: TimeSpan.FromSeconds(10)), // the venue sends one after each second of silence
            Closing = Closing.Inferred,
            OmitsQuietCandles = true,
            HistoryRows = PageRows,
            Limits = new()
            {
                SeriesPerConnection = 500,
                SeriesPerRequest = 500,
                Connects = new(10, TimeSpan.FromSeconds(10)), // these two are the documentation's example; a plan may allow more
                MessagesOfAll = new(10, TimeSpan.FromSeconds(10)),
                Weight = new(100, TimeSpan.FromSeconds(10)), // credits: no limit of the venue, but what a plan has of them a day is soon gone
            },
        },
    ];

    private static IEnumerable<IntervalSpelling> Lengths(char unit, string period, params int[] counts) =>
        counts.Select(count => new IntervalSpelling(Interval.Parse($"{count}{unit}"), $"{count}{period}", $"{count}{period}"));
}
