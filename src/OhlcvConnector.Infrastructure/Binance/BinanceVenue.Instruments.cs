using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Common;
using OhlcvConnector.Infrastructure.Common.Wire;

namespace OhlcvConnector.Infrastructure.Binance;

internal sealed partial class BinanceVenue
{
    /// <inheritdoc/>
    public RestRequest InstrumentPage(VenueMarket market, string? cursor) =>
        new($"{Root(market)}/exchangeInfo") { Weight = market.Market == Market.Spot ? 20 : 1 };

    /// <summary>
    /// <c>{"symbols":[{"symbol":"BTCUSD_PERP","contractType":"PERPETUAL","deliveryDate":4133404800000,"contractStatus":"TRADING","contractSize":100,
    /// "marginAsset":"BTC","baseAsset":"BTC","quoteAsset":"USD","filters":[{"filterType":"PRICE_FILTER","tickSize":"0.1"}]}]}</c>.
    /// </summary>
    public RestReply DecodeInstruments(VenueMarket market, string? cursor, in RestAnswer answer, ICollection<Instrument> found)
    {
        if (answer.Status != 200)
        {
            return DecodeError(answer);
        }

        var reader = new Utf8JsonReader(answer.Body);
        using var document = JsonDocument.ParseValue(ref reader);
        foreach (var symbol in document.RootElement.GetProperty("symbols").EnumerateArray())
        {
            if (symbol.GetProperty("symbol").GetString() is { Length: > 0 } name)
            {
                found.Add(ToInstrument(market, name, symbol));
            }
        }

        return RestReply.Ok with { UsedWeight = UsedWeight(answer) };
    }

    private Instrument ToInstrument(VenueMarket market, string name, JsonElement symbol)
    {
        var baseAsset = Text(symbol, "baseAsset") ?? "";
        var quoteAsset = Text(symbol, "quoteAsset") ?? "";
        var settleAsset = market.Market == Market.Spot ? null : Text(symbol, "marginAsset");
        var isDated = market.Market != Market.Spot && Text(symbol, "contractType")?.Contains("QUARTER", StringComparison.Ordinal) == true;
        DateTimeOffset? expiresAt = isDated && symbol.TryGetProperty("deliveryDate", out var delivery)
            ? DateTimeOffset.FromUnixTimeMilliseconds(delivery.GetInt64())
            : null;
        return new Instrument
        {
            Exchange = Name,
            Market = market.Market,
            VenueSymbol = name,
            Symbol = Instrument.CommonSymbol(baseAsset, quoteAsset, settleAsset, expiresAt),
            BaseAsset = baseAsset,
            QuoteAsset = quoteAsset,
            SettleAsset = settleAsset,
            ContractSize = symbol.TryGetProperty("contractSize", out var size) ? size.GetDecimal() : null,
            ExpiresAt = expiresAt,
            TickSize = TickSize(symbol),
            IsTrading = (Text(symbol, "status") ?? Text(symbol, "contractStatus")) == "TRADING",
        };
    }

    private static decimal? TickSize(JsonElement symbol)
    {
        if (symbol.TryGetProperty("filters", out var filters))
        {
            foreach (var filter in filters.EnumerateArray())
            {
                if (Text(filter, "filterType") == "PRICE_FILTER"
                    && decimal.TryParse(Text(filter, "tickSize"), NumberStyles.Number, CultureInfo.InvariantCulture, out var tick))
                {
                    return tick;
                }
            }
        }

        return null;
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
