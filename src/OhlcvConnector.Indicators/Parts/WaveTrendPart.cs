namespace OhlcvConnector.Indicators;

/// <summary>The distance of a price from its average, in parts of the average distance, smoothed; and the average of that.</summary>
internal readonly struct WaveTrendPart
{
    private readonly EmaPart _price;
    private readonly EmaPart _distance;
    private readonly EmaPart _wave;
    private readonly SumPart _second;

    public WaveTrendPart(Indicator owner, int channel, int average, int signal)
    {
        (_price, _distance) = (EmaPart.Of(owner, channel), EmaPart.Of(owner, channel));
        (_wave, _second) = (EmaPart.Of(owner, average), new SumPart(owner, signal));
    }

    /// <summary>Returns the number of prices that it takes until there is a wave.</summary>
    public static int WarmUp(int channel, int average) => (2 * channel) + average - 2;

    /// <summary>Takes a price.</summary>
    /// <returns>The wave and its average; <see cref="double.NaN"/> before there are enough.</returns>
    public (double First, double Second) Push(double[] state, double price)
    {
        var mean = _price.Push(state, price);
        var distance = double.IsNaN(mean) ? double.NaN : _distance.Push(state, Math.Abs(price - mean));
        var wave = double.IsNaN(distance) ? double.NaN : _wave.Push(state, distance == 0 ? 0 : (price - mean) / (0.015 * distance));
        return (wave, double.IsNaN(wave) ? double.NaN : _second.Mean(state, wave));
    }
}
