using System.Text;
using OhlcvConnector.Cli.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace OhlcvConnector.Cli.Watching;

/// <summary>
/// Draws frames on a terminal: each from the top left corner over the one before, on the terminal's second screen, so that whatever its size becomes, nothing
/// is left over; at the end the first screen comes back, with the last frame on it.
/// </summary>
internal sealed class WatchScreen : IDisposable
{
    private const string Enter = "\e[?1049h\e[?25l";
    private const string Leave = "\e[?25h\e[?1049l";
    private const string Home = "\e[H";
    private const string EraseLine = "\e[K";
    private const string EraseBelow = "\e[J";

    private readonly CliTerminal _terminal;
    private readonly OutputBuffer _output;
    private readonly ColorSystemSupport _colours;
    private string[] _frame = [];

    /// <summary>Takes the terminal.</summary>
    public WatchScreen(CliTerminal terminal)
    {
        _terminal = terminal;
        _output = new OutputBuffer(terminal.Output);
        _colours = terminal.Variable("NO_COLOR") is { Length: > 0 } ? ColorSystemSupport.NoColors
            : terminal.Variable("COLORTERM") is "truecolor" or "24bit" ? ColorSystemSupport.TrueColor
            : ColorSystemSupport.Standard;
        Write(Enter);
        _output.Flush();
    }

    /// <summary>Returns true when the terminal shows nothing but ASCII, by its locale.</summary>
    public static bool IsPlain(CliTerminal terminal) =>
        (terminal.Variable("LC_ALL") ?? terminal.Variable("LC_CTYPE") ?? terminal.Variable("LANG")) is "C" or "POSIX";

    /// <summary>Draws a frame.</summary>
    /// <param name="title">The first line.</param>
    /// <param name="content">Returns what follows, for a width and a height.</param>
    public void Draw(string title, Func<int, int, IRenderable> content)
    {
        var (width, height) = _terminal.Size();
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = _colours,
            Interactive = InteractionSupport.No,
            Out = new FixedOutput(text, width, height),
        });
        console.Write(new Text(title.Length > width ? title[..width] : title, new Style(decoration: Decoration.Bold)));
        console.WriteLine();
        console.Write(content(width, height - 1));
        _frame = text.ToString().TrimEnd('\n').Split('\n');
        Write(Home);
        foreach (var line in _frame.Take(height - 1))
        {
            Write(line + EraseLine);
            _output.EndLine();
        }

        Write(EraseBelow);
        _output.Flush();
    }

    /// <summary>Gives the terminal back.</summary>
    public void Dispose()
    {
        Write(Leave);
        foreach (var line in _frame)
        {
            Write(line);
            _output.EndLine();
        }

        _output.Flush();
    }

    private void Write(string text) => Encoding.UTF8.GetBytes(text, _output.Writer);

    private sealed class FixedOutput(TextWriter writer, int width, int height) : IAnsiConsoleOutput
    {
        public TextWriter Writer { get; } = writer;

        public bool IsTerminal => true;

        public int Width { get; } = width;

        public int Height { get; } = height;

        public void SetEncoding(Encoding encoding)
        {
            // what is drawn is text; whoever writes it chose UTF-8
        }
    }
}
