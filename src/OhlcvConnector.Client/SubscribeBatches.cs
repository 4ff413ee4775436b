namespace OhlcvConnector.Client;

/// <summary>Divides series into requests that the server can answer.</summary>
internal static class SubscribeBatches
{
    /// <summary>Largest number of candles of the past that one request may ask for; what lies farther back is read by REST before.</summary>
    public const int MaxResumed = 1_000;

    private const int MaxTogether = 100;

    /// <summary>Returns series that are asked for together: from the earliest open time of theirs on, because what came before is dropped.</summary>
    /// <param name="alike">Series of one interval that all begin with the present, or all with the past.</param>
    /// <param name="nowMs">The time in the market, Unix epoch milliseconds.</param>
    public static IEnumerable<List<FeedSeries>> Of(IEnumerable<FeedSeries> alike, long nowMs)
    {
        var batch = new List<FeedSeries>();
        foreach (var series in alike.OrderBy(series => series.ResumeMs))
        {
            var each = (batch.Count > 0 ? batch[0] : series).ResumeMs is { } from ? Math.Max(1, series.Series.Interval.CountBetween(from, nowMs)) : 0;
            if (batch.Count > 0
                && (batch.Count >= Math.Min(MaxTogether, Math.Min(series.MaxTogether, batch[0].MaxTogether)) || each * (batch.Count + 1) > MaxResumed))
            {
                yield return batch;
                batch = [];
            }

            batch.Add(series);
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }
}
