namespace OhlcvConnector.Testing;

/// <summary>What a test needs and not every machine has.</summary>
internal static class Needed
{
    /// <summary>Skips the test with the reason; where MUST_RUN is set, gives what to fail it with.</summary>
    public static InvalidOperationException Missing(string problem)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("MUST_RUN") is "1", problem);
        return new InvalidOperationException(problem);
    }
}
