namespace OhlcvConnector.Indicators;

/// <summary>
/// Compares each turning point of an oscillator, and the price there, with the one before: they diverge where one went higher and the other lower. In the
/// state: of the last top and the last bottom, whether there is one, the oscillator, the price.
/// </summary>
internal readonly struct DivergencePart(Indicator owner, double top, double bottom)
{
    private readonly int _at = owner.Claim(6);

    /// <summary>The oscillator at the last bottom; <see cref="double.NaN"/> before there is one.</summary>
    public double Bottom(double[] state) => state[_at + 3] == 0 ? double.NaN : state[_at + 4];

    /// <summary>Takes a turning point; one short of the limits is none.</summary>
    /// <param name="state">The owner's state.</param>
    /// <param name="turn">1 for a top, -1 for a bottom, 0 for neither.</param>
    /// <param name="value">The oscillator there.</param>
    /// <param name="high">The highest price there.</param>
    /// <param name="low">The lowest price there.</param>
    /// <returns>Regular (the price went farther than the oscillator) and hidden (the other way about): 1 bullish, -1 bearish, 0 neither.</returns>
    public (int Regular, int Hidden) Push(double[] state, int turn, double value, double high, double low)
    {
        if (turn == 0 || (turn > 0 ? value < top : value > bottom))
        {
            return (0, 0);
        }

        var last = state.AsSpan(turn > 0 ? _at : _at + 3, 3);
        var price = turn > 0 ? high : low;
        var (priceWent, valueWent) = last[0] == 0 ? (0, 0) : (turn * Math.Sign(price - last[2]), turn * Math.Sign(value - last[1])); // 1 is farther
        (last[0], last[1], last[2]) = (1, value, price);
        return (priceWent > 0 && valueWent < 0 ? -turn : 0, priceWent < 0 && valueWent > 0 ? -turn : 0);
    }
}
