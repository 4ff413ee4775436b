namespace OhlcvConnector.Server.FanOut.Upstream;

/// <summary>The clock of candles: the sandbox's own when its time runs faster.</summary>
/// <param name="Clock">The clock.</param>
/// <param name="Speed">The speed: its time per real time.</param>
internal sealed record MarketClock(TimeProvider Clock, double Speed = 1);
