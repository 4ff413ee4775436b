namespace OhlcvConnector.Notifications;

/// <summary>The hours of each day in which a channel tells nothing but what is critical: what comes meanwhile is told together when they end.</summary>
/// <param name="From">When they begin, by the clock of the zone.</param>
/// <param name="To">When they end; earlier than <paramref name="From"/> when that is on the next day.</param>
/// <param name="Zone">The time zone.</param>
public sealed record QuietHours(TimeOnly From, TimeOnly To, TimeZoneInfo Zone)
{
    /// <summary>When the quiet hours in which a time lies end, UTC; null when it lies in none.</summary>
    /// <param name="time">The time.</param>
    public DateTimeOffset? EndOf(DateTimeOffset time)
    {
        var local = TimeZoneInfo.ConvertTime(time, Zone);
        var clock = TimeOnly.FromDateTime(local.DateTime);
        if (!clock.IsBetween(From, To)) // an end before the beginning is one of the next day
        {
            return null;
        }

        var end = local.Date + To.ToTimeSpan();
        if (end <= local.DateTime)
        {
            end = end.AddDays(1);
        }

        while (Zone.IsInvalidTime(end)) // the hour that is left out in spring
        {
            end = end.AddMinutes(30);
        }

        var last = new DateTimeOffset(end, Zone.IsAmbiguousTime(end) ? Zone.GetAmbiguousTimeOffsets(end).Min() : Zone.GetUtcOffset(end));
        return last.ToUniversalTime();
    }
}
