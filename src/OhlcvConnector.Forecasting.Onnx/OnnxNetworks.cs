using Microsoft.ML.OnnxRuntime;

namespace OhlcvConnector.Forecasting.Onnx;

/// <summary>
/// Runs ONNX networks by ONNX Runtime, on the processor. A network has one input of single or double numbers, <c>[batch, window, columns]</c> with a free or
/// single batch, which takes the features unscaled, and one output of single or double numbers, <c>[batch, outputs]</c>, in the target's unit.
/// </summary>
public sealed class OnnxNetworks : INetworkRuntime
{
    /// <summary>Threads that a forecast may use. Default: 1, which is the fastest for small networks.</summary>
    public int Threads { get; init; } = 1;

    /// <inheritdoc/>
    public INetwork Open(byte[] file, int window, int columns)
    {
        ArgumentNullException.ThrowIfNull(file);
        using var options = new SessionOptions
        {
            IntraOpNumThreads = Threads,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        InferenceSession session;
        try
        {
            session = new InferenceSession(file, options);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new ForecastException($"The file is no ONNX network that can be run: {exception.Message}", exception);
        }

        try
        {
            return new OnnxNetwork(session, window, columns);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }
}
