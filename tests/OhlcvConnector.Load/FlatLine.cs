using System.Globalization;
using System.Text;

namespace OhlcvConnector.Load;

/// <summary>Samples of one quantity over a run, and whether they rise. The first third warms up and is not judged.</summary>
/// <param name="name">What it is.</param>
internal sealed class FlatLine(string name)
{
    private const double LeastShare = 0.03; // a drift below this share of the whole is none

    private readonly string _name = name;
    private readonly List<(double At, double Value)> _samples = [];

    /// <summary>Adds a sample.</summary>
    /// <param name="at">Minutes since the beginning.</param>
    /// <param name="value">The value.</param>
    public void Add(double at, double value) => _samples.Add((at, value));

    /// <summary>
    /// Says whether it stays flat: the line of least squares rises by less than twice what samples lie beside it over all that is judged, or by less than three
    /// in a hundred.
    /// </summary>
    public (bool IsFlat, string Row) Judge()
    {
        var judged = _samples.Skip(_samples.Count / 3).ToList();
        var (meanAt, mean) = (judged.Average(sample => sample.At), judged.Average(sample => sample.Value));
        var slope = judged.Sum(sample => (sample.At - meanAt) * (sample.Value - mean)) / judged.Sum(sample => Math.Pow(sample.At - meanAt, 2));
        var drift = slope * (judged[^1].At - judged[0].At);
        var noise = Math.Sqrt(judged.Average(sample => Math.Pow(sample.Value - mean - (slope * (sample.At - meanAt)), 2)));
        var isFlat = drift < Math.Max(2 * noise, LeastShare * mean);
        return (isFlat, string.Create(
            CultureInfo.InvariantCulture, $"| {_name} | {_samples[0].Value:0.#} | {_samples[^1].Value:0.#} | {drift:+0.##;-0.##;0} | {noise:0.##} | {(isFlat ? "yes" : "NO")} |"));
    }

    /// <summary>Draws lines below each other, each from zero to its most.</summary>
    public static string Draw(IReadOnlyList<FlatLine> lines, string title)
    {
        const int Width = 760;
        const int Height = 110;
        const int Left = 60;
        var end = lines.Max(line => line._samples[^1].At);
        var picture = new StringBuilder();
        picture.Append(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" width="{Left + Width + 20}" height="{(lines.Count * (Height + 40)) + 40}" font-family="sans-serif" font-size="12">""");
        picture.Append(CultureInfo.InvariantCulture, $"""<rect width="100%" height="100%" fill="#fff"/><text x="{Left}" y="20" font-size="14">{title}</text>""");
        for (var place = 0; place < lines.Count; place++)
        {
            var line = lines[place];
            var (top, most) = ((place * (Height + 40)) + 50, Math.Max(1, line._samples.Max(sample => sample.Value) * 1.1));
            var points = string.Join(' ', line._samples.Select(sample => string.Create(
                CultureInfo.InvariantCulture, $"{Left + (sample.At / end * Width):0.#},{top + Height - (sample.Value / most * Height):0.#}")));
            picture.Append(CultureInfo.InvariantCulture, $"""<text x="{Left}" y="{top - 6}">{line._name}</text><path d="M{Left} {top}V{top + Height}H{Left + Width}" fill="none" stroke="#999"/>""");
            picture.Append(CultureInfo.InvariantCulture, $"""<text x="{Left - 6}" y="{top + 10}" text-anchor="end">{most:0}</text><text x="{Left - 6}" y="{top + Height}" text-anchor="end">0</text>""");
            picture.Append(CultureInfo.InvariantCulture, $"""<text x="{Left + Width}" y="{top + Height + 14}" text-anchor="end">{end:0.#} min</text><polyline points="{points}" fill="none" stroke="#0a6" stroke-width="1.5"/>""");
        }

        return picture.Append("</svg>\n").ToString();
    }
}
