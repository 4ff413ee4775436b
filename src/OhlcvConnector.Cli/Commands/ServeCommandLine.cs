using System.CommandLine;
using OhlcvConnector.Configuration;
using OhlcvConnector.Server.Hosting;

namespace OhlcvConnector.Cli.Commands;

/// <summary><c>connector-cli serve</c>: the server, as <c>connector-wss</c> runs it.</summary>
internal static class ServeCommandLine
{
    /// <summary>The command's name.</summary>
    public const string Name = "serve";

    /// <summary>The command.</summary>
    public static Command Create(CliTerminal terminal)
    {
        var command = new Command(Name, ServeCommand.Description);
        ServeCommand.Configure(command, new Surroundings(terminal.Variable, terminal.SettingsFolders, terminal.Error, terminal.Clock, terminal.VariableNames));
        return command;
    }
}
