using System.Globalization;
using System.Net;

namespace OhlcvConnector.Trading.Reports;

/// <summary>Draws how often returns were how large, as an SVG picture.</summary>
internal static class Histogram
{
    private const int Width = 540;
    private const int Height = 210;
    private const int Foot = 22;
    private const int Bins = 41;

    /// <summary>Writes the picture; nothing where there are fewer than two returns.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="title">What is counted.</param>
    /// <param name="returns">The returns, as shares.</param>
    public static void Write(TextWriter output, string title, IReadOnlyList<double> returns)
    {
        if (returns.Count < 2)
        {
            return;
        }

        var (low, high) = Range(returns);
        var step = (high - low) / Bins;
        var counts = new int[Bins];
        foreach (var value in returns)
        {
            counts[Math.Clamp((int)((value - low) / step), 0, Bins - 1)]++;
        }

        var most = counts.Max();
        output.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"<section class=\"card\"><h3>{WebUtility.HtmlEncode(title)}</h3><svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(title)}\">"));
        for (var bin = 0; bin < Bins; bin++)
        {
            if (counts[bin] > 0)
            {
                var (from, to) = (low + (bin * step), low + ((bin + 1) * step));
                var height = Math.Max(1.5, (double)counts[bin] / most * (Height - Foot - 8));
                output.Write(string.Create(
                    CultureInfo.InvariantCulture,
                    $"<rect class=\"{((from + to) / 2 < 0 ? "h-down" : "h-up")}\" x=\"{X(from) + 1:0.#}\" y=\"{Height - Foot - height:0.#}\" width=\"{X(to) - X(from) - 2:0.#}\" height=\"{height:0.#}\"><title>{from * 100:0.00} % to {to * 100:0.00} %: {counts[bin]}</title></rect>"));
            }
        }

        var mean = returns.Average();
        output.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"<line class=\"grid\" x1=\"0\" x2=\"{Width}\" y1=\"{Height - Foot}\" y2=\"{Height - Foot}\"/><line class=\"zero\" x1=\"{X(mean):0.#}\" x2=\"{X(mean):0.#}\" y1=\"4\" y2=\"{Height - Foot}\"/>"));
        foreach (var (value, anchor) in new[] { (low, "start"), (0, "middle"), (high, "end") })
        {
            output.Write(string.Create(
                CultureInfo.InvariantCulture, $"<text x=\"{X(value):0.#}\" y=\"{Height - 6}\" text-anchor=\"{anchor}\">{value * 100:0.##} %</text>"));
        }

        output.Write("</svg><p class=\"readout\">");
        output.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"{returns.Count} in all; mean {mean * 100:0.000} % (dashed), least {returns.Min() * 100:0.00} %, most {returns.Max() * 100:0.00} %. The outermost bars hold all beyond.</p></section>"));

        double X(double value) => (value - low) / (high - low) * Width;
    }

    /// <summary>Range that holds 98 of 100, as far below zero as above it, so that both sides compare.</summary>
    private static (double Low, double High) Range(IReadOnlyList<double> returns)
    {
        var sizes = returns.Select(Math.Abs).Order().ToList();
        var reach = sizes[(int)((sizes.Count - 1) * 0.98)];
        reach = reach > 0 ? reach * 1.05 : Math.Max(sizes[^1], 1e-6);
        return (-reach, reach);
    }
}
