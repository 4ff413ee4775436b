using System.Runtime.InteropServices;
using OhlcvConnector.Cli;

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
return await CliProgram.RunAsync(args, CliTerminal.OfThisProcess(), stop.Token).ConfigureAwait(false);

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true; // what is under way ends in order, then the program
    stop.Cancel();
}
