namespace OhlcvConnector.Domain;

/// <summary>The calendar unit that an <see cref="Interval"/> counts.</summary>
public enum IntervalUnit
{
    /// <summary>A second.</summary>
    Second,

    /// <summary>Sixty seconds.</summary>
    Minute,

    /// <summary>Sixty minutes.</summary>
    Hour,

    /// <summary>A UTC day, midnight to midnight.</summary>
    Day,

    /// <summary>A UTC week, Monday to Sunday.</summary>
    Week,

    /// <summary>A UTC calendar month.</summary>
    Month,
}
