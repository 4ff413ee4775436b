using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OhlcvConnector.Application.Signals;
using OhlcvConnector.Signals;

namespace OhlcvConnector.Cli.Signals;

/// <summary>Writes signals as a table, or as a line of JSON each.</summary>
internal sealed class SignalWriter : IDisposable
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly StreamWriter _writer;
    private readonly bool _isJson;
    private bool _hasHeader;

    /// <summary>Makes one.</summary>
    /// <param name="terminal">Where it writes to.</param>
    /// <param name="isJson">True for JSON.</param>
    /// <param name="isSandbox">True when the candles are simulated, which is said first.</param>
    public SignalWriter(CliTerminal terminal, bool isJson, bool isSandbox)
    {
        (_writer, _isJson) = (new StreamWriter(terminal.Output, new UTF8Encoding(false), leaveOpen: true), isJson);
        if (isSandbox && !isJson)
        {
            terminal.Error.WriteLine("SANDBOX: signals of simulated candles, none of this is real.");
        }
    }

    /// <summary>Writes a signal.</summary>
    /// <param name="signal">The signal.</param>
    /// <param name="fate">What came after; null where that is not asked for.</param>
    public void Write(Signal signal, SignalFate? fate)
    {
        if (_isJson)
        {
            using var buffer = new MemoryStream();
            using (var json = new Utf8JsonWriter(buffer, Relaxed))
            {
                json.WriteStartObject();
                SignalJson.WriteFields(json, signal);
                if (fate is not null)
                {
                    SignalJson.WriteAfter(json, signal, fate);
                }

                json.WriteEndObject();
            }

            _writer.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
            return;
        }

        if (!_hasHeader)
        {
            _hasHeader = true;
            _writer.WriteLine($"{"close",-16} {"series",-30} {"rule",-32} {"says",-8} {"str",4} {"price",14}{(fate is null ? "" : $" {"+1",8} {"+4",8} {"+24",8}")}");
        }

        var series = $"{signal.Series.Exchange} {signal.Series.VenueSymbol} {signal.Timeframe}";
        _writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{signal.CloseTime:yyyy-MM-dd HH:mm} {series,-30} {signal.Rule,-32} {SignalJson.NameOf(signal.Direction),-8} {signal.Strength,4:0} {signal.Price,14}{After(signal, fate)}{Marks(signal)}"));
    }

    /// <summary>Writes what became of all, by rule: how many there were, and how prices moved on average.</summary>
    /// <param name="result">The signals.</param>
    /// <param name="error">Takes what was wrong with rules.</param>
    public void Sum(SignalTrialResult result, TextWriter error)
    {
        foreach (var trouble in result.Troubles)
        {
            error.WriteLine($"warning: {trouble.Rule} on {trouble.Series}: {trouble.Message}");
        }

        if (_isJson)
        {
            return;
        }

        _writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Signals.Count} signals of {result.Candles} candles; the price moved on average, without any costs:"));
        foreach (var rule in result.Signals.GroupBy(one => (one.Signal.Rule, one.Signal.Direction)).OrderBy(group => group.Key.Rule, StringComparer.Ordinal))
        {
            var means = SignalFate.Candles.Select(candles => Mean(rule.Select(one => Change(one.Signal, one.Fate.After(candles)))));
            _writer.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  {rule.Key.Rule,-32} {SignalJson.NameOf(rule.Key.Direction),-8} {rule.Count(),5}  {string.Join("  ", SignalFate.Candles.Zip(means, (candles, mean) => $"+{candles}: {mean}"))}"));
        }
    }

    /// <summary>Explains a signal.</summary>
    /// <param name="writer">Where it writes to.</param>
    /// <param name="kept">The signal.</param>
    /// <param name="isSandbox">True when the candles are simulated.</param>
    public static void Explain(TextWriter writer, KeptSignal kept, bool isSandbox)
    {
        var signal = kept.Signal;
        writer.WriteLine($"{(isSandbox ? "SANDBOX " : "")}{signal.Title}");
        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{signal.Series} closed {signal.CloseTime:yyyy-MM-dd HH:mm} at {signal.Price}: {signal.Rule} (version {signal.Version}) says {SignalJson.NameOf(signal.Direction)}, strength {signal.Strength:0.#}, valid until {signal.ValidUntil:yyyy-MM-dd HH:mm}{Marks(signal)}"));
        foreach (var part in signal.Parts)
        {
            var verdict = part.Score > 0 ? "yes" : part.Score < 0 ? "short" : "no";
            writer.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  {(part.Group is null ? "" : part.Group + ": ")}{part.Text}: {verdict}, value {part.Value?.ToString("G8", CultureInfo.InvariantCulture) ?? "unknown"}, weight {part.Weight:0.###}"));
        }

        foreach (var candles in SignalFate.Candles)
        {
            writer.WriteLine(kept.Fate.After(candles) is { } price
                ? string.Create(CultureInfo.InvariantCulture, $"  after {candles} candle{(candles == 1 ? "" : "s")}: {price} ({Percent(Change(signal, price)).Trim()})")
                : $"  after {candles} candle{(candles == 1 ? "" : "s")}: not known");
        }

        writer.WriteLine($"  id {signal.Id}, number {kept.Number}");
    }

    /// <summary>Shows what was written.</summary>
    public void Flush() => _writer.Flush();

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private static string After(Signal signal, SignalFate? fate) =>
        fate is null ? "" : string.Concat(SignalFate.Candles.Select(candles => $" {Percent(Change(signal, fate.After(candles))),8}"));

    private static string Marks(Signal signal) => $"{(signal.IsProvisional ? " provisional" : "")}{(signal.IsLate ? " late" : "")}{(signal.IsSandbox ? " SANDBOX" : "")}";

    private static decimal? Change(Signal signal, decimal? price) => price is { } later && signal.Price != 0 ? (later / signal.Price) - 1 : null;

    private static string Percent(decimal? change) => change is { } share ? string.Create(CultureInfo.InvariantCulture, $"{share * 100:+0.00;-0.00;0.00}%")
        : "-";

    private static string Mean(IEnumerable<decimal?> changes) => changes.OfType<decimal>().ToList() is { Count: > 0 } known ? Percent(known.Average()) : "-";
}
