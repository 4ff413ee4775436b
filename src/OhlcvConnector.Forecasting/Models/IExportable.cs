using OhlcvConnector.Forecasting.Onnx;

namespace OhlcvConnector.Forecasting.Models;

/// <summary>A model that reads a window of features and nothing else, so that a graph can say what it does.</summary>
internal interface IExportable
{
    /// <summary>Adds what it does.</summary>
    /// <param name="graph">The graph; its output is to be named <c>forecast</c>, of double numbers.</param>
    /// <param name="rows">The scaled features, single numbers [batch, window, columns].</param>
    /// <param name="definition">The definition.</param>
    /// <param name="columns">Columns of the features.</param>
    void AddTo(OnnxGraph graph, string rows, ForecastDefinition definition, int columns);
}
