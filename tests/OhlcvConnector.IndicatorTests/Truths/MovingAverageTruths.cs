namespace OhlcvConnector.IndicatorTests.Truths;

internal static class MovingAverageTruths
{
    public static IReadOnlyList<Truth> List { get; } =
    [
        Truth.Skender("sma:20", "sma", "sma"),
        Truth.Skender("ema:20", "ema", "ema"),
        Truth.Lean("ema:14", "spy_ema.csv", "EMA14"),
        Truth.Skender("wma:14", "wma", "wma"),
        Truth.Skender("dema:14:together", "dema", "dema"),
        Truth.Lean("dema:5", "spy_dema.txt", "DEMA_5"),
        Truth.Skender("tema:20:together", "tema", "tema"),
        Truth.Lean("tema:5", "spy_tema.txt", "TEMA_5"),
        Truth.Lean("trima:5", "spy_trima.txt", "TRIMA_5"),
        Truth.Lean("trima:6", "spy_trima.txt", "TRIMA_6"),
        Truth.Lean("kama:5", "spy_kama.txt", "KAMA_5"),
        Truth.Skender("mama:0.5:0.05", "mama", "mama"),
        Truth.Skender("mama:0.5:0.05", "mama", "fama", "fama"),
        Truth.Lean("hma:16", "spy_hma.txt", "HMA_16"),
        Truth.Lean("zlema:5", "spy_with_zlema.csv", "ZLEMA5"),
        Truth.Skender("vwma:14", "vwma", "vwma"),
        Truth.Skender("alma:9:0.85:6", "alma", "alma"),
        Truth.Skender("lsma:10", "epma", "epma"),
        Truth.Skender("rma:20", "smma", "smma"),
        Truth.Skender("mcginley:14:0.6", "dynamic", "dynamic"),
        Truth.Lean("mcginley:14:1:average", "spy_with_McGinleyDynamic.csv", "McGinleyDynamic14"),
        Truth.Skender("vwap", "vwap", "vwap"),
        Truth.Lean("rvwap:50@ohlc4", "spy_with_vwap.txt", "Moving VWAP 50") with { Within = 1e-6 },
        Truth.Tulip("sma:5", "sma 5", "close"),
        Truth.Tulip("ema:5:first", "ema 5", "close") with { BeginsElsewhere = true },
        Truth.Tulip("wma:5", "wma 5", "close"),
        Truth.Tulip("trima:5", "trima 5", "close"),
        Truth.Tulip("kama:4", "kama 4", "close") with { BeginsElsewhere = true },
        Truth.Tulip("vwma:4", "vwma 4", "close volume"),
        Truth.Tulip("rma:5", "wilders 5", "close"),
        Truth.Tulip("alma:9:0.85:6:floor", "alma 9 0.85 6", "close"),
        Truth.Jesse("t3:5:0.7", "test_t3"),
        Truth.Jesse("kama:10", "test_kama"),
        Truth.Jesse("hma:5", "test_hma"),
        Truth.Jesse("mama:0.5:0.05@close", "test_mama", ".mama"),
    ];
}
