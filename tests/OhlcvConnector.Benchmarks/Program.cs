using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using OhlcvConnector.Benchmarks;
using OhlcvConnector.Benchmarks.Archiving;
using OhlcvConnector.Benchmarks.Backtesting;
using OhlcvConnector.Benchmarks.Bus;
using OhlcvConnector.Benchmarks.Clustering;
using OhlcvConnector.Benchmarks.Downloading;
using OhlcvConnector.Benchmarks.FanOut;
using OhlcvConnector.Benchmarks.Forecasting;
using OhlcvConnector.Benchmarks.Indicators;
using OhlcvConnector.Benchmarks.Ingest;
using OhlcvConnector.Benchmarks.Prices;
using OhlcvConnector.Benchmarks.Shape;
using OhlcvConnector.Benchmarks.Signals;

// dotnet run -c Release --project tests/OhlcvConnector.Benchmarks -- --filter '*'   the parts
// dotnet run -c Release --project tests/OhlcvConnector.Benchmarks -- ingest         the way from the socket to the reader
// dotnet run -c Release --project tests/OhlcvConnector.Benchmarks -- shape          five venues, ten encrypted connections, 500 series, beside a loop and ccxt
// dotnet run -c Release --project tests/OhlcvConnector.Benchmarks -- fanout         the server, under many clients
// dotnet run -c Release --project tests/OhlcvConnector.Benchmarks -- decode         the decoders in turn, in half a minute
// dotnet run -c Release --project tests/OhlcvConnector.Benchmarks -- encode         a candle as a frame, as JSON and as CSV, in half a minute
// dotnet run -c Release --project tests/OhlcvConnector.Benchmarks -- trades         what a trade takes of the processor, in half a minute
// dotnet run -c Release --project tests/OhlcvConnector.Benchmarks -- history        downloading half a year of minutes, beside a bare loop and ccxt
// dotnet run -c Release --project tests/OhlcvConnector.Benchmarks -- memory         the heap of a series
// dotnet run -c Release --project tests/OhlcvConnector.Benchmarks -- archive        keeping and reading candles, beside SQLite alone
// dotnet run -c Release --project tests/OhlcvConnector.Benchmarks -- backtest       a strategy over a year of minutes, beside a bare loop
// dotnet run -c Release --project tests/OhlcvConnector.Benchmarks -- indicators     each indicator, beside a C loop and libraries of npm
// dotnet run -c Release --project tests/OhlcvConnector.Benchmarks -- forecast       training an LSTM, and forecasting by it
// dotnet run -c Release --project tests/OhlcvConnector.Benchmarks -- prices         prices of assets over REST, beside a bare Kestrel
// dotnet run -c Release --project tests/OhlcvConnector.Benchmarks -- bus            publishing to a JetStream, beside a bare loop of NATS's own client
// dotnet run -c Release --project tests/OhlcvConnector.Benchmarks -- signals        rules of 1,000 series at a close
// dotnet run -c Release --project tests/OhlcvConnector.Benchmarks -- signal-latency from a close to a client that has its signals
// dotnet run -c Release --project tests/OhlcvConnector.Benchmarks -- cluster        moving 2,000 series between nodes; with 'simulate', 100,000 on 50 nodes
switch (args)
{
    case ["ingest", ..]:
        return await IngestLoad.RunAsync(args[1..]);
    case ["shape", ..]:
        return await ShapeLoad.RunAsync(args[1..]);
    case ["fanout", ..]:
        return await FanOutLoad.RunAsync(args[1..]);
    case ["decode"]:
        return DecodeRounds.Run();
    case ["encode"]:
        return EncodeRounds.Run();
    case ["indicators", ..]:
        return IndicatorRounds.Run(args[1..]);
    case ["trades"]:
        return TradesRounds.Run();
    case ["backtest"]:
        return BacktestRounds.Run();
    case ["forecast"]:
        return ForecastRounds.Run();
    case ["history", ..]:
        return await HistoryLoad.RunAsync(args[1..]);
    case ["archive", ..]:
        return await ArchiveRounds.RunAsync(args[1..]);
    case ["prices", ..]:
        return await PriceLoad.RunAsync(args[1..]);
    case ["bus"]:
        return await BusRounds.RunAsync();
    case ["signals"]:
        return SignalRounds.Run();
    case ["signal-latency", ..]:
        return await SignalLatency.RunAsync(args[1..]);
    case ["cluster", ..]:
        return await ClusterRounds.RunAsync(args[1..]);
    case ["memory"]:
        return await SeriesMemory.RunAsync();
    default:
        break;
}

var inProcess = Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(5).WithIterationCount(10);
BenchmarkSwitcher.FromAssembly(typeof(FanOutLoad).Assembly).Run(args, DefaultConfig.Instance.AddJob(inProcess));
return 0;
