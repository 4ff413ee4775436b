using System.CommandLine;
using System.Runtime.InteropServices;
using OhlcvConnector.Configuration;
using OhlcvConnector.Domain;
using OhlcvConnector.Server.Hosting;

const int Failed = 1;
const int Usage = 2;

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
var error = new ForgivingWriter(Console.Error);
var root = new RootCommand(ServeCommand.Description);
ServeCommand.Configure(root, Surroundings.OfThisProcess(error));
try
{
    var parsed = root.Parse(SandboxArgument.Prepare(args));
    return CommandMistakes.Of(parsed, []) is { Count: > 0 } mistakes
        ? Complain(string.Join(' ', mistakes), Usage)
        : await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop.Token)
        .ConfigureAwait(false);
}
catch (InvalidSettingException exception)
{
    return Complain(exception.Message, Usage);
}
catch (Exception exception) when (exception is OhlcvConnectorException or IOException or UnauthorizedAccessException)
{
    return Complain(exception.Message, Failed);
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 0;
}
catch (Exception exception) // the program ends here, whatever it is: in words, and with a code
{
    return Complain($"unexpected {exception.GetType().Name}: {exception.Message}", Failed);
}

int Complain(string words, int code)
{
    error.WriteLine($"error: {words}");
    return code;
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true; // clients get what waits for them, then the program ends
    if (stop.IsCancellationRequested)
    {
        Environment.Exit(Failed); // asked twice
    }

    stop.Cancel();
}
