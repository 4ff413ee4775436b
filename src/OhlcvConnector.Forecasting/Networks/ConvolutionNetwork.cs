using System.Numerics;

namespace OhlcvConnector.Forecasting.Networks;

/// <summary>
/// A small temporal convolution (after Bai, Kolter and Koltun 2018): layers of causal convolutions of three taps, each twice as far apart as in the layer
/// before, with a hyperbolic tangent and, from the second on, a way around; a linear layer on the newest row.
/// </summary>
internal sealed class ConvolutionNetwork<T> : Network<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Rows that a convolution reads.</summary>
    internal const int Taps = 3;

    private readonly int _channels;
    private readonly int _layers;

    /// <summary>Creates a network with weights of zero.</summary>
    public ConvolutionNetwork(int inputs, int window, int channels, int outputs)
        : base(inputs, window, outputs, WeightsOf(inputs, window, channels, outputs)) => (_channels, _layers) = (channels, LayersOf(window));

    /// <inheritdoc/>
    public override int MemoryLength => ((2 * _layers) + 2) * Window * _channels; // of each layer its tangents and its rows; then two layers of gradients

    private int OfHead => WeightsOf(Inputs, Window, _channels, Outputs) - (Outputs * (_channels + 1));

    private int RowsLength => Window * _channels;

    /// <inheritdoc/>
    public override void Draw(Random random)
    {
        Weights.AsSpan().Clear();
        for (var layer = 0; layer < _layers; layer++)
        {
            var width = layer == 0 ? Inputs : _channels;
            Draw(random, Weights.AsSpan(OfLayer(layer), Taps * width * _channels), 1 / Math.Sqrt(Taps * width));
        }
    }

    /// <inheritdoc/>
    public override void Forward(ReadOnlySpan<T> rows, Span<T> outputs, Span<T> memory)
    {
        ReadOnlySpan<T> weights = Weights;
        var input = rows;
        var width = Inputs;
        for (var layer = 0; layer < _layers; layer++)
        {
            var tangents = memory.Slice(2 * layer * RowsLength, RowsLength);
            var result = memory.Slice(((2 * layer) + 1) * RowsLength, RowsLength);
            var at = OfLayer(layer);
            for (var step = 0; step < Window; step++)
            {
                var sum = tangents.Slice(step * _channels, _channels);
                weights.Slice(at + (Taps * width * _channels), _channels).CopyTo(sum);
                for (var tap = 0; tap < Taps && step - (tap << layer) >= 0; tap++)
                {
                    var row = input.Slice((step - (tap << layer)) * width, width);
                    for (var index = 0; index < width; index++)
                    {
                        Kernels.AddScaled(row[index], weights.Slice(at + (((tap * width) + index) * _channels), _channels), sum);
                    }
                }
            }

            Kernels.Tanh<T>(tangents, tangents);
            tangents.CopyTo(result);
            if (layer > 0)
            {
                Kernels.AddScaled(T.One, input, result);
            }

            input = result;
            width = _channels;
        }

        var last = input[^_channels..];
        for (var index = 0; index < Outputs; index++)
        {
            var head = weights.Slice(OfHead + (index * (_channels + 1)), _channels + 1);
            outputs[index] = head[_channels] + Kernels.Dot(head[.._channels], last);
        }
    }

    /// <inheritdoc/>
    public override void Backward(ReadOnlySpan<T> rows, ReadOnlySpan<T> outputGradient, Span<T> memory, Span<T> gradient)
    {
        ReadOnlySpan<T> weights = Weights;
        var ofResult = memory.Slice(2 * _layers * RowsLength, RowsLength);
        var ofInput = memory.Slice(((2 * _layers) + 1) * RowsLength, RowsLength);
        ofResult.Clear();
        ReadOnlySpan<T> last = memory.Slice((((2 * _layers) - 1) * RowsLength) + RowsLength - _channels, _channels);
        for (var index = 0; index < Outputs; index++)
        {
            var at = OfHead + (index * (_channels + 1));
            gradient[at + _channels] += outputGradient[index];
            Kernels.AddScaled(outputGradient[index], last, gradient.Slice(at, _channels));
            Kernels.AddScaled(outputGradient[index], weights.Slice(at, _channels), ofResult[^_channels..]);
        }

        for (var layer = _layers - 1; layer >= 0; layer--)
        {
            var input = layer == 0 ? rows : memory.Slice(((2 * layer) - 1) * RowsLength, RowsLength);
            ofInput.Clear();
            if (layer > 0)
            {
                ofResult.CopyTo(ofInput); // the way around
            }

            LayerGradients(layer, input, memory.Slice(2 * layer * RowsLength, RowsLength), ofResult, layer == 0 ? default : ofInput, gradient);
            var swapped = ofResult;
            ofResult = ofInput;
            ofInput = swapped;
        }
    }

    /// <summary>Layers that it takes to see the whole window.</summary>
    internal static int LayersOf(int window)
    {
        var layers = 1;
        for (var reach = Taps; reach < window; reach += (Taps - 1) << layers++)
        {
        }

        return layers;
    }

    private static int WeightsOf(int inputs, int window, int channels, int outputs) =>
        (((Taps * inputs) + 1) * channels) + ((LayersOf(window) - 1) * ((Taps * channels) + 1) * channels) + (outputs * (channels + 1));

    private int OfLayer(int layer) =>
        layer == 0 ? 0 : (((Taps * Inputs) + 1) * _channels) + ((layer - 1) * ((Taps * _channels) + 1) * _channels);

    private void LayerGradients(
        int layer, ReadOnlySpan<T> input, ReadOnlySpan<T> tangents, Span<T> ofResult, Span<T> ofInput, Span<T> gradient)
    {
        ReadOnlySpan<T> weights = Weights;
        var (at, width) = (OfLayer(layer), layer == 0 ? Inputs : _channels);
        for (var step = 0; step < Window; step++)
        {
            var of = ofResult.Slice(step * _channels, _channels);
            for (var index = 0; index < _channels; index++)
            {
                var tangent = tangents[(step * _channels) + index];
                of[index] *= T.One - (tangent * tangent);
            }

            Kernels.AddScaled(T.One, of, gradient.Slice(at + (Taps * width * _channels), _channels));
            for (var tap = 0; tap < Taps && step - (tap << layer) >= 0; tap++)
            {
                var place = (step - (tap << layer)) * width;
                for (var index = 0; index < width; index++)
                {
                    var weight = at + (((tap * width) + index) * _channels);
                    Kernels.AddScaled(input[place + index], of, gradient.Slice(weight, _channels));
                    if (!ofInput.IsEmpty)
                    {
                        ofInput[place + index] += Kernels.Dot<T>(weights.Slice(weight, _channels), of);
                    }
                }
            }
        }
    }
}
