using System.Numerics;
using System.Text.Json;
using OhlcvConnector.Forecasting.Networks;
using Shouldly;

namespace OhlcvConnector.ForecastingTests;

/// <summary>
/// The networks against PyTorch and against finite differences. They are generic, so what is checked in double precision is the code that works in single.
/// </summary>
public class NetworkTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void An_lstm_gives_what_PyTorch_gives_in_either_precision(int index)
    {
        var torch = TorchCase(index);

        Results<double>(torch).Zip(Numbers(torch, "result")).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) < 1e-12);
        Results<float>(torch).Zip(Numbers(torch, "result")).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) < 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void The_gradient_of_an_lstm_is_that_of_PyTorch(int index)
    {
        var torch = TorchCase(index);
        var network = Lstm<double>(torch);
        var rows = Numbers(torch, "rows");
        var (outputs, memory, gradient) = (new double[network.Outputs], new double[network.MemoryLength], new double[network.Weights.Length]);
        network.Forward(rows, outputs, memory);
        network.Backward(rows, [.. outputs.Select(value => 2 * value)], memory, gradient); // the loss is the sum of squares
        var expected = Weights(
            torch, "gradientOfInputWeights", "gradientOfStateWeights", [.. Numbers(torch, "gradientOfBias")], "gradientOfHeadWeights", "gradientOfHeadBias");

        gradient.Zip(expected).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) < 1e-9);
    }

    [Theory]
    [InlineData("lstm", 3, 6, 8)]
    [InlineData("lstm", 4, 5, 7)]
    [InlineData("tcn", 3, 6, 8)]
    [InlineData("tcn", 2, 20, 5)]
    public void The_gradient_is_that_of_finite_differences(string kind, int inputs, int window, int width)
    {
        var random = new Random(7);
        Network<double> network = kind == "lstm"
            ? new LstmNetwork<double>(inputs, window, width, 2)
            : new ConvolutionNetwork<double>(inputs, window, width, 2);
        foreach (ref var weight in network.Weights.AsSpan())
        {
            weight = random.NextDouble() - 0.5; // the head too, which a network begins with at zero
        }

        double[] rows = [.. Enumerable.Range(0, inputs * window).Select(_ => (random.NextDouble() * 4) - 2)];
        var (memory, gradient, outputs) = (new double[network.MemoryLength], new double[network.Weights.Length], new double[2]);
        network.Forward(rows, outputs, memory);
        network.Backward(rows, [outputs[0] - 0.3, 3 * outputs[1] * outputs[1]], memory, gradient);

        for (var index = 0; index < gradient.Length; index++)
        {
            const double Step = 1e-5;
            var weight = network.Weights[index];
            network.Weights[index] = weight + Step;
            var above = Loss();
            network.Weights[index] = weight - Step;
            var below = Loss();
            network.Weights[index] = weight;

            gradient[index].ShouldBe((above - below) / (2 * Step), 1e-5 * Math.Max(1, Math.Abs(gradient[index])) / 100, $"weight {index}");
        }

        gradient.Count(value => value != 0).ShouldBeGreaterThan(gradient.Length / 2);

        double Loss()
        {
            var result = new double[2];
            network.Forward(rows, result, new double[network.MemoryLength]);
            return (Math.Pow(result[0] - 0.3, 2) / 2) + Math.Pow(result[1], 3);
        }
    }

    [Fact]
    public void A_convolution_sees_all_of_its_window()
    {
        var network = new ConvolutionNetwork<double>(1, 24, 4, 1);
        network.Draw(new Random(3));
        network.Weights.AsSpan(network.Weights.Length - 5).Fill(1);
        var (rows, first, second) = (new double[24], new double[1], new double[1]);
        network.Forward(rows, first, new double[network.MemoryLength]);
        rows[0] = 1;
        network.Forward(rows, second, new double[network.MemoryLength]);

        second[0].ShouldNotBe(first[0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(37)]
    public void Loops_by_vectors_give_what_plain_loops_give(int count)
    {
        float[] x = [.. Enumerable.Range(0, count).Select(index => (index * 0.37f) - 3)];
        var (y, sigmoid, tanh) = (new float[count], (float[])x.Clone(), new float[count]);
        Kernels.AddScaled(2f, x, y);
        Kernels.Sigmoid<float>(sigmoid);
        Kernels.Tanh<float>(x, tanh);

        y.ShouldBe(x.Select(value => 2 * value));
        Kernels.Dot<float>(x, y).ShouldBe(x.Sum(value => 2 * value * value), 1e-2f);
        sigmoid.Zip(x).ShouldAllBe(pair => Math.Abs(pair.First - (1 / (1 + Math.Exp(-pair.Second)))) < 1e-6);
        tanh.Zip(x).ShouldAllBe(pair => Math.Abs(pair.First - Math.Tanh(pair.Second)) < 1e-6);
    }

    private static IEnumerable<double> Results<T>(JsonElement torch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var network = Lstm<T>(torch);
        var outputs = new T[network.Outputs];
        network.Forward(Numbers(torch, "rows").Select(T.CreateChecked).ToArray(), outputs, new T[network.MemoryLength]);
        return outputs.Select(double.CreateChecked);
    }

    private static LstmNetwork<T> Lstm<T>(JsonElement torch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var network = new LstmNetwork<T>(Number(torch, "inputs"), Number(torch, "window"), Number(torch, "hidden"), Number(torch, "outputs"));
        double[] bias = [.. Numbers(torch, "inputBias").Zip(Numbers(torch, "stateBias"), (one, other) => one + other)];
        Weights(torch, "inputWeights", "stateWeights", bias, "headWeights", "headBias").Select(T.CreateChecked).ToArray().CopyTo(network.Weights, 0);
        return network;
    }

    /// <summary>PyTorch's weights stand by gate and input, ours by input and gate.</summary>
    private static double[] Weights(JsonElement torch, string input, string state, double[] bias, string head, string headBias) =>
    [
        .. Turned(Numbers(torch, input), Number(torch, "inputs")), .. Turned(Numbers(torch, state), Number(torch, "hidden")), .. bias,
        .. Numbers(torch, head), .. Numbers(torch, headBias),
    ];

    private static IEnumerable<double> Turned(double[] matrix, int columns) =>
        Enumerable.Range(0, columns).SelectMany(column => Enumerable.Range(0, matrix.Length / columns).Select(row => matrix[(row * columns) + column]));

    private static JsonElement TorchCase(int index) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Truth/lstm_torch.json"))).RootElement[index];

    private static int Number(JsonElement torch, string name) => torch.GetProperty(name).GetInt32();

    private static double[] Numbers(JsonElement torch, string name) => [.. torch.GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];
}
