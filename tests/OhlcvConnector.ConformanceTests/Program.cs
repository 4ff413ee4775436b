using System.CommandLine;
using System.Globalization;
using OhlcvConnector.ConformanceTests.Chaos;
using OhlcvConnector.ConformanceTests.Independent;
using Xunit.Runner.InProc.SystemConsole;

namespace OhlcvConnector.ConformanceTests;

/// <summary>
/// The long runs, whose figures stand in docs/delivery.md: <c>dotnet run -c Release --project tests/OhlcvConnector.ConformanceTests -- chaos --minutes 30</c>.
/// </summary>
internal static class Program
{
    public static Task<int> Main(string[] args)
    {
        var root = LongRuns();
        return root.Subcommands.Any(command => command.Name == args.FirstOrDefault()) || args is ["--help"]
            ? root.Parse(args).InvokeAsync()
            : ConsoleRunner.Run(args); // the runner of the tests, which dotnet test calls
    }

    private static RootCommand LongRuns()
    {
        var minutes = new Option<double>("--minutes") { Description = "How long the faults go on.", DefaultValueFactory = _ => 30 };
        var seed = new Option<int>("--seed") { Description = "Same seed, same faults.", DefaultValueFactory = _ => 1 };
        var speed = new Option<double>("--speed") { Description = "Market time per real time.", DefaultValueFactory = _ => 60 };
        var symbols = new Option<int>("--symbols") { Description = "Symbols on each venue.", DefaultValueFactory = _ => 20 };
        var gap = new Option<double>("--gap") { Description = "Market seconds between two faults, on average.", DefaultValueFactory = _ => 60 };
        var chaos = new Command("chaos", "Random faults on five venues, checked against their books.") { minutes, seed, speed, symbols, gap };
        chaos.SetAction(async parsed =>
        {
            var run = new ChaosRun(parsed.GetValue(seed), TimeSpan.FromMinutes(
                parsed.GetValue(minutes)), parsed.GetValue(speed), parsed.GetValue(symbols), TimeSpan.FromSeconds(parsed.GetValue(gap)));
            var report = await run.RunAsync(line => Console.Error.WriteLine(line));
            Console.WriteLine(report.Table());
            return report.Findings.AreNone && report.Sandbox.Violations == 0 ? 0 : 1;
        });

        var exchange = new Argument<string>("exchange") { Description = "The venue." };
        var count = new Option<int>("--series") { Description = "How many series.", DefaultValueFactory = _ => 2_000 };
        var outage = new Option<int>("--outage") { Description = "Seconds for which the venue is gone after that; 0 for none." };
        var scale = new Command("scale", "Many series on one venue: time until all are subscribed, limits exceeded, memory of each.")
        {
            exchange,
            count,
            outage,
        };
        scale.SetAction(parsed => ScaleRun.RunAsync(parsed.GetValue(exchange)!, parsed.GetValue(count), TimeSpan.FromSeconds(parsed.GetValue(outage))));

        var seconds = new Option<int>("--seconds") { Description = "How long.", DefaultValueFactory = _ => 60 };
        var rotation = new Command("rotation", "Twenty connections replaced under load, beside a control that is not: how late closes are.") { seconds };
        rotation.SetAction(parsed => RotationRun.RunAsync(TimeSpan.FromSeconds(parsed.GetValue(seconds))));

        var markets = new Option<string[]>("--markets")
        {
            Description = "Only these.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [.. Markets.Names]
        };
        var faults = new Option<FaultKind[]>("--faults") { Description = "Only these.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        var calm = new Option<bool>("--calm") { Description = "No faults at all." };
        var every =
            new Option<double>("--every") { Description = "Market seconds between two faults of a market, on average.", DefaultValueFactory = _ => 150 };
        var each = new Option<bool>("--each") { Description = "Each kind of fault in a run of its own: what it alone does to each market." };
        var judge = new Command("judge", "Six markets written from the exchanges' documentation alone, with all kinds of faults, and a checker of their own.")
        {
            minutes, seed, speed, markets, faults, every, calm, each,
        };
        judge.SetAction(async parsed =>
        {
            var between = parsed.GetValue(calm) ? (TimeSpan?)null : TimeSpan.FromSeconds(parsed.GetValue(every));
            var plan = new JudgePlan(parsed.GetValue(seed), TimeSpan.FromMinutes(
                parsed.GetValue(minutes)), parsed.GetValue(speed), parsed.GetValue(markets)!, between, parsed.GetValue(faults)!);
            if (parsed.GetValue(each))
            {
                return await JudgeRun.EachAsync(plan, Console.WriteLine) ? 0 : 1;
            }

            var report = await new JudgeRun(plan).RunAsync();
            Console.Error.WriteLine(report.Findings(60));
            Console.WriteLine(report.Table());
            return report.IsClean ? 0 : 1;
        });

        var perpetuals = new Option<int>("--hyperliquid") { Description = "Series of Hyperliquid.", DefaultValueFactory = _ => 200 };
        var pairs = new Option<int>("--gateio") { Description = "Series of Gate.io spot.", DefaultValueFactory = _ => 60 };
        var without = new Option<bool>("--without") { Description = "As it is without trades." };
        var pace = new Option<double>("--speed") { Description = "Market time per real time.", DefaultValueFactory = _ => 1 };
        var between = new Option<double>("--gap") { Description = "Market seconds between two faults, on average; 0 for no faults." };
        var after = new Option<double>("--after") { Description = "Market minutes at the start whose candles do not count.", DefaultValueFactory = _ => 1 };
        var trades = new Command("trades", "Closes of venues that do not say so: how late, by whom, at what cost, and whether they are right.")
        {
            minutes,
            seed,
            pace,
            perpetuals,
            pairs,
            without,
            between,
            after,
        };
        trades.SetAction(async parsed => await new TradesRun(
            parsed.GetValue(seed),
            TimeSpan.FromMinutes(parsed.GetValue(minutes)),
            parsed.GetValue(pace),
            parsed.GetValue(perpetuals),
            parsed.GetValue(pairs),
            !parsed.GetValue(without),
            parsed.GetValue(between) is > 0 and var mean ? TimeSpan.FromSeconds(mean) : null,
            TimeSpan.FromMinutes(parsed.GetValue(after))).RunAsync() ? 0 : 1);

        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        return new RootCommand("The long runs of the conformance tests.") { chaos, scale, rotation, judge, trades };
    }
}
