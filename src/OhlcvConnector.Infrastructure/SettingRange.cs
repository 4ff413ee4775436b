using OhlcvConnector.Domain;

namespace OhlcvConnector.Infrastructure;

/// <summary>Checks that settings are within their ranges.</summary>
internal static class SettingRange
{
    /// <summary>Checks a span of time.</summary>
    /// <param name="value">The setting.</param>
    /// <param name="name">Its name.</param>
    /// <param name="least">In seconds.</param>
    /// <param name="most">In seconds.</param>
    /// <exception cref="InvalidSettingException">It is out of range.</exception>
    public static void Time(TimeSpan value, string name, double least, double most)
    {
        if (value.TotalSeconds < least || value.TotalSeconds > most)
        {
            throw new InvalidSettingException(FormattableString.Invariant($"{name} is {value.TotalSeconds} s; it must be from {least} to {most} s."));
        }
    }

    /// <summary>Checks a number.</summary>
    /// <exception cref="InvalidSettingException">It is out of range.</exception>
    public static void Number(int value, string name, int least, int most)
    {
        if (value < least || value > most)
        {
            throw new InvalidSettingException(FormattableString.Invariant($"{name} is {value}; it must be from {least} to {most}."));
        }
    }
}
