using System.Numerics;
using System.Runtime.InteropServices;

namespace OhlcvConnector.Forecasting.Networks;

/// <summary>Loops that networks spend their time in, by vectors of the processor; the same code for single and double precision.</summary>
internal static class Kernels
{
    /// <summary>Adds <paramref name="factor"/> times <paramref name="x"/> to <paramref name="y"/>.</summary>
    public static void AddScaled<T>(T factor, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var scale = new Vector<T>(factor);
        var xs = MemoryMarshal.Cast<T, Vector<T>>(x);
        var ys = MemoryMarshal.Cast<T, Vector<T>>(y[..x.Length]);
        for (var index = 0; index < ys.Length; index++)
        {
            ys[index] += scale * xs[index];
        }

        for (var index = ys.Length * Vector<T>.Count; index < x.Length; index++)
        {
            y[index] += factor * x[index];
        }
    }

    /// <summary>The sum of the products.</summary>
    public static T Dot<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var xs = MemoryMarshal.Cast<T, Vector<T>>(x);
        var ys = MemoryMarshal.Cast<T, Vector<T>>(y[..x.Length]);
        var sums = Vector<T>.Zero;
        for (var index = 0; index < xs.Length; index++)
        {
            sums += xs[index] * ys[index];
        }

        var sum = Vector.Sum(sums);
        for (var index = xs.Length * Vector<T>.Count; index < x.Length; index++)
        {
            sum += x[index] * y[index];
        }

        return sum;
    }

    /// <summary>Replaces each number by its logistic function.</summary>
    public static void Sigmoid<T>(Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var vectors = MemoryMarshal.Cast<T, Vector<T>>(values);
        foreach (ref var vector in vectors)
        {
            vector = Vector<T>.One / (Vector<T>.One + Exp(-vector));
        }

        foreach (ref var value in values[(vectors.Length * Vector<T>.Count)..])
        {
            value = T.One / (T.One + T.Exp(-value));
        }
    }

    /// <summary>Writes the hyperbolic tangent of each number.</summary>
    public static void Tanh<T>(ReadOnlySpan<T> values, Span<T> results)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var two = T.One + T.One;
        var vectors = MemoryMarshal.Cast<T, Vector<T>>(values);
        var written = MemoryMarshal.Cast<T, Vector<T>>(results[..values.Length]);
        var twos = new Vector<T>(two);
        for (var index = 0; index < vectors.Length; index++)
        {
            written[index] = (twos / (Vector<T>.One + Exp(-twos * vectors[index]))) - Vector<T>.One;
        }

        for (var index = vectors.Length * Vector<T>.Count; index < values.Length; index++)
        {
            results[index] = T.Tanh(values[index]);
        }
    }

    private static Vector<T> Exp<T>(Vector<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? Vector.Exp(x.As<T, float>()).As<float, T>() : Vector.Exp(x.As<T, double>()).As<double, T>();
}
