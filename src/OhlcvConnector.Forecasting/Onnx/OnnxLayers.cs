using OhlcvConnector.Forecasting.Networks;
using OhlcvConnector.Forecasting.Trees;

namespace OhlcvConnector.Forecasting.Onnx;

/// <summary>What models are made of, as operators of ONNX.</summary>
internal static class OnnxLayers
{
    /// <summary>Adds a recurrent layer and its head. ONNX has the gates in the order input, output, forget, cell.</summary>
    public static string Lstm(OnnxGraph graph, string rows, float[] weights, int inputs, int hidden, int outputs)
    {
        int[] order = [0, 3, 1, 2];
        var (gates, at) = (4 * hidden, (inputs + hidden) * 4 * hidden);
        var (ofInput, ofState, bias) = (new float[gates * inputs], new float[gates * hidden], new float[2 * gates]);
        for (var gate = 0; gate < gates; gate++)
        {
            var ours = (order[gate / hidden] * hidden) + (gate % hidden);
            for (var input = 0; input < inputs; input++)
            {
                ofInput[(gate * inputs) + input] = weights[(input * gates) + ours];
            }

            for (var state = 0; state < hidden; state++)
            {
                ofState[(gate * hidden) + state] = weights[((inputs + state) * gates) + ours];
            }

            bias[gate] = weights[at + ours];
        }

        var steps = graph.Add("Transpose", [rows], node => OnnxGraph.Attribute(node, "perm", [1, 0, 2]));
        var layer = graph.Add(
            "LSTM", [steps, graph.Add(ofInput, 1, gates, inputs), graph.Add(ofState, 1, gates, hidden), graph.Add(bias, 1, 2 * gates)],
            node => OnnxGraph.Attribute(node, "hidden_size", hidden), outputs: 2);
        var last = graph.Add("Squeeze", [$"{layer}.1", graph.Add([0L], 1)]);
        var head = weights.AsSpan(at + gates);
        return Head(graph, last, head[..(outputs * hidden)], head[(outputs * hidden)..], hidden);
    }

    /// <summary>Adds causal convolutions and their head. ONNX counts the taps from the oldest row.</summary>
    public static string Convolutions(OnnxGraph graph, string rows, float[] weights, int inputs, int window, int channels, int outputs)
    {
        const int Taps = ConvolutionNetwork<float>.Taps;
        var (input, width, at) = (graph.Add("Transpose", [rows], node => OnnxGraph.Attribute(node, "perm", [0, 2, 1])), inputs, 0);
        for (var layer = 0; layer < ConvolutionNetwork<float>.LayersOf(window); layer++)
        {
            var kernel = new float[channels * width * Taps];
            for (var tap = 0; tap < Taps; tap++)
            {
                for (var from = 0; from < width; from++)
                {
                    for (var to = 0; to < channels; to++)
                    {
                        kernel[(((to * width) + from) * Taps) + Taps - 1 - tap] = weights[at + (((tap * width) + from) * channels) + to];
                    }
                }
            }

            at += kernel.Length;
            var apart = 1L << layer;
            var sums = graph.Add("Conv", [input, graph.Add(kernel, channels, width, Taps), graph.Add(weights.AsSpan(at, channels), channels)], node =>
            {
                OnnxGraph.Attribute(node, "dilations", [apart]);
                OnnxGraph.Attribute(node, "pads", [(Taps - 1) * apart, 0]);
            });
            var tangents = graph.Add("Tanh", [sums]);
            input = layer == 0 ? tangents : graph.Add("Add", [tangents, input]);
            (at, width) = (at + channels, channels);
        }

        var last = graph.Add("Gather", [input, graph.Add([window - 1L])], node => OnnxGraph.Attribute(node, "axis", 2));
        var (head, bias) = (new float[outputs * channels], new float[outputs]);
        for (var output = 0; output < outputs; output++)
        {
            weights.AsSpan(at + (output * (channels + 1)), channels).CopyTo(head.AsSpan(output * channels));
            bias[output] = weights[at + (output * (channels + 1)) + channels];
        }

        return Head(graph, last, head, bias, channels);
    }

    /// <summary>Adds the sum of trees.</summary>
    public static string Trees(OnnxGraph graph, string row, IReadOnlyList<TreeNode[]> trees)
    {
        var nodes = trees.SelectMany((tree, number) => tree.Select((node, place) => (Tree: (long)number, Place: (long)place, Node: node))).ToList();
        var leaves = nodes.FindAll(one => one.Node.IsLeaf);
        return graph.Add(
            "TreeEnsembleRegressor", [row],
            node =>
            {
                OnnxGraph.Attribute(node, "n_targets", 1);
                OnnxGraph.Attribute(node, "nodes_treeids", nodes.Select(one => one.Tree));
                OnnxGraph.Attribute(node, "nodes_nodeids", nodes.Select(one => one.Place));
                OnnxGraph.Attribute(node, "nodes_featureids", nodes.Select(one => Math.Max(0L, one.Node.Feature)));
                OnnxGraph.Attribute(node, "nodes_modes", nodes.Select(one => one.Node.IsLeaf ? "LEAF" : "BRANCH_LEQ"));
                OnnxGraph.Attribute(node, "nodes_values", nodes.Select(one => one.Node.IsLeaf ? 0 : one.Node.Number));
                OnnxGraph.Attribute(node, "nodes_truenodeids", nodes.Select(one => (long)one.Node.Left));
                OnnxGraph.Attribute(node, "nodes_falsenodeids", nodes.Select(one => (long)one.Node.Right));
                OnnxGraph.Attribute(node, "target_treeids", leaves.Select(one => one.Tree));
                OnnxGraph.Attribute(node, "target_nodeids", leaves.Select(one => one.Place));
                OnnxGraph.Attribute(node, "target_ids", leaves.Select(_ => 0L));
                OnnxGraph.Attribute(node, "target_weights", leaves.Select(one => one.Node.Number));
            },
            domain: "ai.onnx.ml");
    }

    private static string Head(OnnxGraph graph, string last, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, int width) => graph.Add(
        "Gemm", [last, graph.Add(weights, bias.Length, width), graph.Add(bias, bias.Length)], node => OnnxGraph.Attribute(node, "transB", 1));
}
