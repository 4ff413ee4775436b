using OhlcvConnector.Application;
using OhlcvConnector.Domain;
using OhlcvConnector.Testing;

namespace OhlcvConnector.ConformanceTests;

/// <summary>Twenty connections with five 1s series each are replaced by the venue's announcement, twice; beside them the same without it.</summary>
internal static class RotationRun
{
    private const int Symbols = 100;

    public static async Task<int> RunAsync(TimeSpan length)
    {
        var start = DateTimeOffset.UtcNow;
        var rotated = ReadAsync(start, length, [length / 3, length * 2 / 3]);
        var control = ReadAsync(start, length, []);
        var (rotatedCloses, replaced) = await rotated;
        var (controlCloses, _) = await control;
        var both = rotatedCloses.Keys.Intersect(controlCloses.Keys).ToList();
        var later = both.Max(key => rotatedCloses[key] - controlCloses[key]);
        Console.WriteLine(FormattableString.Invariant($"{replaced} connections replaced; {both.Count} closes on both sides; latest close {rotatedCloses.Values.Max().TotalMilliseconds:F0} ms after its end with rotation, {controlCloses.Values.Max().TotalMilliseconds:F0} ms without; latest against its twin {later.TotalMilliseconds:F0} ms"));
        return later < TimeSpan.FromSeconds(1) && replaced == 40 ? 0 : 1;
    }

    private static async Task<(Dictionary<(string, long), TimeSpan> Late, int Replaced)> ReadAsync(DateTimeOffset start, TimeSpan length, TimeSpan[] rotations)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions
        {
            SymbolCount = Symbols,
            StartTime = start,
            Faults = [.. rotations.Select(
                at => new SandboxFault(SandboxFaultKind.Maintenance) { At = at, Exchange = "binance", Amount = TimeSpan.FromSeconds(10) })],
        });
        using var log = new LogRecorder();
        await using var connector = Connector.Create(
            options =>
            {
                options.Sandbox = sandbox.BaseAddress;
                options.MarketClock = sandbox.Clock;
                options.MaxSeriesPerConnection = 5;
            },
            log);
        var listed = await connector.InstrumentsAsync("binance", Market.Spot);
        var late = new Dictionary<(string, long), TimeSpan>();
        using var patience = new CancellationTokenSource(length);
        try
        {
            var request = new StreamRequest
            {
                Exchange = "binance",
                Symbols = [.. listed.Where(instrument => instrument.IsTrading).Select(instrument => instrument.VenueSymbol)],
                Interval = Interval.OneSecond,
                ClosedOnly = true,
            };
            await foreach (var quote in connector.StreamAsync(request, patience.Token))
            {
                late.Add((quote.Symbol, quote.OpenMs), sandbox.Clock.GetUtcNow() - quote.CloseTime);
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            // the time is over
        }

        return (late, log.Lines.Count(line => line.Contains("was replaced by", StringComparison.Ordinal)));
    }
}
