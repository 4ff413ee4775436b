using System.Text;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure;
using OhlcvConnector.Infrastructure.Engine.Access;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Testing;

/// <summary>A venue's decoders with everything that they need, for whatever symbols a message names.</summary>
internal sealed class Decoding
{
    private readonly decimal? _contractSize;

    public Decoding(string venue, Market market, decimal? contractSize = null)
    {
        _contractSize = contractSize;
        Venue = Venues.All.Single(candidate => candidate.Name == venue);
        Market = Venue.Markets.Single(row => row.Market == market);
        Batch = new QuoteBatch(new SeriesTable(Market, NewSeries));
    }

    /// <summary>When the messages are received, and what it is at the venue.</summary>
    public DateTimeOffset Now { get; init; } = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    public IVenue Venue { get; }

    public VenueMarket Market { get; }

    public QuoteBatch Batch { get; }

    public static string Fixture(string path) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", path));

    public static string[] FixtureLines(string path) => [.. Fixture(path).Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    public Series NewSeries(string venueSymbol, Interval interval) => new(
        new Instrument
        {
            Exchange = Venue.Name,
            Market = Market.Market,
            VenueSymbol = venueSymbol,
            Symbol = venueSymbol,
            BaseAsset = "",
            QuoteAsset = "",
            ContractSize = _contractSize,
        },
        interval,
        venueSymbol);

    public Frame Frame(string text) => Frame(Encoding.UTF8.GetBytes(text));

    public Frame Frame(ReadOnlySpan<byte> bytes)
    {
        Batch.Reset(QuoteSource.Stream, Now);
        return Venue.TryDecode(Market, bytes, Batch);
    }

    public RestReply History(Series series, string body, int status = 200)
    {
        Batch.Reset(QuoteSource.History, Now);
        return Venue.TryDecodeHistory(Market, series, new RestAnswer(status, Encoding.UTF8.GetBytes(body)), Batch);
    }

    public List<Instrument> Instruments(string body, string? cursor = null)
    {
        var found = new List<Instrument>();
        Venue.TryDecodeInstruments(Market, cursor, new RestAnswer(200, Encoding.UTF8.GetBytes(body)), found);
        return found;
    }
}
