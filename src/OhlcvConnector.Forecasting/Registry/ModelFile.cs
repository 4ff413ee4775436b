using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using OhlcvConnector.Forecasting.Data;

namespace OhlcvConnector.Forecasting.Registry;

/// <summary>What a file of a model has: JSON, and a last line with its hash, so that one that was cut off is known.</summary>
internal sealed record ModelFile
{
    /// <summary>The format that this library writes and reads.</summary>
    public const int ThisFormat = 1;

    public required int Format { get; init; }

    public required ModelCard Card { get; init; }

    public required double[] Means { get; init; }

    public required double[] Deviations { get; init; }

    public required double[] Band { get; init; }

    /// <summary>What the model learnt: doubles, little-endian.</summary>
    public required byte[] State { get; init; }

    /// <summary>Where the features lay in training, by column.</summary>
    public TrainedTenths[]? Trained { get; init; }

    /// <summary>The network of a model that was trained elsewhere.</summary>
    public byte[]? Network { get; init; }

    public static byte[] BytesOf(double[] numbers) => MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray();

    public static double[] NumbersOf(byte[] bytes) => MemoryMarshal.Cast<byte, double>(bytes).ToArray();

    public void Write(Stream stream)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(this, RegistryJson.Default.ModelFile);
        stream.Write(text);
        stream.Write(Encoding.ASCII.GetBytes($"\n{Convert.ToHexStringLower(SHA256.HashData(text))}\n"));
    }

    public static ModelFile Read(Stream stream)
    {
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        var bytes = memory.ToArray();
        var end = bytes.AsSpan().TrimEnd((byte)'\n').LastIndexOf((byte)'\n');
        if (end < 0
            || Encoding.ASCII.GetString(bytes, end + 1, bytes.Length - end - 1).TrimEnd() != Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(0, end))))
        {
            throw new ForecastException("The file of the model is cut off or damaged: its hash is another. Restore it, roll back to the version before, or train again.");
        }

        try
        {
            using var document = JsonDocument.Parse(bytes.AsMemory(0, end));
            var format = document.RootElement.GetProperty("format").GetInt32();
            return format == ThisFormat
                ? document.RootElement.Deserialize(RegistryJson.Default.ModelFile)!
                : throw new ForecastException($"The model is of format {format}, and this version reads {ThisFormat}: train it again, or use the version that wrote it.");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new ForecastException($"The file is no model: {exception.Message}", exception);
        }
    }
}

/// <summary>How models and cards are written as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ModelFile))]
[JsonSerializable(typeof(Forecast))]
[JsonSerializable(typeof(IReadOnlyList<FeatureImportance>))]
internal sealed partial class RegistryJson : JsonSerializerContext
{
    private static readonly Lazy<RegistryJson> InManyLines = new(() => new(new JsonSerializerOptions(Plain.Options) { WriteIndented = true }));

    /// <summary>In one line.</summary>
    public static RegistryJson Plain => Default;

    /// <summary>In many lines.</summary>
    public static RegistryJson Indented => InManyLines.Value;
}
