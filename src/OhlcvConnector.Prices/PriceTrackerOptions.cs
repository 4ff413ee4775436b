namespace OhlcvConnector.Prices;

/// <summary>Settings of a <see cref="PriceTracker"/>.</summary>
public sealed class PriceTrackerOptions
{
    /// <summary>How old a price may become before it is stale, and asked for again.</summary>
    public TimeSpan CacheTtl { get; set; } = TimeSpan.FromSeconds(300);

    /// <summary>How often sources that are polled are asked for what somebody wanted within the last hour.</summary>
    public TimeSpan UpdateInterval { get; set; } = TimeSpan.FromSeconds(300);

    /// <summary>Assets that are kept at hand whether anybody asks or not, such as <c>BTC</c>.</summary>
    public IList<string> Symbols { get; } = [];

    /// <summary>How long whoever asks waits for a price that is not there yet, or for a younger one.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>By how many per cent two sources may differ before the answer says so.</summary>
    public decimal MaxDisagreement { get; set; } = 1;

    /// <summary>How often a source that fails is tried before the next one is.</summary>
    public int Attempts { get; set; } = 3;

    /// <summary>The first wait between two attempts; it doubles, with jitter of a half.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Assets at most that are remembered; for one more, the one that nobody has asked for longest is forgotten.</summary>
    public int MaxAssets { get; set; } = 10_000;

    /// <summary>Is told in words what goes wrong; called by any thread. Null for nobody.</summary>
    public Action<string>? OnTrouble { get; set; }

    /// <summary>Is told of each price that changed; called by any thread, and must not block. Null for nobody.</summary>
    public Action<TrackedPrice>? OnChange { get; set; }

    /// <summary>The seed of the jitter; null for another one each time.</summary>
    public int? Seed { get; set; }
}
