using System.CommandLine;
using System.Text;
using OhlcvConnector.Cli.Output;

namespace OhlcvConnector.Cli.Commands;

/// <summary><c>connector-cli completion bash</c>: a script that makes the shell complete this program's commands, options and values.</summary>
internal static class CompletionCommand
{
    // Each asks the program itself, so that what it offers is never older than the program.
    private const string Bash = """
        _connector_cli() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(connector-cli "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _connector_cli connector-cli
        """;

    private const string Zsh = """
        #compdef connector-cli
        _connector_cli() {
            local -a found
            found=("${(@f)$(connector-cli "[suggest:${#BUFFER}]" "$BUFFER" 2>/dev/null)}")
            compadd -a found
        }
        compdef _connector_cli connector-cli
        """;

    private const string Fish = """
        complete --command connector-cli \
            --arguments '(set --local line (commandline --cut-at-cursor); connector-cli "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null)'
        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName connector-cli -ScriptBlock {
            param($word, $ast, $position)
            connector-cli "[suggest:$position]" "$ast" 2>$null | Where-Object { $_ -like "$word*" } |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }
        """;

    /// <summary>The command.</summary>
    public static Command Create(CliTerminal terminal)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh, fish or pwsh." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        var command = new Command("completion", """
            Prints a script that lets a shell complete commands, options and values.

              connector-cli completion bash >> ~/.bashrc
              connector-cli completion zsh >> ~/.zshrc
              connector-cli completion fish > ~/.config/fish/completions/connector-cli.fish
              connector-cli completion pwsh >> $PROFILE
            """) { shell };
        command.SetAction(parsed =>
        {
            var output = new OutputBuffer(terminal.Output);
            Encoding.UTF8.GetBytes(parsed.GetRequiredValue(shell) switch { "bash" => Bash, "zsh" => Zsh, "fish" => Fish, _ => PowerShell }, output.Writer);
            output.EndLine();
            output.Flush();
            return ExitCode.Done;
        });
        return command;
    }
}
