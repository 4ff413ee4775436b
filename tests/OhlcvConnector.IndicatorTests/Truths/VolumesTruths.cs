namespace OhlcvConnector.IndicatorTests.Truths;

internal static class VolumesTruths
{
    public static IReadOnlyList<Truth> List { get; } =
    [
        Truth.Skender("obv", "obv", "obv"),
        Truth.Lean("obv:volume", "spy_with_obv.txt", "OBV") with { Within = 5e-5, BeginsElsewhere = true },
        Truth.Tulip("obv", "obv", "close volume"),
        Truth.Skender("ad", "adl", "adl"),
        Truth.Lean("ad", "spy_ad.txt", "AD"),
        Truth.Tulip("ad", "ad", "high low close volume"),
        Truth.Jesse("ad", "test_ad"),
        Truth.Lean("adosc:3:10:average", "spy_ad_osc.txt", "AdOsc_3_10"),
        Truth.Tulip("adosc:3:10", "adosc 3 10", "high low close volume"),
        Truth.Lean("cmf:20", "spy_cmf.txt", "CMF_20") with { BeginsElsewhere = true, SkipLast = 1, Why = "the last candle was still open" },
        Truth.Tulip("cmf:21", "cmf 21", "high low close volume"),
        Truth.Lean("mfi:20", "spy_mfi.txt", "Money Flow Index 20") with { Within = 1e-4 },
        Truth.Tulip("mfi:14", "mfi 14", "high low close volume"),
        Truth.Skender("force:2", "force", "forceIndex"),
        Truth.Lean("force:20", "spy_with_ForceIndex.csv", "ForceIndex20"),
        Truth.Jesse("force:13", "test_efi"),
        Truth.Lean("emv:1", "spy_emv.txt", "EMV"),
        Truth.Tulip("emv:1", "emv", "high low volume"),
        Truth.Jesse("emv:14", "test_emv"),
        Truth.Tulip("nvi", "nvi", "close volume"),
        Truth.Jesse("nvi", "test_nvi"),
        Truth.Tulip("pvi", "pvi", "close volume"),
        Truth.Jesse("pvi", "test_pvi"),
        Truth.Skender("kvo:34:55:13", "kvo", "oscillator"),
        Truth.Skender("kvo:34:55:13", "kvo", "signal", "signal"),
        Truth.Tulip("kvo:34:55:13:klinger", "kvo 34 55", "high low close volume"),
        Truth.Tulip("vosc:2:5", "vosc 2 5", "volume"),
        Truth.Jesse("vosc:2:5", "test_vosc"),
        Truth.Skender("pvo:12:26:9", "pvo", "pvo"),
        Truth.Skender("pvo:12:26:9", "pvo", "signal", "signal"),
        Truth.Skender("pvo:12:26:9", "pvo", "histogram", "histogram"),
    ];
}
