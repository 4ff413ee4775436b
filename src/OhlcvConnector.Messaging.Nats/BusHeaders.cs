namespace OhlcvConnector.Messaging.Nats;

/// <summary>
/// Names of the headers that each stored message carries beside its JSON, so that who goes on after it need not read that.
/// </summary>
internal static class BusHeaders
{
    /// <summary>Version of headers and payload; a reader refuses what it does not know.</summary>
    public const string Version = "Ohlcv-Version";

    /// <summary>The version that is written here.</summary>
    public const string CurrentVersion = "1";

    /// <summary>Kind of the message: <see cref="Candle"/>, <see cref="Gap"/>, <see cref="Revision"/>; of unstored ones <see cref="Open"/> and
    /// <see cref="Status"/>.</summary>
    public const string Kind = "Ohlcv-Kind";

    /// <summary>Number of the series' closed candles so far: its predecessor's and one for a candle; the predecessor's for gap and revision.</summary>
    public const string Sequence = "Ohlcv-Seq";

    /// <summary>Within which the number counts: drawn when a series begins on the bus, and handed on from message to message.</summary>
    public const string Epoch = "Ohlcv-Epoch";

    /// <summary>Up to which moment the subject holds the series, Unix epoch milliseconds UTC: the close of the newest candle, or the end of a gap.</summary>
    public const string End = "Ohlcv-End";

    /// <summary><c>live</c> or <c>SANDBOX</c>.</summary>
    public const string Label = "Ohlcv-Label";

    /// <summary>A closed candle.</summary>
    public const string Candle = "candle";

    /// <summary>Candles that will not come.</summary>
    public const string Gap = "gap";

    /// <summary>Other values of a candle that is stored already.</summary>
    public const string Revision = "revision";

    /// <summary>The newest state of an open candle.</summary>
    public const string Open = "open";

    /// <summary>The status of a series.</summary>
    public const string Status = "status";
}
