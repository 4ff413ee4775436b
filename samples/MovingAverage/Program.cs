using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MovingAverage;
using OhlcvConnector;

// A worker service: candles by dependency injection, a moving average on each closed one. Ends after as many averages as the first argument says.
await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Speed = 60 }); // leave out for the real exchange, and the options below
Console.WriteLine("SANDBOX: simulated candles");
var builder = Host.CreateApplicationBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddOhlcvConnector(options =>
{
    options.Sandbox = sandbox.BaseAddress;
    options.MarketClock = sandbox.Clock; // because the sandbox runs faster than our clock
});
builder.Services.AddSingleton(sandbox.Clock); // TimeProvider.System for the real exchange
builder.Services.AddSingleton(
    new MovingAverageSettings(Exchange: "binance", Symbol: "BTC/USDT", Length: 20, Stop: args.Length > 0 ? int.Parse(args[0]) : int.MaxValue));
builder.Services.AddHostedService<MovingAverageService>();
await builder.Build().RunAsync();
