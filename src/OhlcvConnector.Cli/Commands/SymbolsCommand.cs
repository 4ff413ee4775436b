using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using OhlcvConnector.Cli.Output;
using OhlcvConnector.Cli.Settings;
using OhlcvConnector.Domain;

namespace OhlcvConnector.Cli.Commands;

/// <summary><c>connector-cli symbols binance</c>: what trades, in both spellings.</summary>
internal static class SymbolsCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliTerminal terminal)
    {
        var exchange = CommonOptions.Exchange("The exchange.");
        var market = CommonOptions.Market();
        var filter = new Option<string?>("--filter", "-f") { Description = "Only symbols that hold this text, in any case." };
        var output = CommonOptions.Output("text", "json", "csv");
        var session = new Session.Options();
        var command = new Command(
            "symbols", "Lists what trades on an exchange.\n\n  connector-cli symbols binance --market usdm --filter BTC") { exchange, market, filter, output };
        session.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var name = parsed.GetRequiredValue(exchange);
            await using var open = await Session.OpenAsync(terminal, parsed, session, name, cancellationToken).ConfigureAwait(false);
            var found = await open.Connector.InstrumentsAsync(
                name, CommonOptions.ReadMarket(parsed.GetValue(market)), parsed.GetValue(filter), cancellationToken)
                .ConfigureAwait(false);
            var cache = new SymbolCache(terminal);
            foreach (var listedMarket in found.Select(instrument => instrument.Market).Distinct())
            {
                await cache.KeepAsync(open.Connector, name, listedMarket, open.IsSandbox, cancellationToken).ConfigureAwait(false);
            }

            Write(found, parsed.GetRequiredValue(output), new OutputBuffer(terminal.Output), open.IsSandbox);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Write(IReadOnlyList<Instrument> found, string format, OutputBuffer output, bool isSandbox)
    {
        if (format == "csv")
        {
            Line(output, "symbol,venueSymbol,market,base,quote,settle,status,contractSize,tickSize,exchangeStatus,listedAt" + (isSandbox ? ",sandbox" : ""));
        }
        else if (format == "text")
        {
            Line(output, $"{(isSandbox ? "SANDBOX: " : "")}{found.Count} symbols");
            Line(output, $"{"symbol",-24} {"venue symbol",-20} {"market",-6} {"base",-8} {"quote",-6} {"status",-14} contract size");
        }

        foreach (var instrument in found)
        {
            if (format == "json")
            {
                WriteJson(instrument, output, isSandbox);
            }
            else
            {
                Line(output, format == "csv" ? Csv(instrument, isSandbox) : Text(instrument));
            }
        }

        output.Flush();
    }

    /// <summary>Returns the status for people: what does not trade is called as the exchange calls it.</summary>
    private static string Words(Instrument instrument) => instrument.IsTrading ? "trading" : instrument.Status ?? "halted";

    private static string? ListedAt(Instrument instrument) => instrument.ListedAt is { } listed ? QuoteFields.Time(listed) : null;

    private static string Csv(Instrument instrument, bool isSandbox) => string.Create(
        CultureInfo.InvariantCulture,
        $"{instrument.Symbol},{instrument.VenueSymbol},{instrument.Market.Name()},{instrument.BaseAsset},{instrument.QuoteAsset},{instrument.SettleAsset},{InstrumentJson.Status(instrument)},{instrument.ContractSize},{instrument.TickSize},{instrument.Status},{ListedAt(instrument)}{(isSandbox ? ",true" : "")}");

    private static string Text(Instrument instrument) => string.Create(
        CultureInfo.InvariantCulture,
        $"{instrument.Symbol,-24} {instrument.VenueSymbol,-20} {instrument.Market.Name(),-6} {instrument.BaseAsset,-8} {instrument.QuoteAsset,-6} {Words(instrument),-14} {instrument.ContractSize?.ToString(CultureInfo.InvariantCulture) ?? "-"}");

    private static void WriteJson(Instrument instrument, OutputBuffer output, bool isSandbox)
    {
        using (var json = new Utf8JsonWriter(output.Writer))
        {
            json.WriteStartObject();
            InstrumentJson.Write(json, instrument);
            if (isSandbox)
            {
                json.WriteBoolean("sandbox", true);
            }

            json.WriteEndObject();
        }

        output.EndLine();
    }

    private static void Line(OutputBuffer output, string text)
    {
        Encoding.UTF8.GetBytes(text, output.Writer);
        output.EndLine();
    }
}
