using Shouldly;

namespace OhlcvConnector.UnitTests.Cli;

public class IndicatorsTests
{
    private const string Bars = """
        Date,Open,High,Low,Close,Volume
        2024-01-05,1,2,0.5,1.5,10
        2024-01-08,1.5,2.5,1,2,20
        2024-01-09,2,3,1,2.5,30

        """;

    [Fact]
    public async Task Every_row_comes_back_in_order_with_empty_cells_before_the_warm_up()
    {
        var result = await ComputeAsync(Bars, "sma:2,macd:1:2:2");

        result.Code.ShouldBe(0, result.Error);
        result.Lines.ShouldBe(
        [
            "time,open,high,low,close,volume,sma:2,macd:1:2:2.line,macd:1:2:2.signal,macd:1:2:2.histogram",
            "2024-01-05,1,2,0.5,1.5,10,,,,",
            "2024-01-08,1.5,2.5,1,2,20,1.75,0.25,,",
            "2024-01-09,2,3,1,2.5,30,2.25,0.25,0.25,0",
        ]);
    }

    [Theory]
    [InlineData("timestamp,volume,close,low,high,open\n1,10,1.5,0.5,2,1\n2,20,2,1,2.5,1.5\n")]
    [InlineData(",OPEN,High,low,Adj Close,CLOSE,Volume \n1,1,2,0.5,9,1.5,10\n2,1.5,2.5,1,9,2,20\n")]
    [InlineData("\uFEFFopen_time,open,high,low,close,volume,rsi 14\r\n1,1,2,0.5,1.5,10,\r\n2,1.5,2.5,1,2,2E1,50\r\n")]
    [InlineData("\"Open time\";\"Open\";\"High\";\"Low\";\"Close\";\"Volume\"\n1;1;2;0.5;1.5;10\n2;1.5;2.5;1;2;20")]
    [InlineData("n,time,close,volume,low,high,open\n7,1,1.5,10,0.5,2,1\n\n8,2,2,20,1,2.5,1.5\n")]
    public async Task Columns_are_found_in_any_order_and_case(string file)
    {
        var result = await ComputeAsync(file, "sma:2");

        result.Code.ShouldBe(0, result.Error);
        result.Lines.Length.ShouldBe(3);
        result.Lines[0].ShouldBe("time,open,high,low,close,volume,sma:2");
        result.Lines[1].ShouldBe("1,1,2,0.5,1.5,10,");
        result.Lines[2].ShouldEndWith(",1.75");
    }

    [Fact]
    public async Task A_file_of_closes_alone_is_enough_where_nothing_else_is_needed()
    {
        (await ComputeAsync("time,close\n1,2\n2,4\n", "sma:2")).Lines.ShouldBe(["time,close,sma:2", "1,2,", "2,4,3"]);
        var result = await ComputeAsync("time,close\n1,2\n", "vwma:2");

        result.Code.ShouldBe(1);
        result.Errors.Single().ShouldStartWith("error: stdin has no column volume");
    }

    [Fact]
    public async Task A_row_that_lacks_a_number_gets_empty_cells_and_is_told_of()
    {
        var result = await ComputeAsync("time,close\n1,2\n2,\n3,4\n4,6\n", "sma:2");

        result.Lines.ShouldBe(["time,close,sma:2", "1,2,", "2,,", "3,4,3", "4,6,5"]);
        result.Errors.Single().ShouldBe("warning: sma:2 left out 1 rows that lack a number it needs.");
    }

    [Fact]
    public async Task A_cell_that_is_no_number_is_an_error_with_its_line()
    {
        var result = await ComputeAsync("time,close\n1,2\n2,two\n", "sma:2");

        result.Code.ShouldBe(1);
        result.Errors.Single().ShouldBe("error: stdin, line 3: close is 'two', which is no number.");
    }

    [Fact]
    public async Task Json_has_an_object_a_line_with_null_before_the_warm_up()
    {
        var result = await new CommandLine { Input = Bars }.RunAsync(
            ["indicators", "compute", "--file", "-", "--with", "macd:1:2:2.signal", "--output", "json"]);

        result.Lines[0].ShouldBe("""{"time":"2024-01-05","open":1,"high":2,"low":0.5,"close":1.5,"volume":10,"macd:1:2:2.signal":null}""");
        result.Lines[2].ShouldEndWith("\"macd:1:2:2.signal\":0.25}");
    }

    [Fact]
    public async Task An_unknown_indicator_is_a_usage_error_with_near_names()
    {
        var result = await ComputeAsync(Bars, "smx:2");

        result.Code.ShouldBe(2);
        result.Errors.Single().ShouldStartWith("error: There is no indicator 'smx'. Did you mean sma,");
    }

    [Fact]
    public async Task Indicators_are_listed_and_described()
    {
        var list = await CommandLine.RunAsync("indicators");

        list.Lines.ShouldContain(line => line.StartsWith("rsi:period ", StringComparison.Ordinal));
        var one = await CommandLine.RunAsync("indicators", "macd");

        one.Lines[0].ShouldStartWith("macd:fast:slow:signal");
        one.Output.ShouldContain("signal, from candle 34");
    }

    private static Task<CommandLine.Result> ComputeAsync(string file, string with) =>
        new CommandLine { Input = file }.RunAsync(["indicators", "compute", "--file", "-", "--with", with, "--output", "csv"]);
}
