using System.Globalization;
using OhlcvConnector.Indicators;

namespace OhlcvConnector.Cli.Computing;

/// <summary>Bars in a CSV file: a header with open, high, low, close and volume in any order and case, and a column of times; a sequence on no grid.</summary>
internal sealed class BarFile
{
    private static readonly string[] TimeNames = ["time", "date", "datetime", "timestamp", "opentime", ""];
    private static readonly string[] NumberNames = ["open", "high", "low", "close", "volume"];

    private readonly TextReader _reader;
    private readonly string _name;
    private readonly char _separator;
    private readonly int _time;
    private readonly int[] _numbers;
    private int _line = 1;

    private BarFile(TextReader reader, string name, char separator, int time, int[] numbers) =>
        (_reader, _name, _separator, _time, _numbers) = (reader, name, separator, time, numbers);

    /// <summary>The columns that the file has, of time, open, high, low, close and volume.</summary>
    public IReadOnlyList<string> Columns => [.. NumberNames.Where((_, index) => _numbers[index] >= 0).Prepend("time").Skip(_time < 0 ? 1 : 0)];

    /// <summary>Reads the header.</summary>
    /// <exception cref="InvalidDataException">A column is missing.</exception>
    public static BarFile Open(TextReader reader, string name, BarParts needs)
    {
        var header = (reader.ReadLine() ?? throw new InvalidDataException($"{name} is empty.")).TrimStart('\uFEFF');
        var separator = header.Contains(',', StringComparison.Ordinal)
            ? ','
            : header.Contains(';', StringComparison.Ordinal) ? ';' : header.Contains('\t', StringComparison.Ordinal) ? '\t' : ',';
        var names = Split(header, separator).ConvertAll(Plain);
        var time = TimeNames.Select(one => names.IndexOf(one)).FirstOrDefault(index => index >= 0, -1);
        var numbers = NumberNames.Select(one => names.IndexOf(one)).ToArray();
        var missing = NumberNames.Where((one, index) => numbers[index] < 0 && IsNeeded(one, needs)).ToList();
        return missing.Count > 0
            ? throw new InvalidDataException(
                $"{name} has no column {string.Join(" and none ", missing)}; it has {string.Join(", ", names.Where(one => one.Length > 0))}.")
            : needs.HasFlag(BarParts.Time)
            && time < 0 ? throw new InvalidDataException($"{name} has no column of times: time, date, datetime, timestamp or open time.")
            : new BarFile(reader, name, separator, time, numbers);
    }

    /// <summary>Reads the next bar, and the texts of <see cref="Columns"/> as they stand in the file.</summary>
    /// <returns>True when there was one.</returns>
    /// <exception cref="InvalidDataException">A cell is no number.</exception>
    public bool TryRead(out Bar bar, out IReadOnlyList<string> texts)
    {
        for (var line = _reader.ReadLine(); line is not null; line = _reader.ReadLine())
        {
            _line++;
            if (line.AsSpan().Trim().IsEmpty)
            {
                continue;
            }

            var cells = Split(line, _separator);
            var values = _numbers.Select((column, index) => column < 0 || column >= cells.Count ? double.NaN : Number(cells[column], NumberNames[index]))
                .ToArray();
            var time = _time < 0 || _time >= cells.Count ? Bar.NoTime : BarTime.Read(cells[_time]) ?? Bar.NoTime;
            bar = new Bar(time, values[0], values[1], values[2], values[3], values[4]);
            texts = [.. _numbers.Prepend(_time).Where(column => column >= 0).Select(column => column < cells.Count ? cells[column] : "")];
            return true;
        }

        (bar, texts) = (default, []);
        return false;
    }

    private static bool IsNeeded(string name, BarParts needs) => name switch
    {
        "close" => true,
        "volume" => needs.HasFlag(BarParts.Volume),
        _ => needs.HasFlag(BarParts.Prices),
    };

    private static string Plain(string name) => name.Replace(" ", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();

    private static List<string> Split(string line, char separator)
    {
        var cells = new List<string>();
        var (start, isQuoted) = (0, false);
        for (var index = 0; index <= line.Length; index++)
        {
            if (index == line.Length || (line[index] == separator && !isQuoted))
            {
                cells.Add(line[start..index].Trim().Trim('"').Trim());
                start = index + 1;
            }
            else if (line[index] == '"')
            {
                isQuoted = !isQuoted;
            }
        }

        return cells;
    }

    private double Number(string text, string column) =>
        text.Length == 0 || text.Equals("null", StringComparison.OrdinalIgnoreCase) || text.Equals("nan", StringComparison.OrdinalIgnoreCase) ? double.NaN
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
        : throw new InvalidDataException($"{_name}, line {_line}: {column} is '{text}', which is no number.");
}
