namespace OhlcvConnector.Forecasting.Networks;

/// <summary>A training under way.</summary>
internal sealed class TrainingState(float[] weights, Adam adam)
{
    /// <summary>Passes done.</summary>
    public int Epoch { get; set; }

    /// <summary>Passes since the best one.</summary>
    public int Stale { get; set; }

    /// <summary>The least loss of the validation.</summary>
    public double BestLoss { get; set; } = double.PositiveInfinity;

    /// <summary>The weights as they are.</summary>
    public float[] Weights { get; } = weights;

    /// <summary>The weights at the least loss.</summary>
    public float[] Best { get; } = (float[])weights.Clone();

    /// <summary>The optimiser.</summary>
    public Adam Adam { get; } = adam;
}
