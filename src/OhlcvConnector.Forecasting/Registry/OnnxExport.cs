using System.Globalization;
using OhlcvConnector.Forecasting.Data;
using OhlcvConnector.Forecasting.Models;
using OhlcvConnector.Forecasting.Onnx;

namespace OhlcvConnector.Forecasting.Registry;

/// <summary>
/// Writes models as ONNX: from the unscaled features of a window to the forecast in the target's unit, so that who runs it needs neither the scale nor
/// anything else of the model.
/// </summary>
internal static class OnnxExport
{
    /// <summary>Writes a model.</summary>
    /// <exception cref="ForecastException">The model does not read features alone.</exception>
    public static void Write(FittedModel model, ModelCard card, Stream stream)
    {
        var (definition, columns) = (model.Definition, card.Columns.Count);
        if (model.Forecaster is not IExportable exportable)
        {
            throw new ForecastException($"A model of the kind {definition.Model} reads more than a window of features, and cannot be written as ONNX; lstm, tcn, ridge and trees can.");
        }

        var graph = new OnnxGraph();
        var exact = graph.Cast("window", OnnxGraph.Element.Double);
        var centred = graph.Add("Sub", [exact, graph.Add(model.Scaler.Means, columns)]);
        var scaled = graph.Add("Div", [centred, graph.Add(model.Scaler.Deviations, columns)]);
        var clipped = graph.Add("Clip", [scaled, graph.Add([-Scaler.Most]), graph.Add([Scaler.Most])]);
        exportable.AddTo(graph, graph.Cast(clipped, OnnxGraph.Element.Float), definition, columns);
        graph.Write(stream, card.Name, definition.Window, columns, model.Forecaster.Outputs,
        [
            ("name", card.Name), ("version", card.Version), ("columns", string.Join(',', card.Columns)), ("interval", definition.Interval),
            ("horizon", definition.Horizon.ToString(CultureInfo.InvariantCulture)), ("target", definition.Target.ToString().ToLowerInvariant()),
            ("verdict", card.Verdict),
        ]);
    }
}
