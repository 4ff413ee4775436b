namespace OhlcvConnector.Trading;

/// <summary>What to do with positions that are open when the candles end.</summary>
public enum CloseAt
{
    /// <summary>Close them at the last candle's close.</summary>
    LastClose,

    /// <summary>Close them at the last candle's open, as an order of the candle before would.</summary>
    LastOpen,

    /// <summary>Leave them open; the equity counts them at the last close.</summary>
    Never,
}
