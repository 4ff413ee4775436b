using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace OhlcvConnector.Forecasting.Onnx;

/// <summary>A session of ONNX Runtime as a network. It lives as long as its model does, and is given back with it.</summary>
internal sealed class OnnxNetwork : INetwork
{
    private readonly InferenceSession _session;
    private readonly string _input;
    private readonly string _output;
    private readonly bool _takesDouble;
    private readonly long[] _shape;

    /// <summary>Looks what the session takes and gives, and tries it.</summary>
    public OnnxNetwork(InferenceSession session, int window, int columns)
    {
        if (session.InputMetadata.Count != 1 || session.OutputMetadata.Count != 1)
        {
            throw new ForecastException($"The network has {session.InputMetadata.Count} inputs and {session.OutputMetadata.Count} outputs, and must have one of each.");
        }

        (_session, _shape) = (session, [1, window, columns]);
        (_input, var taken) = session.InputMetadata.Single();
        (_output, _) = session.OutputMetadata.Single();
        _takesDouble = taken.ElementType == typeof(double);
        if (!_takesDouble && taken.ElementType != typeof(float))
        {
            throw new ForecastException($"The network's input '{_input}' is of {taken.ElementType.Name}, and must be of single or double numbers.");
        }

        if (taken.Dimensions.Length != 3 || taken.Dimensions.Zip(_shape).Any(pair => pair.First > 0 && pair.First != pair.Second))
        {
            throw new ForecastException(
                $"The network takes [{string.Join(", ", taken.Dimensions)}], and the definition makes windows of [1, {window}, {columns}]: rows, the newest last, of columns.");
        }

        Outputs = Run(new float[window * columns]).Length;
    }

    /// <inheritdoc/>
    public int Outputs { get; }

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<float> window, Span<double> forecast) => Run(window.ToArray()).CopyTo(forecast);

    private double[] Run(float[] window)
    {
        try
        {
            using var input = _takesDouble
                ? OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(window, number => (double)number), _shape)
                : OrtValue.CreateTensorValueFromMemory(window, _shape);
            using var run = new RunOptions();
            using var outputs = _session.Run(run, [_input], [input], [_output]);
            var type = outputs[0].GetTensorTypeAndShape().ElementDataType;
            return type switch
            {
                TensorElementType.Double => outputs[0].GetTensorDataAsSpan<double>().ToArray(),
                TensorElementType.Float => Array.ConvertAll(outputs[0].GetTensorDataAsSpan<float>().ToArray(), number => (double)number),
                _ => throw new ForecastException($"The network's output '{_output}' is of {type}, and must be of single or double numbers."),
            };
        }
        catch (OnnxRuntimeException exception)
        {
            throw new ForecastException($"The network failed: {exception.Message}", exception);
        }
    }
}
