using System.Globalization;
using System.Text.Json;
using OhlcvConnector.Trading;

namespace OhlcvConnector.Cli.PaperTrading;

/// <summary>Writes what happens on paper accounts, a line each, as it happens.</summary>
internal sealed class PaperLines(CliTerminal terminal, bool isSandbox, bool isJson)
{
    /// <summary>What every text says once.</summary>
    public const string NoAdvice = "PAPER: simulated trading with simulated money, and no advice. Nothing here can place a real order.";

    private readonly Lock _gate = new();

    /// <summary>Returns what every line begins with.</summary>
    public static string Label(bool isSandbox) => isSandbox ? "PAPER SANDBOX" : "PAPER";

    /// <summary>Returns a time as all outputs write it.</summary>
    public static string Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Says what begins.</summary>
    public void Begin(IReadOnlyList<PaperRecord> accounts)
    {
        lock (_gate)
        {
            terminal.Error.WriteLine(NoAdvice);
            foreach (var (name, strategy, series) in accounts.Select(one => (one.Definition.Name, one.Definition.StrategyText, one.Definition.Series)))
            {
                terminal.Error.WriteLine($"{Label(isSandbox)} {name}: {strategy ?? "orders by hand"} on {string.Join(", ", series.Select(one => one.Name))}");
            }
        }
    }

    /// <summary>Writes what a step brought.</summary>
    public void Write(PaperRecord record, PaperChange change)
    {
        lock (_gate)
        {
            foreach (var one in change.Events)
            {
                if (isJson)
                {
                    WriteJson(one, change.State);
                }
                else
                {
                    Line(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{Label(isSandbox)} {Time(one.TimeMs)} {one.Account}: {one.Text}; equity {change.State.Equity:0.00######} {record.Definition.Currency}"));
                }
            }
        }
    }

    /// <summary>Says what does not work.</summary>
    public void Trouble(string account, string words)
    {
        lock (_gate)
        {
            terminal.Error.WriteLine($"{Label(isSandbox)} {account} does not go on: {words}");
        }
    }

    private void WriteJson(PaperEvent one, PaperState state)
    {
        using (var json = new Utf8JsonWriter(terminal.Output))
        {
            json.WriteStartObject();
            json.WriteBoolean("paper", true);
            json.WriteString("account", one.Account);
            json.WriteString("time", Time(one.TimeMs));
            json.WriteString("kind", JsonNamingPolicy.CamelCase.ConvertName(one.Kind.ToString()));
            json.WriteString("text", one.Text);
            json.WriteNumber("equity", state.Equity);
            if (isSandbox)
            {
                json.WriteBoolean("sandbox", true);
            }

            json.WriteEndObject();
        }

        Line("");
    }

    private void Line(string text)
    {
        using var writer = new StreamWriter(terminal.Output, leaveOpen: true);
        writer.WriteLine(text);
    }
}
