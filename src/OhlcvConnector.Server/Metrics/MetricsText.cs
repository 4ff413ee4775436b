using System.Globalization;
using System.Text;
using OhlcvConnector.Server.FanOut;

namespace OhlcvConnector.Server.Metrics;

/// <summary>Writes the Prometheus text format, version 0.0.4: for each metric one HELP, one TYPE, then its samples.</summary>
internal sealed class MetricsText
{
    private readonly StringBuilder _text = new();

    /// <summary>The kinds of metrics.</summary>
    public enum Kind
    {
        /// <summary>Only grows.</summary>
        Counter,

        /// <summary>Goes up and down.</summary>
        Gauge,

        /// <summary>How often a value fell into which range.</summary>
        Histogram,
    }

    /// <summary>Begins a metric.</summary>
    public MetricsText Begin(string name, Kind kind, string help)
    {
        Line($"# HELP {name} {help}");
        Line($"# TYPE {name} {kind switch { Kind.Counter => "counter", Kind.Gauge => "gauge", _ => "histogram" }}");
        return this;
    }

    /// <summary>Writes a sample.</summary>
    /// <param name="name">The metric.</param>
    /// <param name="value">Its value.</param>
    /// <param name="labels">Names and values.</param>
    public MetricsText Sample(string name, double value, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        _text.Append(name);
        WriteLabels(labels);
        _text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
        return this;
    }

    /// <summary>Writes a metric that has one sample without labels.</summary>
    public MetricsText Single(string name, Kind kind, string help, double value) => Begin(name, kind, help).Sample(name, value);

    /// <summary>Writes the samples of a histogram.</summary>
    public MetricsText Samples(string name, LatencyHistogram histogram, string exchange, string contractType)
    {
        var counts = histogram.Counts;
        var total = 0L;
        for (var i = 0; i < counts.Length; i++)
        {
            total += counts[i];
            var bound = i < LatencyHistogram.Bounds.Length ? LatencyHistogram.Bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
            Sample(name + "_bucket", total, ("exchange", exchange), ("contract_type", contractType), ("le", bound));
        }

        Sample(name + "_sum", histogram.Sum.TotalSeconds, ("exchange", exchange), ("contract_type", contractType));
        return Sample(name + "_count", total, ("exchange", exchange), ("contract_type", contractType));
    }

    /// <summary>All that was written.</summary>
    public override string ToString() => _text.ToString();

    private void Line(string line) => _text.Append(line).Append('\n');

    private void WriteLabels(ReadOnlySpan<(string Name, string Value)> labels)
    {
        if (labels.Length == 0)
        {
            return;
        }

        for (var i = 0; i < labels.Length; i++)
        {
            _text.Append(i == 0 ? '{' : ',').Append(labels[i].Name).Append("=\"");
            _text.Append(labels[i].Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal));
            _text.Append('"');
        }

        _text.Append('}');
    }
}
