using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Sandbox.Simulation;

namespace OhlcvConnector.Sandbox.Okx;

/// <summary>A row of OKX's listing, with every field of 2026; an empty string means not applicable.</summary>
internal static class OkxListing
{
    /// <summary>The venue's word for whether it trades.</summary>
    private static string State(Listing listing) => listing.IsComing ? "preopen" : listing.IsHalted ? "suspend" : "live";

    /// <summary>The family of a contract; empty on spot.</summary>
    public static string Family(Listing listing) =>
        listing is { ExpiresAt: not null, Sizing: Sizing.LinearContracts } ? $"{listing.BaseAsset}-USD_UM" : Underlying(listing);

    /// <summary>Returns the underlying of a contract: what it is of; empty on spot.</summary>
    public static string Underlying(Listing listing) => listing.Sizing == Sizing.Base ? "" : $"{listing.BaseAsset}-{listing.QuoteAsset}";

    public static void Write(Utf8JsonWriter json, string type, Listing listing)
    {
        var isSpot = type == "SPOT";
        var isInverse = listing.Sizing == Sizing.InverseContracts;
        var step = isSpot ? Plain(listing.Step) : "1";
        json.WriteStartObject();
        Texts(
            json,
            ("alias", listing.ExpiresAt is null ? "" : "this_month"), ("auctionEndTime", ""), ("baseCcy", isSpot ? listing.BaseAsset : ""), ("category", "1"),
            ("contTdSwTime", ""),
            ("ctMult", isSpot ? "" : "1"), ("ctType", isSpot ? "" : isInverse ? "inverse" : "linear"), ("ctVal", isSpot ? "" : Plain(listing.Step)),
            ("ctValCcy", isSpot ? "" : isInverse ? listing.QuoteAsset : listing.BaseAsset),
            ("expTime", listing.ExpiresAt?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture) ?? ""), ("floatPxLmtPct", "0.005"), ("freq", ""));
        json.WriteBoolean("futureSettlement", false);
        Texts(json, ("groupId", "1"), ("initPxLmtPct", ""), ("instCategory", "1"), ("instFamily", Family(listing)), ("instId", listing.Symbol));
        json.WriteNumber("instIdCode", Noise.Hash(5, listing.Symbol.Length) % 100_000);
        Texts(
            json,
            ("instType", type), ("lever", "50"), ("listTime", listing.ListedMs.ToString(CultureInfo.InvariantCulture)), ("longPosRemainingQuota", ""),
            ("lotSz", step),
            ("maxIcebergSz", "100000000"), ("maxLmtAmt", "20000000"), ("maxLmtSz", "100000000"), ("maxMktAmt", isSpot ? "1000000" : ""), ("maxMktSz", "30000"),
            ("maxPlatOICoinLmt", ""), ("maxPlatOILmt", ""), ("maxPxLmtPct", "0.01"), ("maxStopSz", "30000"), ("maxTriggerSz", "100000000"),
            ("maxTwapSz", "100000000"),
            ("method", ""), ("minSz", step), ("openType", ""), ("optType", ""), ("posLmtAmt", ""), ("posLmtPct", ""), ("preMktSwTime", ""),
            ("quoteCcy", isSpot ? listing.QuoteAsset : ""),
            ("rpiMinLevel", "3"), ("rpiMinPxBand", "20"), ("ruleType", "normal"), ("seriesId", ""), ("settleCcy", listing.SettleAsset ?? ""),
            ("shortPosRemainingQuota", ""),
            ("state", State(listing)), ("stk", ""), ("tickSz", Plain(listing.Tick)));
        json.WriteStartArray("tradeQuoteCcyList");
        if (isSpot)
        {
            json.WriteStringValue(listing.QuoteAsset);
        }

        json.WriteEndArray();
        json.WriteString("uly", Underlying(listing));
        json.WriteStartArray("upcChg");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Plain(decimal value) => value.ToString("0.############################", CultureInfo.InvariantCulture);

    private static void Texts(Utf8JsonWriter json, params (string Name, string Value)[] fields)
    {
        foreach (var (name, value) in fields)
        {
            json.WriteString(name, value);
        }
    }
}
