using OhlcvConnector.Forecasting.Data;
using OhlcvConnector.Forecasting.Networks;
using OhlcvConnector.Forecasting.Onnx;

namespace OhlcvConnector.Forecasting.Models;

/// <summary>
/// A network as a model: trained in batches by Adam, ended where the validation gets no better, with the weights that were best there. It begins as
/// "no change", and stays that where nothing is to be learnt.
/// </summary>
internal sealed class NetworkForecaster : IForecaster, IExportable
{
    private const int Batch = 32;
    private const int Lanes = 4; // parts of a batch that threads share; a number of its own, so that the sum does not depend on the threads

    private readonly Network<float> _network;
    private readonly Loss _loss;
    private readonly float[] _memory;
    private double _mean;
    private double _deviation = 1;

    public NetworkForecaster(ForecastDefinition definition, int inputs)
    {
        _loss = definition.Target switch
        {
            ForecastTarget.Direction => new Loss(LossKind.Logistic, []),
            ForecastTarget.Quantiles => new Loss(LossKind.Pinball, [.. definition.Levels]),
            _ => new Loss(LossKind.Squared, []),
        };
        Outputs = definition.Target == ForecastTarget.Quantiles ? definition.Levels.Count : 1;
        _network = definition.Model == "tcn"
            ? new ConvolutionNetwork<float>(inputs, definition.Window, definition.Hidden, Outputs)
            : new LstmNetwork<float>(inputs, definition.Window, definition.Hidden, Outputs);
        _memory = new float[_network.MemoryLength];
    }

    public int Outputs { get; }

    public double[] State
    {
        get => [_mean, _deviation, .. _network.Weights];
        set
        {
            if (value.Length != _network.Weights.Length + 2)
            {
                throw new ForecastException($"The model has {value.Length} numbers where {_network.Weights.Length + 2} belong: its file is damaged; train it again.");
            }

            (_mean, _deviation) = (value[0], value[1]);
            for (var index = 0; index < _network.Weights.Length; index++)
            {
                _network.Weights[index] = (float)value[index + 2];
            }
        }
    }

    public void Fit(FitInput input, CancellationToken cancellationToken)
    {
        (_mean, _deviation) = _loss.Kind == LossKind.Logistic ? (0, 1) : Measure(input);
        _network.Draw(new Random(input.Definition.Seed));
        var adam = new Adam(_network.Weights.Length, input.Definition.LearningRate);
        var state = new TrainingState(_network.Weights, adam);
        var kept = input.CheckpointFile is { } path ? new Checkpoint(path, input.Key) : null;
        var lanes = Enumerable.Range(0, Lanes).Select(_ => new Lane(_network)).ToArray();
        if (kept?.TryRead(state) != true)
        {
            state.BestLoss = Validate(input, lanes);
            _network.Weights.CopyTo(state.Best, 0);
        }

        var clock = input.Options.Clock;
        var (began, first) = (clock.GetTimestamp(), state.Epoch);
        while (state.Epoch < input.Definition.Epochs && state.Stale < input.Definition.Patience)
        {
            var loss = RunEpoch(input, state, lanes, cancellationToken);
            var validation = Validate(input, lanes);
            state.Epoch++;
            state.Stale++;
            if (validation < state.BestLoss)
            {
                (state.BestLoss, state.Stale) = (validation, 0);
                _network.Weights.CopyTo(state.Best, 0);
            }

            kept?.Write(state);
            var left = clock.GetElapsedTime(began) / (state.Epoch - first) * (input.Definition.Epochs - state.Epoch);
            input.Options.Progress?.Invoke(new TrainingProgress(input.Options.Part, state.Epoch, input.Definition.Epochs, loss, validation, left));
            cancellationToken.ThrowIfCancellationRequested();
        }

        state.Best.CopyTo(_network.Weights, 0);
    }

    public void Predict(Samples samples, int index, Span<double> values)
    {
        Span<float> outputs = stackalloc float[Outputs];
        lock (_memory)
        {
            _network.Forward(samples.Window(index), outputs, _memory);
        }

        for (var at = 0; at < outputs.Length; at++)
        {
            values[at] = _loss.Kind == LossKind.Logistic ? 1 / (1 + Math.Exp(-outputs[at])) : _mean + (_deviation * outputs[at]);
        }

        values[..Outputs].Sort(); // quantiles do not cross
    }

    public void AddTo(OnnxGraph graph, string rows, ForecastDefinition definition, int columns)
    {
        var outputs = definition.Model == "tcn"
            ? OnnxLayers.Convolutions(graph, rows, _network.Weights, columns, definition.Window, definition.Hidden, Outputs)
            : OnnxLayers.Lstm(graph, rows, _network.Weights, columns, definition.Hidden, Outputs);
        var exact = graph.Cast(outputs, OnnxGraph.Element.Double);
        if (_loss.Kind == LossKind.Logistic)
        {
            graph.Add("Sigmoid", [exact], name: "forecast");
            return;
        }

        var spread = graph.Add("Mul", [exact, graph.Add([_deviation])]);
        var points = graph.Add("Add", [spread, graph.Add([_mean])], name: Outputs > 1 ? null : "forecast");
        if (Outputs > 1)
        {
            graph.Add("TopK", [points, graph.Add([(long)Outputs], 1)], node => OnnxGraph.Attribute(node, "largest", 0), outputs: 2, name: "forecast");
        }
    }

    /// <summary>The mean and the deviation of the target. A return keeps its zero, so that a model begins with no change.</summary>
    internal static (double Mean, double Deviation) Measure(FitInput input)
    {
        var mean = input.Definition.Target == ForecastTarget.Volatility ? input.Train.Average(input.TargetOf) : 0;
        var deviation = Math.Sqrt(input.Train.Average(index => Math.Pow(input.TargetOf(index) - mean, 2)));
        return (mean, deviation > 0 ? deviation : 1);
    }

    private double RunEpoch(FitInput input, TrainingState state, Lane[] lanes, CancellationToken cancellationToken)
    {
        var order = (int[])input.Train.Clone();
        new Random(unchecked((input.Definition.Seed * 7919) + state.Epoch)).Shuffle(order);
        var sum = 0.0;
        for (var start = 0; start < order.Length; start += Batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var batch = order.AsMemory(start, Math.Min(Batch, order.Length - start));
            Each(input, lanes, lane => lanes[lane].Learn(this, input, Part(batch, lane)));
            var gradient = lanes[0].Gradient.AsSpan();
            for (var lane = 1; lane < Lanes; lane++)
            {
                Kernels.AddScaled(1f, lanes[lane].Gradient, gradient);
            }

            foreach (ref var slope in gradient)
            {
                slope /= batch.Length;
            }

            state.Adam.Step(_network.Weights, gradient);
            sum += lanes.Sum(lane => lane.LossSum);
        }

        return sum / order.Length;
    }

    private double Validate(FitInput input, Lane[] lanes)
    {
        Each(input, lanes, lane => lanes[lane].Measure(this, input, Part(input.Validation, lane)));
        return lanes.Sum(lane => lane.LossSum) / input.Validation.Length;
    }

    private static ReadOnlyMemory<int> Part(ReadOnlyMemory<int> all, int lane) =>
        all[(all.Length * lane / Lanes)..(all.Length * (lane + 1) / Lanes)];

    private static void Each(FitInput input, Lane[] lanes, Action<int> work)
    {
        if (input.Options.Threads > 1)
        {
            _ = Parallel.For(0, lanes.Length, new ParallelOptions { MaxDegreeOfParallelism = input.Options.Threads }, work);
            return;
        }

        for (var lane = 0; lane < lanes.Length; lane++)
        {
            work(lane);
        }
    }

    /// <summary>A part of the batches, with memory of its own.</summary>
    private sealed class Lane(Network<float> network)
    {
        private readonly float[] _memory = new float[network.MemoryLength];
        private readonly float[] _outputs = new float[network.Outputs];
        private readonly float[] _slopes = new float[network.Outputs];

        public float[] Gradient { get; } = new float[network.Weights.Length];

        public double LossSum { get; private set; }

        public void Learn(NetworkForecaster model, FitInput input, ReadOnlyMemory<int> examples)
        {
            Gradient.AsSpan().Clear();
            LossSum = 0;
            foreach (var index in examples.Span)
            {
                var window = input.Samples.Window(index);
                LossSum += LossOf(model, input, index, window);
                network.Backward(window, _slopes, _memory, Gradient);
            }
        }

        public void Measure(NetworkForecaster model, FitInput input, ReadOnlyMemory<int> examples)
        {
            LossSum = 0;
            foreach (var index in examples.Span)
            {
                LossSum += LossOf(model, input, index, input.Samples.Window(index));
            }
        }

        private double LossOf(NetworkForecaster model, FitInput input, int index, ReadOnlySpan<float> window)
        {
            network.Forward(window, _outputs, _memory);
            return model._loss.Of(_outputs, (float)((input.TargetOf(index) - model._mean) / model._deviation), _slopes);
        }
    }
}
