using System.Numerics;

namespace OhlcvConnector.Forecasting.Networks;

/// <summary>
/// A network that reads a window of rows and gives some numbers. Its weights are one array; it keeps no state between windows, so several threads can use one
/// network, each with a memory of its own.
/// </summary>
/// <typeparam name="T"><see cref="float"/> for work; <see cref="double"/> for checks of its gradients.</typeparam>
internal abstract class Network<T>(int inputs, int window, int outputs, int weights)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Numbers in a row.</summary>
    public int Inputs { get; } = inputs;

    /// <summary>Rows that it reads, the newest last.</summary>
    public int Window { get; } = window;

    /// <summary>Numbers that it gives.</summary>
    public int Outputs { get; } = outputs;

    /// <summary>All weights.</summary>
    public T[] Weights { get; } = new T[weights];

    /// <summary>Length of the memory that a forward pass leaves for the backward pass.</summary>
    public abstract int MemoryLength { get; }

    /// <summary>Draws the weights to begin with. The last layer is zero: an untrained network says "no change".</summary>
    public abstract void Draw(Random random);

    /// <summary>Calculates the outputs of a window.</summary>
    public abstract void Forward(ReadOnlySpan<T> rows, Span<T> outputs, Span<T> memory);

    /// <summary>Adds the gradient of the weights, given that of the outputs, after <see cref="Forward"/> with the same rows and memory.</summary>
    public abstract void Backward(ReadOnlySpan<T> rows, ReadOnlySpan<T> outputGradient, Span<T> memory, Span<T> gradient);

    /// <summary>Draws weights evenly around zero.</summary>
    protected static void Draw(Random random, Span<T> weights, double reach)
    {
        foreach (ref var weight in weights)
        {
            weight = T.CreateChecked(((random.NextDouble() * 2) - 1) * reach);
        }
    }
}
