using System.Runtime.InteropServices;
using OhlcvConnector.Cli;
using OhlcvConnector.Cli.Commands;

var patience = ProgramCommands.HasOwnPatience(args) ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(1.5);
using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
return await CliProgram.RunAsync(args, CliTerminal.OfThisProcess(), stop.Token).ConfigureAwait(false);

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true; // what is under way ends in order, then the program
    if (stop.IsCancellationRequested)
    {
        Environment.Exit(ExitCode.Interrupted); // asked twice
    }

    _ = LeaveAsync();
    stop.Cancel();
}

// A write to a pipe that nobody empties cannot be cancelled; the program leaves without it.
async Task LeaveAsync()
{
    await Task.Delay(patience, TimeProvider.System).ConfigureAwait(false);
    Environment.Exit(ExitCode.Interrupted);
}
