using OhlcvConnector.Server.Rest;

namespace OhlcvConnector.Server.Forecasts;

/// <summary>The paths of forecasts.</summary>
internal static class ForecastRoutes
{
    private const string NoAdvice = "With the model's skill against no change. A calculation on the past, and no advice.";

    private static readonly RestParameter Exchange = new("exchange", RestKind.Exchange, "The exchange's name.") { IsRequired = true };
    private static readonly RestParameter Market = new("market", RestKind.Text, "spot, usdm or coinm, or an alias. Default: the exchange's own.");
    private static readonly RestParameter Symbol = new("symbol", RestKind.Text, "BTCUSDT or BTC/USDT.") { IsRequired = true };
    private static readonly RestParameter Model = new("model", RestKind.Text, "The model's name.") { IsRequired = true };
    private static readonly RestParameter Version = new("version", RestKind.Text, "A version of the model. Default: the promoted one.");
    private static readonly RestParameter Interval = new("interval", RestKind.Interval, "The candles' length; a model has one, and refuses another. Default: the model's.");

    /// <summary>Candles from now on; a model has one horizon.</summary>
    public static RestParameter Horizon { get; } = new(
        "horizon", RestKind.Whole, "Candles to the moment that is forecast; a model has one, and refuses another. Default: the model's.")
    { Least = 0, Most = 1000, Usual = "0" };

    /// <summary>The models.</summary>
    public static RestRoute Models { get; } = new("/api/v1/ai/models", "forecastModels", "The models, and how good they are", NoAdvice, typeof(ForecastModelsAnswer))
    { HasTag = false };

    /// <summary>The card of a model.</summary>
    public static RestRoute Card { get; } = new(
        "/api/v1/ai/models/{model}", "forecastCard", "The card of a model", NoAdvice, typeof(ForecastCardAnswer), Model with { IsInPath = true }, Version)
    { HasTag = false };

    /// <summary>A forecast.</summary>
    public static RestRoute Forecast { get; } = new(
        "/api/v1/ai/forecast", "forecast", "A forecast from the last closed candle", NoAdvice, typeof(ForecastAnswer),
        Exchange, Market, Symbol, Interval, Model, Version, Horizon)
    { HasTag = false };

    /// <summary>What the forecast hangs on.</summary>
    public static RestRoute Explain { get; } = new(
        "/api/v1/ai/explain", "forecastExplain", "What the latest forecast hangs on, by permutation of its features", NoAdvice, typeof(ForecastExplainAnswer),
        Exchange, Market, Symbol, Interval, Model, Version, Horizon)
    { HasTag = false };
}
