using OhlcvConnector.Domain;

namespace OhlcvConnector.Indicators;

/// <content>What a formula says and gets: its part of the state, how long it remembers, and its step from candle to candle.</content>
public abstract partial class Indicator
{
    /// <summary>Reserves a part of the state; zeros are its beginning.</summary>
    /// <param name="cells">The number of cells.</param>
    /// <returns>The index at which it begins.</returns>
    internal int Claim(int cells)
    {
        var start = _state.Length;
        Array.Resize(ref _state, start + cells);
        return start;
    }

    /// <summary>Says that a part of the formula is an average of all that came.</summary>
    /// <param name="weight">The weight of the newest.</param>
    internal void Remember(double weight) => _memory += (int)Math.Min(Forgotten / weight, MaxMemory);

    /// <summary>Takes one candle that has all that the formula needs: changes the state, and writes the outputs to its beginning when they are known.</summary>
    /// <param name="bar">The candle; of an indicator of one series, that number is its close.</param>
    /// <param name="state">The state to go on from.</param>
    private protected abstract void Advance(in Bar bar, double[] state);

    /// <summary>The session that it begins anew with; null for none.</summary>
    private protected virtual Interval? OwnSession => null;

    /// <summary>Returns the number of candles that an output takes beyond those of the first output; below zero where it takes fewer.</summary>
    private protected virtual int LaterBy(int output) => 0;

    /// <summary>Calculates a whole series at once, where that is cheaper than one by one.</summary>
    /// <param name="values">The numbers, all finite, elsewhere than the output.</param>
    /// <param name="output">The span that takes the outputs.</param>
    /// <returns>True when it did; false leaves it to be done one by one.</returns>
    private protected virtual bool TryCompute(ReadOnlySpan<double> values, Span<double> output) => false;

    /// <summary>Returns the number of candles that went into a state, the one under way included.</summary>
    private protected double CountOf(double[] state) => state[_outputs];
}
