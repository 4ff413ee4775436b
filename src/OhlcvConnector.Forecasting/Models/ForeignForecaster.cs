using OhlcvConnector.Forecasting.Data;

namespace OhlcvConnector.Forecasting.Models;

/// <summary>A network that was trained elsewhere; it is never trained here.</summary>
internal sealed class ForeignForecaster(byte[] file, INetwork network) : IForecaster
{
    /// <summary>Its name as a model.</summary>
    public const string Kind = "onnx";

    /// <summary>Its file.</summary>
    public byte[] File => file;

    public double[] State
    {
        get => [];
        set
        {
        }
    }

    public int Outputs => network.Outputs;

    /// <summary>Opens a network, and refuses one whose forecasts are not those of its definition.</summary>
    public static ForeignForecaster Open(ForecastDefinition definition, int columns, byte[] file, INetworkRuntime? runtime)
    {
        if (runtime is null)
        {
            throw new ForecastException(
                "The model is an ONNX network, and this program has nothing that runs one: use it in a program of your own that references OhlcvConnector.Forecasting.Onnx.");
        }

        var network = runtime.Open(file, definition.Window, columns);
        var most = definition.Target == ForecastTarget.Quantiles ? definition.Levels.Count : 1;
        return network.Outputs == 1 || network.Outputs == most ? new ForeignForecaster(file, network) : throw new ForecastException(
            $"The network gives {network.Outputs} numbers, and a forecast of {definition.Target.ToString().ToLowerInvariant()} has {most}{(most > 1 ? ", or 1" : "")}.");
    }

    public void Fit(FitInput input, CancellationToken cancellationToken) =>
        throw new ForecastException("An ONNX network is not trained here: train it where it was made, and add it again.");

    public void Predict(Samples samples, int index, Span<double> values)
    {
        network.Run(samples.Window(index), values);
        foreach (var value in values)
        {
            if (!double.IsFinite(value))
            {
                throw new ForecastException("The network gave no finite number.");
            }
        }

        values.Sort();
    }
}
