using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OhlcvConnector.Sandbox.Simulation;

namespace OhlcvConnector.Sandbox.GateIo;

/// <summary>A row of Gate.io's listings, with the fields that the venue sends.</summary>
internal static class GateIoListing
{
    public static void Write(Utf8JsonWriter json, GateIoMarket venueMarket, Listing listing)
    {
        json.WriteStartObject();
        if (venueMarket.IsSpot)
        {
            WriteSpot(json, listing);
        }
        else
        {
            WriteFutures(json, listing);
        }

        json.WriteEndObject();
    }

    /// <summary>Writes the coins behind the pairs, each on one chain of its own name.</summary>
    public static void WriteCurrencies(Utf8JsonWriter json, GateIoMarket spot)
    {
        json.WriteStartArray();
        foreach (var coin in spot.Simulated.Listings.SelectMany(listing => (string[])[listing.BaseAsset, listing.QuoteAsset]).Distinct())
        {
            json.WriteStartObject();
            Texts(json, ("currency", coin), ("name", coin));
            json.WriteBoolean("delisted", false);
            WriteFlags(json);
            json.WriteString("chain", coin);
            json.WriteStartArray("chains");
            json.WriteStartObject();
            Texts(json, ("name", coin), ("addr", ""));
            WriteFlags(json);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteFlags(Utf8JsonWriter json)
    {
        foreach (var flag in (ReadOnlySpan<string>)["withdraw_disabled", "withdraw_delayed", "deposit_disabled", "trade_disabled"])
        {
            json.WriteBoolean(flag, false);
        }
    }

    /// <summary>Returns true when a client wants contracts with digits after the point; for others they are cut to whole ones.</summary>
    public static bool WantsDecimals(HttpRequest request) => request.Headers["X-Gate-Size-Decimal"] == "1";

    /// <summary>Returns the number of contracts that were traded, with digits after the point where the listing allows parts of a contract.</summary>
    public static decimal Contracts(Listing listing, long steps) => steps / (decimal)listing.StepsPerContract;

    public static void WriteContracts(Utf8JsonWriter json, Listing listing, long steps, bool isDecimal)
    {
        if (isDecimal)
        {
            json.WriteString("v", Plain(Contracts(listing, steps)));
        }
        else
        {
            json.WriteNumber("v", steps / listing.StepsPerContract);
        }
    }

    private static void WriteSpot(Utf8JsonWriter json, Listing listing)
    {
        Texts(
            json,
            ("id", listing.Symbol), ("base", listing.BaseAsset), ("base_name", listing.BaseAsset), ("quote", listing.QuoteAsset),
            ("quote_name", listing.QuoteAsset),
            ("fee", "0.2"), ("min_base_amount", Plain(listing.Step)), ("min_quote_amount", "1"), ("max_quote_amount", "5000000"));
        json.WriteNumber("amount_precision", listing.SizeDecimals);
        json.WriteNumber("precision", listing.PriceDecimals);
        json.WriteString("trade_status", listing.IsHalted ? "untradable" : "tradable");
        json.WriteNumber("sell_start", listing.ListedMs / 1000);
        json.WriteNumber("buy_start", listing.ListedMs / 1000);
        json.WriteNumber("delisting_time", listing.IsHalted ? listing.EndsMs / 1000 : 0);
        json.WriteString("type", "normal");
        json.WriteString("trade_url", "");
    }

    private static void WriteFutures(Utf8JsonWriter json, Listing listing)
    {
        var isInverse = listing.Sizing == Sizing.InverseContracts;
        Texts(
            json,
            ("name", listing.Symbol), ("type", isInverse ? "inverse" : "direct"),
            ("quanto_multiplier", isInverse ? "0" : Plain(listing.Step * listing.StepsPerContract)),
            ("ref_discount_rate", "0"), ("order_price_deviate", "0.5"), ("maintenance_rate", "0.005"), ("mark_type", "index"), ("last_price", Price(listing)),
            ("mark_price", Price(listing)),
            ("index_price", Price(listing)), ("funding_rate_indicative", "0.0001"), ("mark_price_round", Plain(listing.Tick)));
        json.WriteNumber("funding_offset", 0);
        json.WriteBoolean("in_delisting", listing.IsHalted);
        Texts(
            json,
            ("risk_limit_base", "1000000"), ("risk_limit_step", "1000000"), ("risk_limit_max", "8000000"), ("interest_rate", "0.0003"),
            ("order_price_round", Plain(listing.Tick)),
            ("ref_rebate_rate", "0.2"), ("funding_rate", "0.0001"), ("funding_impact_value", "60000"), ("leverage_min", "1"), ("leverage_max", "100"),
            ("maker_fee_rate", "-0.00025"),
            ("taker_fee_rate", "0.00075"));
        foreach (var (name, value) in (ReadOnlySpan<(string, long)>)[("order_size_min", 1), ("order_size_max", 1_000_000), ("funding_interval", 28_800), ("funding_next_apply", 0), ("orders_limit", 50), ("config_change_time", listing.ListedMs / 1000), ("create_time", listing.ListedMs / 1000), ("trade_id", 0), ("trade_size", 0), ("position_size", 0), ("long_users", 0), ("short_users", 0), ("orderbook_id", 0)])
        {
            json.WriteNumber(name, value);
        }

        json.WriteBoolean("enable_bonus", true);
        json.WriteBoolean("enable_credit", true);
    }

    private static string Price(Listing listing) => Plain((decimal)listing.BasePrice);

    private static string Plain(decimal value) => value.ToString("0.############################", CultureInfo.InvariantCulture);

    private static void Texts(Utf8JsonWriter json, params (string Name, string Value)[] fields)
    {
        foreach (var (name, value) in fields)
        {
            json.WriteString(name, value);
        }
    }
}
