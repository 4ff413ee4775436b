namespace OhlcvConnector.Infrastructure.Engine.Sequence;

/// <summary>The states of a series' order. It only ever goes on to a later one.</summary>
internal enum SequenceState
{
    /// <summary>The start is the clock's guess, which may still be corrected.</summary>
    Guessed,

    /// <summary>A message, history or the user fixed where it starts; nothing closed was delivered yet.</summary>
    Anchored,

    /// <summary>A closed candle was delivered.</summary>
    Delivering,

    /// <summary>The series was removed; nothing is delivered any more.</summary>
    Removed,
}
