using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Engine.Facts;
using OhlcvConnector.Infrastructure.Engine.Wire;

namespace OhlcvConnector.Infrastructure.CoinApi;

internal sealed partial class CoinApiVenue
{
    private const char Between = ' ';
    private const string Spot = "SPOT";
    private const int ExchangesPerPage = 25; // all symbols at once would be hundreds of megabytes
    private static readonly TimeSpan Quiet = TimeSpan.FromDays(7);

    /// <summary>
    /// The names of the exchanges first, which are not those that people know; then the spot symbols of some exchanges at a time. The cursor is what is left of
    /// the names.
    /// </summary>
    public RestRequest InstrumentPage(VenueMarket market, string? cursor) => cursor is null
        ? new RestRequest("/v1/exchanges")
        : new RestRequest(
            $"/v1/symbols?filter_symbol_id={string.Join(',', cursor.Split(Between).Take(ExchangesPerPage).Select(exchange => $"{Uri.EscapeDataString(exchange)}_{Spot}_"))}");

    /// <summary>A credit for a symbol, where the listing would take one for each <see cref="ExchangesPerPage"/> exchanges and as many megabytes.</summary>
    public RestRequest? InstrumentLookup(VenueMarket market, string symbol) =>
        symbol.Split('_') is [{ Length: > 0 }, Spot, { Length: > 0 }, { Length: > 0 }, ..]
        ? new RestRequest($"/v1/symbols?filter_symbol_id={Uri.EscapeDataString(symbol)}")
        : null;

    /// <summary>
    /// <c>[{"exchange_id":"BITSTAMP"}]</c>, then <c>[{"symbol_id":"BITSTAMP_SPOT_BTC_USD","exchange_id":"BITSTAMP","symbol_type":"SPOT","asset_id_base":"BTC",
    /// "asset_id_quote":"USD","data_start":"2011-08-18","data_end":"2025-08-01","price_precision":0.01,"size_precision":0.00000001}]</c>. Nobody says what still
    /// trades: what has no data of a week in which others of the list have some is taken for gone.
    /// </summary>
    public RestReply DecodeInstruments(VenueMarket market, string? cursor, in RestAnswer answer, ICollection<Instrument> found)
    {
        if (Refusal(market, answer) is { } refusal)
        {
            return refusal;
        }

        using var document = JsonElements.Parse(answer.Body);
        var rows = document.RootElement.List().Objects().ToList();
        if (cursor is null)
        {
            var exchanges = rows.Select(row => row.Text("exchange_id")).OfType<string>().Where(name => !name.Contains(Between, StringComparison.Ordinal));
            return RestReply.Ok with { NextList = string.Join(Between, exchanges.Distinct()) is { Length: > 0 } all ? all : null };
        }

        var spot = rows.Where(row => row.Text("symbol_type") == Spot && row.Text("symbol_id") is not null).ToList();
        var newest = spot.Max(row => Day(row, "data_end"));
        foreach (var row in spot)
        {
            found.Add(ToInstrument(row, isTrading: Day(row, "data_end") is not { } end || newest - end <= Quiet));
        }

        var left = string.Join(Between, cursor.Split(Between).Skip(ExchangesPerPage));
        return RestReply.Ok with { NextList = left.Length > 0 ? left : null };
    }

    private Instrument ToInstrument(JsonElement row, bool isTrading)
    {
        var (baseAsset, quoteAsset) = (row.Text("asset_id_base") ?? "", row.Text("asset_id_quote") ?? "");
        var exchange = row.Text("exchange_id");
        return new Instrument
        {
            Exchange = Name,
            Market = Market.Spot,
            VenueSymbol = row.Text("symbol_id")!,
            Symbol = Instrument.CommonSymbol(baseAsset, quoteAsset),
            BaseAsset = baseAsset,
            QuoteAsset = quoteAsset,
            TickSize = Positive(row.Number("price_precision")), // those of the data, not of trading
            LotSize = Positive(row.Number("size_precision")),
            ListedAt = ListingDates.Earliest(Day(row, "data_start")),
            IsTrading = isTrading,
            Aliases = exchange is null ? [] : [$"{exchange}:{baseAsset}/{quoteAsset}", $"{exchange}:{baseAsset}{quoteAsset}"],
        };
    }

    private static decimal? Positive(decimal? number) => number > 0 ? number : null;

    private static DateTimeOffset? Day(JsonElement row, string name) =>
        DateTimeOffset.TryParse(row.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day) ? day : null;
}
