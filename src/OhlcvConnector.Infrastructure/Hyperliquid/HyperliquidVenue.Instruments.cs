using System.Text.Json;
using OhlcvConnector.Domain;
using OhlcvConnector.Infrastructure.Common;
using OhlcvConnector.Infrastructure.Common.Wire;

namespace OhlcvConnector.Infrastructure.Hyperliquid;

internal sealed partial class HyperliquidVenue
{
    private const string ListOfDexs = "dexs";
    private const string Dex = "dex:";
    private const char Separator = '\n'; // builders' names can hold anything but this

    /// <summary>Spot tokens that stand for a coin of another chain, by the name that people know.</summary>
    private static readonly Dictionary<string, string> Wrapped = new(StringComparer.Ordinal) { ["UBTC"] = "BTC", ["UETH"] = "ETH", ["USOL"] = "SOL" };

    /// <summary>
    /// Spot is one request. Perpetuals are a walk: the main list, the list of builders' exchanges, then the list of each; the cursor holds those still to come.
    /// </summary>
    public RestRequest InstrumentPage(VenueMarket market, string? cursor)
    {
        var dex = cursor?.StartsWith(Dex, StringComparison.Ordinal) == true ? cursor[Dex.Length..].Split(Separator)[0] : null;
        return new RestRequest("/info")
        {
            Weight = InfoWeight,
            Body = Write(writer =>
            {
                writer.WriteString("type", market.Market == Market.Spot ? "spotMeta" : cursor == ListOfDexs ? "perpDexs" : "meta");
                if (dex is not null)
                {
                    writer.WriteString("dex", dex);
                }
            }),
        };
    }

    /// <inheritdoc/>
    public RestReply DecodeInstruments(VenueMarket market, string? cursor, in RestAnswer answer, ICollection<Instrument> found)
    {
        if (Refusal(answer) is { } refusal)
        {
            return refusal;
        }

        using var document = JsonElements.Parse(answer.Body);
        if (market.Market == Market.Spot)
        {
            DecodeSpot(document.RootElement, found);
            return RestReply.Ok;
        }

        if (cursor == ListOfDexs)
        {
            var names = document.RootElement.EnumerateArray().Select(dex => dex.Text("name")).OfType<string>().ToArray();
            return RestReply.Ok with { Cursor = names.Length == 0 ? null : Dex + string.Join(Separator, names) };
        }

        DecodePerpetuals(document.RootElement, found);
        var left = cursor?[Dex.Length..].Split(Separator)[1..] ?? [];
        return RestReply.Ok with { Cursor = cursor is null ? ListOfDexs : left.Length == 0 ? null : Dex + string.Join(Separator, left) };
    }

    /// <summary>
    /// <c>{"universe":[{"name":"BTC","szDecimals":5,"isDelisted":true}],"collateralToken":0}</c>. The collateral is an index into the spot tokens: 0 is USDC, and
    /// which the others are is not told here, so their quote is called by its index.
    /// </summary>
    private void DecodePerpetuals(JsonElement meta, ICollection<Instrument> found)
    {
        var collateral = meta.Number("collateralToken") ?? 0;
        var quote = collateral == 0 ? "USDC" : FormattableString.Invariant($"TOKEN{collateral}");
        foreach (var row in meta.GetProperty("universe").EnumerateArray())
        {
            if (row.Text("name") is { } coin)
            {
                found.Add(new Instrument
                {
                    Exchange = Name,
                    Market = Market.UsdMargined,
                    VenueSymbol = coin,
                    Symbol = Instrument.CommonSymbol(coin, quote, quote),
                    BaseAsset = coin,
                    QuoteAsset = quote,
                    SettleAsset = quote,
                    IsTrading = !row.IsTrue("isDelisted"),
                    Aliases = [coin + "USDT", coin + "-USDT", coin + "/USDT", coin + "_USDT", coin + "/USDT:USDT", coin + "USD", coin + "/USD"], // as the Python connector took them
                });
            }
        }
    }

    /// <summary>
    /// <c>{"universe":[{"tokens":[150,0],"name":"@107","index":107}],"tokens":[{"name":"HYPE","index":150}]}</c>: the numbers are the tokens' index values, not
    /// their places in the list.
    /// </summary>
    private void DecodeSpot(JsonElement meta, ICollection<Instrument> found)
    {
        var tokens = new Dictionary<int, string>();
        foreach (var token in meta.GetProperty("tokens").EnumerateArray())
        {
            tokens[token.GetProperty("index").GetInt32()] = token.Text("name") ?? "";
        }

        foreach (var row in meta.GetProperty("universe").EnumerateArray())
        {
            var pair = row.GetProperty("tokens");
            if (row.Text("name") is { } name && pair.GetArrayLength() == 2
                && tokens.TryGetValue(pair[0].GetInt32(), out var baseAsset) && tokens.TryGetValue(pair[1].GetInt32(), out var quoteAsset))
            {
                found.Add(new Instrument
                {
                    Exchange = Name,
                    Market = Market.Spot,
                    VenueSymbol = name,
                    Symbol = Instrument.CommonSymbol(baseAsset, quoteAsset),
                    BaseAsset = baseAsset,
                    QuoteAsset = quoteAsset,
                    Aliases = Wrapped.TryGetValue(baseAsset, out var coin) ? [$"{coin}/{quoteAsset}", $"{coin}-{quoteAsset}", $"{coin}_{quoteAsset}"] : [],
                });
            }
        }
    }
}
