using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OhlcvConnector.Server.Protocol;

namespace OhlcvConnector.Server.Rest;

/// <summary>How answers are written.</summary>
[JsonSerializable(typeof(PricesAnswer))]
[JsonSerializable(typeof(AssetPricesAnswer))]
[JsonSerializable(typeof(CandlesAnswer))]
[JsonSerializable(typeof(ProfileAnswer))]
[JsonSerializable(typeof(SymbolsAnswer))]
[JsonSerializable(typeof(CatalogAnswer))]
[JsonSerializable(typeof(ExchangesAnswer))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(ReadyAnswer))]
[JsonSerializable(typeof(NoticesAnswer))]
[JsonSerializable(typeof(NoticeTrial))]
[JsonSerializable(typeof(NoticeTrialAnswer))]
[JsonSerializable(typeof(NoticeRetry))]
[JsonSerializable(typeof(NoticeRetryAnswer))]
[JsonSerializable(typeof(SignalsAnswer))]
[JsonSerializable(typeof(SignalRulesAnswer))]
[JsonSerializable(typeof(SignalQuestion))]
[JsonSerializable(typeof(SignalTrialAnswer))]
[JsonSerializable(typeof(SignalRulesFileAnswer))]
[JsonSerializable(typeof(SignalRulesTakenAnswer))]
[JsonSerializable(typeof(FollowedSeriesAnswer))]
[JsonSerializable(typeof(NewSeries))]
[JsonSerializable(typeof(SearchAnswer))]
[JsonSerializable(typeof(CalendarAnswer))]
[JsonSerializable(typeof(SettingsAnswer))]
[JsonSerializable(typeof(SettingsChange))]
[JsonSerializable(typeof(HealthDetailsAnswer))]
[JsonSerializable(typeof(UdfConfig))]
[JsonSerializable(typeof(UdfSymbol))]
[JsonSerializable(typeof(UdfFound[]))]
[JsonSerializable(typeof(UdfBars))]
[JsonSerializable(typeof(UdfMarks))]
[JsonSerializable(typeof(UdfError))]
internal sealed partial class RestJson : JsonSerializerContext;

/// <summary>The names that answers have.</summary>
internal static class RestNames
{
    /// <summary>The terminal's.</summary>
    public static JsonSerializerOptions Camel { get; } = Configure(new JsonSerializerOptions(), JsonNamingPolicy.CamelCase, RestJson.Default);

    /// <summary>Those of the version before, with the fields that it had besides, and no others.</summary>
    public static JsonSerializerOptions Snake { get; } = Configure(
        new JsonSerializerOptions(), JsonNamingPolicy.SnakeCaseLower, RestJson.Default.WithAddedModifier(FitToOld)!);

    /// <summary>Sets how the description of the answers is made.</summary>
    public static void Describe(JsonSerializerOptions options) => Configure(options, JsonNamingPolicy.CamelCase, RestJson.Default);

    private static JsonSerializerOptions Configure(JsonSerializerOptions options, JsonNamingPolicy names, IJsonTypeInfoResolver types)
    {
        options.PropertyNamingPolicy = names;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.TypeInfoResolverChain.Insert(0, ForecastsJson.Default);
        options.TypeInfoResolverChain.Insert(0, BacktestsJson.Default.WithAddedModifier(BacktestsJson.LeaveOutInfinite));
        options.TypeInfoResolverChain.Insert(0, PaperJson.Default);
        options.TypeInfoResolverChain.Insert(0, types);
        options.Converters.Add(new TimeConverter());
        return options;
    }

    private static void FitToOld(JsonTypeInfo info)
    {
        if (info.Type == typeof(CandleRow))
        {
            Add<long?>(info, "seq", _ => null);
            Remove(info, "buy_volume", "sell_volume", "from_archive");
        }
        else if (info.Type == typeof(SymbolRow))
        {
            Add(info, "trading", row => ((SymbolRow)row).Status == RestEndpoint.Trading);
            Remove(info, "lot_size");
        }
    }

    /// <summary>Takes away what that version did not have.</summary>
    private static void Remove(JsonTypeInfo info, params string[] names)
    {
        foreach (var later in info.Properties.Where(property => names.Contains(property.Name, StringComparer.Ordinal)).ToList())
        {
            info.Properties.Remove(later);
        }
    }

    private static void Add<T>(JsonTypeInfo info, string name, Func<object, T?> value) => info.Properties.Add(JsonMetadataServices.CreatePropertyInfo(
        info.Options, new JsonPropertyInfoValues<T> { IsProperty = true, IsPublic = true, DeclaringType = info.Type, PropertyName = name, Getter = value }));

    /// <summary>Writes moments as all outputs of this program do.</summary>
    private sealed class TimeConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(JsonFields.Time(value));
    }
}
