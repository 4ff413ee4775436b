using System.Runtime.InteropServices;

namespace OhlcvConnector.Forecasting.Onnx;

/// <summary>A graph of ONNX (format version 8, operators of version 17) while it is put together; numbers of the fields are those of onnx.proto.</summary>
internal sealed class OnnxGraph
{
    private const int FormatVersion = 8;
    private const int OperatorVersion = 17;
    private const int TreeVersion = 3;

    private readonly ProtoWriter _graph = new();
    private int _names;

    /// <summary>Types of elements.</summary>
    public enum Element
    {
        Float = 1,
        Int64 = 7,
        Double = 11,
    }

    /// <summary>Adds an operator, and returns the name of its first output; the others are that name with .1, .2 and so on.</summary>
    public string Add(string operation, string[] inputs, Action<ProtoWriter>? attributes = null, int outputs = 1, string? name = null, string domain = "")
    {
        var output = name ?? $"{operation.ToLowerInvariant()}{++_names}";
        _graph.Message(1, node =>
        {
            foreach (var input in inputs)
            {
                node.Text(1, input);
            }

            for (var index = 0; index < outputs; index++)
            {
                node.Text(2, index == 0 ? output : $"{output}.{index}");
            }

            node.Text(4, operation);
            attributes?.Invoke(node);
            node.Text(7, domain);
        });
        return output;
    }

    /// <summary>Adds single numbers.</summary>
    public string Add(ReadOnlySpan<float> numbers, params long[] shape) => Add(MemoryMarshal.AsBytes(numbers), Element.Float, shape);

    /// <summary>Adds double numbers.</summary>
    public string Add(ReadOnlySpan<double> numbers, params long[] shape) => Add(MemoryMarshal.AsBytes(numbers), Element.Double, shape);

    /// <summary>Adds whole numbers.</summary>
    public string Add(ReadOnlySpan<long> numbers, params long[] shape) => Add(MemoryMarshal.AsBytes(numbers), Element.Int64, shape);

    /// <summary>Casts to another type.</summary>
    public string Cast(string input, Element to, string? name = null) => Add("Cast", [input], node => Attribute(node, "to", (long)to), name: name);

    /// <summary>Writes a whole number as an attribute.</summary>
    public static void Attribute(ProtoWriter node, string name, long value) => node.Message(5, one => one.Text(1, name).Number(3, value).Number(20, 2));

    /// <summary>Writes whole numbers as an attribute.</summary>
    public static void Attribute(ProtoWriter node, string name, IEnumerable<long> values) => node.Message(5, one =>
    {
        one.Text(1, name).Number(20, 7);
        foreach (var value in values)
        {
            one.Number(8, value);
        }
    });

    /// <summary>Writes single numbers as an attribute.</summary>
    public static void Attribute(ProtoWriter node, string name, IEnumerable<float> values) => node.Message(5, one =>
    {
        one.Text(1, name).Number(20, 6);
        foreach (var value in values)
        {
            one.Single(7, value);
        }
    });

    /// <summary>Writes texts as an attribute.</summary>
    public static void Attribute(ProtoWriter node, string name, IEnumerable<string> values) => node.Message(5, one =>
    {
        one.Text(1, name).Number(20, 8);
        foreach (var value in values)
        {
            one.Text(9, value);
        }
    });

    /// <summary>
    /// Writes the model: one input <c>window</c> of single numbers [batch, rows, columns], one output <c>forecast</c> of double ones [batch, outputs].
    /// </summary>
    public void Write(Stream stream, string name, int rows, int columns, int outputs, IEnumerable<(string Key, string Value)> metadata)
    {
        _graph.Text(2, name);
        _graph.Message(11, input => Shape(input, "window", Element.Float, rows, columns));
        _graph.Message(12, output => Shape(output, "forecast", Element.Double, outputs));
        var model = new ProtoWriter().Number(1, FormatVersion).Text(2, "OhlcvConnector").Data(7, _graph.Bytes)
            .Message(8, set => set.Text(1, "").Number(2, OperatorVersion))
            .Message(8, set => set.Text(1, "ai.onnx.ml").Number(2, TreeVersion));
        foreach (var (key, value) in metadata)
        {
            model.Message(14, entry => entry.Text(1, key).Text(2, value));
        }

        stream.Write(model.Bytes);
    }

    private string Add(ReadOnlySpan<byte> bytes, Element type, long[] shape)
    {
        var name = $"numbers{++_names}";
        var tensor = new ProtoWriter();
        foreach (var length in shape)
        {
            tensor.Number(1, length);
        }

        tensor.Number(2, (long)type).Text(8, name).Data(9, bytes);
        _graph.Data(5, tensor.Bytes);
        return name;
    }

    private static void Shape(ProtoWriter value, string name, Element type, params long[] lengths) => value.Text(1, name)
        .Message(2, kind => kind.Message(1, tensor => tensor.Number(1, (long)type).Message(2, shape =>
        {
            shape.Message(1, length => length.Text(2, "batch"));
            foreach (var one in lengths)
            {
                shape.Message(1, length => length.Number(1, one));
            }
        })));
}
