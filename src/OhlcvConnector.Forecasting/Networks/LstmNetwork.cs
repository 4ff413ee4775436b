using System.Numerics;

namespace OhlcvConnector.Forecasting.Networks;

/// <summary>
/// One layer of long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers 2000) and a linear layer on its last state. Gates stand
/// in the order input, forget, cell, output, as in PyTorch, whose two biases are one here.
/// </summary>
internal sealed class LstmNetwork<T> : Network<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _hidden;
    private readonly int _gates;
    private readonly int _step;

    /// <summary>Creates a network with weights of zero.</summary>
    public LstmNetwork(int inputs, int window, int hidden, int outputs)
        : base(inputs, window, outputs, (((inputs + hidden + 1) * 4) + outputs) * hidden + outputs) =>
            (_hidden, _gates, _step) = (hidden, 4 * hidden, 7 * hidden);

    /// <inheritdoc/>
    public override int MemoryLength => (Window * _step) + (7 * _hidden); // gates, cell, its tangent and state of each step; then what the way back needs

    private int OfBias => (Inputs + _hidden) * _gates;

    private int OfHead => OfBias + _gates;

    private int OfHeadBias => OfHead + (Outputs * _hidden);

    /// <inheritdoc/>
    public override void Draw(Random random)
    {
        Weights.AsSpan().Clear();
        Draw(random, Weights.AsSpan(0, OfBias), 1 / Math.Sqrt(_hidden));
        Weights.AsSpan(OfBias + _hidden, _hidden).Fill(T.One); // it remembers to begin with
    }

    /// <inheritdoc/>
    public override void Forward(ReadOnlySpan<T> rows, Span<T> outputs, Span<T> memory)
    {
        ReadOnlySpan<T> weights = Weights;
        for (var step = 0; step < Window; step++)
        {
            var here = memory.Slice(step * _step, _step);
            var gates = here[.._gates];
            weights.Slice(OfBias, _gates).CopyTo(gates);
            var row = rows.Slice(step * Inputs, Inputs);
            for (var index = 0; index < row.Length; index++)
            {
                Kernels.AddScaled(row[index], weights.Slice(index * _gates, _gates), gates);
            }

            var before = step == 0 ? default : memory.Slice((step - 1) * _step, _step);
            for (var index = 0; step > 0 && index < _hidden; index++)
            {
                Kernels.AddScaled(before[(6 * _hidden) + index], weights.Slice((Inputs + index) * _gates, _gates), gates);
            }

            Kernels.Sigmoid(gates[..(2 * _hidden)]);
            Kernels.Tanh<T>(gates.Slice(2 * _hidden, _hidden), gates.Slice(2 * _hidden, _hidden));
            Kernels.Sigmoid(gates[(3 * _hidden)..]);
            var cell = here.Slice(4 * _hidden, _hidden);
            for (var index = 0; index < _hidden; index++)
            {
                cell[index] = gates[index] * gates[(2 * _hidden) + index];
                cell[index] += step == 0 ? T.Zero : gates[_hidden + index] * before[(4 * _hidden) + index];
            }

            var tangent = here.Slice(5 * _hidden, _hidden);
            Kernels.Tanh<T>(cell, tangent);
            for (var index = 0; index < _hidden; index++)
            {
                here[(6 * _hidden) + index] = gates[(3 * _hidden) + index] * tangent[index];
            }
        }

        var last = memory.Slice(((Window - 1) * _step) + (6 * _hidden), _hidden);
        for (var index = 0; index < Outputs; index++)
        {
            outputs[index] = weights[OfHeadBias + index] + Kernels.Dot<T>(weights.Slice(OfHead + (index * _hidden), _hidden), last);
        }
    }

    /// <inheritdoc/>
    public override void Backward(ReadOnlySpan<T> rows, ReadOnlySpan<T> outputGradient, Span<T> memory, Span<T> gradient)
    {
        ReadOnlySpan<T> weights = Weights;
        var rest = memory[(Window * _step)..];
        var ofGates = rest[.._gates];
        var ofCell = rest.Slice(4 * _hidden, _hidden);
        var ofState = rest.Slice(5 * _hidden, _hidden);
        var scratch = rest.Slice(6 * _hidden, _hidden);
        ofCell.Clear();
        ofState.Clear();
        var last = memory.Slice(((Window - 1) * _step) + (6 * _hidden), _hidden);
        for (var index = 0; index < Outputs; index++)
        {
            gradient[OfHeadBias + index] += outputGradient[index];
            Kernels.AddScaled(outputGradient[index], last, gradient.Slice(OfHead + (index * _hidden), _hidden));
            Kernels.AddScaled(outputGradient[index], weights.Slice(OfHead + (index * _hidden), _hidden), ofState);
        }

        for (var step = Window - 1; step >= 0; step--)
        {
            var here = memory.Slice(step * _step, _step);
            var before = step == 0 ? default : memory.Slice((step - 1) * _step, _step);
            GateGradients(here, before, ofState, ofCell, ofGates);
            Kernels.AddScaled(T.One, ofGates, gradient.Slice(OfBias, _gates));
            var row = rows.Slice(step * Inputs, Inputs);
            for (var index = 0; index < row.Length; index++)
            {
                Kernels.AddScaled(row[index], ofGates, gradient.Slice(index * _gates, _gates));
            }

            for (var index = 0; step > 0 && index < _hidden; index++)
            {
                Kernels.AddScaled(before[(6 * _hidden) + index], ofGates, gradient.Slice((Inputs + index) * _gates, _gates));
                scratch[index] = Kernels.Dot<T>(weights.Slice((Inputs + index) * _gates, _gates), ofGates);
            }

            scratch.CopyTo(ofState);
        }
    }

    private void GateGradients(ReadOnlySpan<T> here, ReadOnlySpan<T> before, ReadOnlySpan<T> ofState, Span<T> ofCell, Span<T> ofGates)
    {
        for (var index = 0; index < _hidden; index++)
        {
            var (input, forget) = (here[index], here[_hidden + index]);
            var (cell, output) = (here[(2 * _hidden) + index], here[(3 * _hidden) + index]);
            var tangent = here[(5 * _hidden) + index];
            var of = ofCell[index] + (ofState[index] * output * (T.One - (tangent * tangent)));
            ofGates[index] = of * cell * input * (T.One - input);
            ofGates[_hidden + index] = before.IsEmpty ? T.Zero : of * before[(4 * _hidden) + index] * forget * (T.One - forget);
            ofGates[(2 * _hidden) + index] = of * input * (T.One - (cell * cell));
            ofGates[(3 * _hidden) + index] = ofState[index] * tangent * output * (T.One - output);
            ofCell[index] = of * forget;
        }
    }
}
