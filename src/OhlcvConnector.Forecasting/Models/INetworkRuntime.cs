namespace OhlcvConnector.Forecasting;

/// <summary>
/// Runs networks that were trained elsewhere. The package <c>OhlcvConnector.Forecasting.Onnx</c> has one for ONNX files, with a native library of 46 MB, which
/// is why this library and the terminal are without it.
/// </summary>
public interface INetworkRuntime
{
    /// <summary>Opens a network.</summary>
    /// <param name="file">The bytes of its file.</param>
    /// <param name="window">Rows that it is given, the newest last.</param>
    /// <param name="columns">Numbers in a row.</param>
    /// <exception cref="ForecastException">It is no network that takes such windows; the message says what it takes.</exception>
    INetwork Open(byte[] file, int window, int columns);
}

/// <summary>A network that was opened. Several threads may run it at once.</summary>
public interface INetwork
{
    /// <summary>Numbers that it gives: 1, the point; or one for each level.</summary>
    int Outputs { get; }

    /// <summary>Forecasts in the target's unit.</summary>
    /// <param name="window">The features of a window, unscaled, row by row.</param>
    /// <param name="forecast">Receives the numbers.</param>
    void Run(ReadOnlySpan<float> window, Span<double> forecast);
}
