using System.Buffers.Binary;
using System.Security.Cryptography;
using OhlcvConnector.Domain;
using OhlcvConnector.Indicators;

namespace OhlcvConnector.Forecasting;

/// <summary>Candles to train on or to forecast from: closed ones alone, in the order of time.</summary>
/// <param name="Name">Name, as in <c>binance spot BTC/USDT</c>; for cards and messages.</param>
/// <param name="Interval">Length of the candles.</param>
/// <param name="Bars">The candles.</param>
public sealed record ForecastSeries(string Name, Interval Interval, IReadOnlyList<Bar> Bars)
{
    /// <summary>True when the candles are simulated.</summary>
    public bool IsSandbox { get; init; }

    /// <summary>Other series that features of the kind <c>other:NAME:N</c> read, by name; of each the last candle that had closed by then.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Bar>> Others { get; init; } = new Dictionary<string, IReadOnlyList<Bar>>();

    /// <summary>Close time of the last candle: all that is known is known by then. Unix epoch milliseconds UTC.</summary>
    public long KnownMs => Bars.Count == 0 ? 0 : CloseOf(Bars[^1]);

    /// <summary>Hash of the candles, SHA-256 in hexadecimal.</summary>
    public string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[48];
        foreach (var bar in Bars)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, bar.OpenMs);
            BinaryPrimitives.WriteDoubleLittleEndian(bytes[8..], bar.Open);
            BinaryPrimitives.WriteDoubleLittleEndian(bytes[16..], bar.High);
            BinaryPrimitives.WriteDoubleLittleEndian(bytes[24..], bar.Low);
            BinaryPrimitives.WriteDoubleLittleEndian(bytes[32..], bar.Close);
            BinaryPrimitives.WriteDoubleLittleEndian(bytes[40..], bar.Volume);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The series as it was known after so many candles; what tests for look-ahead cut.</summary>
    internal ForecastSeries Until(int count)
    {
        var bars = Bars.Take(count).ToArray();
        var knownMs = CloseOf(bars[^1]);
        return this with
        {
            Bars = bars,
            Others = Others.ToDictionary(
                other => other.Key, other => (IReadOnlyList<Bar>)[.. other.Value.TakeWhile(bar => CloseOf(bar) <= knownMs)]),
        };
    }

    /// <summary>The close time of a candle, Unix epoch milliseconds UTC.</summary>
    internal long CloseOf(in Bar bar) => bar.CloseMs != Bar.NoTime ? bar.CloseMs : Interval.AddMs(bar.OpenMs, 1);

    /// <summary>Refuses candles that nothing can be learnt from.</summary>
    internal void Check(ForecastDefinition definition)
    {
        if (Interval != definition.ReadInterval())
        {
            throw new ForecastException($"The model is of {definition.Interval} candles, and these are of {Interval}: give those, or train a model on these.");
        }

        for (var index = 0; index < Bars.Count; index++)
        {
            var bar = Bars[index];
            if (bar.OpenMs == Bar.NoTime || (index > 0 && bar.OpenMs <= Bars[index - 1].OpenMs))
            {
                throw new ForecastException($"{Name}, candle {index + 1}: the open times must be there and ascend; sort the candles and leave out doubles.");
            }

            if (!(double.IsFinite(bar.Open + bar.High + bar.Low + bar.Close) && bar.Low > 0 && bar.High >= bar.Low))
            {
                throw new ForecastException($"{Name}, candle {index + 1}: a price is missing, not above zero, or its high is below its low; leave such candles out.");
            }
        }

        if (Bars.Count > 1 && Bars.All(bar => bar.Close == Bars[0].Close))
        {
            throw new ForecastException($"{Name}: all {Bars.Count} closes are {Bars[0].Close}; a constant series has nothing to forecast.");
        }
    }
}
