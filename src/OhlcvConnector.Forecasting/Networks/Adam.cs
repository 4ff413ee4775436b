namespace OhlcvConnector.Forecasting.Networks;

/// <summary>The optimiser Adam (Kingma and Ba 2015), with gradients clipped by their norm.</summary>
internal sealed class Adam(int weights, double rate)
{
    private const double First = 0.9;
    private const double Second = 0.999;
    private const double Least = 1e-8;
    private const double MostNorm = 1;

    /// <summary>Steps done.</summary>
    public int Steps { get; set; }

    /// <summary>Means of the gradients.</summary>
    public float[] Means { get; } = new float[weights];

    /// <summary>Means of their squares.</summary>
    public float[] Squares { get; } = new float[weights];

    /// <summary>Moves weights against a gradient.</summary>
    public void Step(Span<float> weights, Span<float> gradient)
    {
        var norm = Math.Sqrt(Kernels.Dot<float>(gradient, gradient));
        var clip = norm > MostNorm ? (float)(MostNorm / norm) : 1;
        Steps++;
        var step = rate * Math.Sqrt(1 - Math.Pow(Second, Steps)) / (1 - Math.Pow(First, Steps));
        for (var index = 0; index < weights.Length; index++)
        {
            var slope = gradient[index] * clip;
            Means[index] += (float)(1 - First) * (slope - Means[index]);
            Squares[index] += (float)(1 - Second) * ((slope * slope) - Squares[index]);
            weights[index] -= (float)(step * Means[index] / (Math.Sqrt(Squares[index]) + Least));
        }
    }
}
