namespace OhlcvConnector.IndicatorTests.Truths;

internal static class TalibTruths
{
    public static IReadOnlyList<Truth> List { get; } =
    [
        Truth.Talib("adx:14:talib", "ADX"),
        Truth.Talib("adx:14:talib", "ADXR", "adxr"),
        Truth.Talib("adx:14:talib", "DX", "dx"),
        Truth.Talib("adx:14:talib", "PLUS_DI", "plusDi"),
        Truth.Talib("adx:14:talib", "MINUS_DI", "minusDi"),
        Truth.Talib("aroon:14:newest", "AROON_Up"),
        Truth.Talib("aroon:14:newest", "AROON_Down", "down"),
        Truth.Talib("aroon:14:newest", "AROONOSC", "oscillator"),
        Truth.Talib("psar:0.02:0.2", "SAR"),
        Truth.Talib("atr:14", "ATR"),
        Truth.Talib("natr:14", "NATR") with { BeginsElsewhere = true },
        Truth.Talib("tr", "TRANGE"),
        Truth.Talib("var:5", "VAR") with { Within = 1e-8, Why = "TA-Lib subtracts large squares" },
        Truth.Talib("obv:volume", "OBV"),
        Truth.Talib("ad", "AD"),
        Truth.Talib("adosc:3:10", "ADOSC"),
        Truth.Talib("mfi:14", "MFI"),
        Truth.Talib("linreg:14", "LINEARREG"),
        Truth.Talib("linreg:14", "LINEARREG_SLOPE", "slope"),
        Truth.Talib("linreg:14", "LINEARREG_INTERCEPT", "intercept"),
        Truth.Talib("linreg:14", "TSF", "forecast"),
        Truth.Talib("cmo:14", "CMO"),
        Truth.Talib("cci:20", "CCI"),
        Truth.Talib("kama:10", "KAMA"),
        Truth.Talib("t3:5:0.7", "T3"),
        Truth.Talib("tema:20", "TEMA"),
        Truth.Talib("trix:15", "TRIX"),
        Truth.Talib("ppo:12:26", "PPO"),
        Truth.Talib("apo:12:26", "APO"),
        Truth.Talib("macd:12:26:9:together", "MACD") with { BeginsElsewhere = true },
        Truth.Talib("macd:12:26:9:together", "MACD_Signal", "signal"),
        Truth.Talib("stochf:5:3", "STOCHF_fastD", "d"),
        Truth.Talib("ultosc:7:14:28", "ULTOSC"),
        Truth.Talib("willr:14", "WILLR"),
        Truth.Talib("trima:30", "TRIMA"),
        Truth.Talib("wma:30", "WMA"),
    ];
}
